package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Body;
import kortex.op.Cond;
import kortex.op.Op;
import kortex.op.Scan;

/** What the results of a graph need, down to single outputs of loops and branches. */
final class Prune {
  private final Graph graph;
  private final boolean[][] used;
  private final Map<Integer, Smaller> smaller = new HashMap<>();

  /**
   * A region without what nobody reads.
   *
   * @param inputs which inputs are left
   * @param outputs which outputs are left
   */
  record Smaller(Op op, List<Integer> inputs, List<Integer> outputs) {}

  private Prune(Graph graph) {
    this.graph = graph;
    this.used = new boolean[graph.entries().size()][];
    for (int i = 0; i < used.length; i++) {
      used[i] = new boolean[graph.entries().get(i).types().size()];
    }
  }

  static Prune of(Graph graph) {
    Prune out = new Prune(graph);
    graph.results().forEach(out::use);
    for (int i = graph.entries().size() - 1; i >= 0; i--) {
      if (out.live(i)) {
        out.visit(i);
      }
    }
    return out;
  }

  /** Whether anything needs an entry. */
  boolean live(int entry) {
    for (boolean output : used[entry]) {
      if (output) {
        return true;
      }
    }
    return false;
  }

  /** The smaller region that an entry becomes, if it does. */
  Optional<Smaller> smaller(int entry) {
    return Optional.ofNullable(smaller.get(entry));
  }

  private void use(Ref ref) {
    used[ref.entry()][ref.output()] = true;
  }

  private void visit(int i) {
    Entry entry = graph.entries().get(i);
    if (entry.op() instanceof Scan scan) {
      smaller.put(i, shrink(scan, used[i]));
    } else if (entry.op() instanceof Cond cond) {
      smaller.put(i, shrink(cond, used[i]));
    }
    Smaller region = smaller.get(i);
    if (region == null) {
      entry.inputs().forEach(this::use);
    } else {
      region.inputs().forEach(p -> use(entry.inputs().get(p)));
    }
  }

  private static List<Integer> where(int n, java.util.function.IntPredicate keep) {
    return IntStream.range(0, n).filter(keep).boxed().toList();
  }

  /** A carry stays if it is read at the end, or by a step for something that stays. */
  private static Smaller shrink(Scan scan, boolean[] used) {
    Body body = scan.body();
    boolean[] keep = used.clone();
    boolean[] needed = new boolean[0];
    boolean grew = true;
    while (grew) {
      grew = false;
      needed = body.needed(pick(body.results(), where(keep.length, i -> keep[i])));
      for (int c = 0; c < scan.carries(); c++) {
        grew |= needed[c] && !keep[c];
        keep[c] |= needed[c];
      }
    }
    boolean[] read = needed;
    List<Integer> outputs = where(keep.length, i -> keep[i]);
    List<Integer> inputs = where(body.parameters(), p -> p < scan.carries() ? keep[p] : read[p]);
    int carries = (int) inputs.stream().filter(p -> p < scan.carries()).count();
    int sequences = (int) inputs.stream().filter(scan::isSequence).count();
    Body less = body.restrict(inputs, pick(body.results(), outputs));
    return new Smaller(
        new Scan(less, carries, sequences, scan.length(), scan.reverse()), inputs, outputs);
  }

  private static Smaller shrink(Cond cond, boolean[] used) {
    List<Integer> outputs = where(used.length, i -> used[i]);
    List<Body.Ref> then = pick(cond.then().results(), outputs);
    List<Body.Ref> otherwise = pick(cond.otherwise().results(), outputs);
    boolean[] first = cond.then().needed(then);
    boolean[] second = cond.otherwise().needed(otherwise);
    List<Integer> parameters = where(cond.then().parameters(), p -> first[p] || second[p]);
    List<Integer> inputs = new ArrayList<>(List.of(0));
    parameters.forEach(p -> inputs.add(p + 1));
    Cond less =
        new Cond(
            cond.then().restrict(parameters, then),
            cond.otherwise().restrict(parameters, otherwise));
    return new Smaller(less, inputs, outputs);
  }

  static <T> List<T> pick(List<T> values, List<Integer> numbers) {
    return numbers.stream().map(values::get).toList();
  }
}
