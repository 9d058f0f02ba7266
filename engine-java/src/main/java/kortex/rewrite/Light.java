package kortex.rewrite;

import java.util.OptionalInt;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Binary;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;

/**
 * Values that a few additions make of one value of their size and of smaller ones: a normalised
 * value of its input, mean and deviation, a shifted product of the product and the shift. Whoever
 * reads one can as well read what it is made of, and nobody has to store it.
 */
final class Light {
  /** In a longer chain the additions begin to count. */
  private static final int LONGEST = 4;

  private final Graph graph;
  private final boolean[] light;
  private final int[] length;

  /** The one value of its size that each is made of: itself if it is not light, −1 for none. */
  private final int[] source;

  Light(Graph graph, FusionRules rules) {
    this.graph = graph;
    int entries = graph.entries().size();
    this.light = new boolean[entries];
    this.length = new int[entries];
    this.source = new int[entries];
    for (int i = 0; i < entries; i++) {
      visit(i, rules);
    }
  }

  /** Whether a value is light. */
  boolean is(int entry) {
    return light[entry];
  }

  private void visit(int i, FusionRules rules) {
    Entry entry = graph.entries().get(i);
    source[i] = isSmaller(entry) ? -1 : i;
    boolean passes = rules.isReshape(i) && !rules.isAlias(i);
    if (rules.isWhole(i) || !(passes || isSimple(entry.op()))) {
      return;
    }
    OptionalInt one = sources(entry);
    int longest = 0;
    for (Ref input : entry.inputs()) {
      longest = Math.max(longest, length[input.entry()]);
    }
    if (one.isEmpty() || longest >= LONGEST) {
      return;
    }
    source[i] = one.getAsInt();
    length[i] = passes ? longest : longest + 1;
    light[i] = source[i] >= 0 && bytes(source[i]) <= bytes(i);
  }

  private long bytes(int entry) {
    return graph.entries().get(entry).types().getFirst().bytes();
  }

  /** Whether it repeats what is smaller, or reads nothing. */
  private boolean isSmaller(Entry entry) {
    return entry.op() instanceof Leaf.Fill
        || (entry.op() instanceof View.Broadcast
            && graph.type(entry.inputs().getFirst()).size() < entry.types().getFirst().size());
  }

  /** The one source of all inputs, −1 if they have none; empty if they have several. */
  private OptionalInt sources(Entry entry) {
    int one = -1;
    for (Ref input : entry.inputs()) {
      int mine = source[input.entry()];
      if (mine >= 0 && one >= 0 && mine != one) {
        return OptionalInt.empty();
      }
      one = Math.max(one, mine);
    }
    return OptionalInt.of(one);
  }

  private static boolean isSimple(Op op) {
    return switch (op) {
      case Binary.Add b -> true;
      case Binary.Sub b -> true;
      case Binary.Mul b -> true;
      case Binary.Div b -> true;
      case Binary.Max b -> true;
      case Binary.Min b -> true;
      case Binary.Comparison b -> true;
      case Unary.Neg u -> true;
      case Unary.Abs u -> true;
      case Unary.Not u -> true;
      case Unary.Cast u -> true;
      case Unary.StopGradient u -> true;
      case Select s -> true;
      default -> false;
    };
  }
}
