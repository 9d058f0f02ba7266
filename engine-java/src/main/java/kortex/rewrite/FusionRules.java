package kortex.rewrite;

import java.util.List;
import java.util.function.BiPredicate;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.op.Accumulate;
import kortex.op.Binary;
import kortex.op.Cond;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Random;
import kortex.op.Reduce;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.op.Scatter;
import kortex.op.View;
import kortex.tensor.TensorType;

/** What the op of an entry means for the kernels it may be in. */
final class FusionRules {
  private final Graph graph;
  private final boolean[] whole;

  /** The rules for a graph; {@code runsWhole} says which ops the backend runs as a whole. */
  FusionRules(Graph graph, BiPredicate<Op, List<TensorType>> runsWhole, Epilogues epilogues) {
    this.graph = graph;
    this.whole = new boolean[graph.entries().size()];
    for (int i = 0; i < whole.length; i++) {
      Entry entry = graph.entries().get(i);
      List<TensorType> types = entry.inputs().stream().map(graph::type).toList();
      whole[i] =
          !(entry.op() instanceof Leaf.Read)
              && !(entry.op() instanceof View.Reshape)
              && !(entry.op() instanceof Region.After)
              && (isNested(entry.op())
                  || epilogues.endingAt(i).isPresent()
                  || runsWhole.test(entry.op(), types));
    }
  }

  private static boolean isNested(Op op) {
    return op instanceof Scan || op instanceof Cond;
  }

  private Op op(int i) {
    return graph.entries().get(i).op();
  }

  /** Whether an entry reads stored data. */
  boolean isRead(int i) {
    return op(i) instanceof Leaf.Read;
  }

  /** Whether an entry is in no kernel. */
  boolean isWhole(int i) {
    return whole[i];
  }

  /** Whether an entry is another name for the memory of its input, and never computed. */
  boolean isAlias(int i) {
    return (op(i) instanceof View.Reshape && !movesUnitsOnly(i)) || op(i) instanceof Region.After;
  }

  private boolean movesUnitsOnly(int i) {
    Entry entry = graph.entries().get(i);
    return View.Reshape.movesUnitsOnly(
        graph.type(entry.inputs().getFirst()), entry.types().getFirst());
  }

  /** Whether an entry is the value it reads in another shape: in memory they are the same. */
  boolean isReshape(int i) {
    return op(i) instanceof View.Reshape;
  }

  /** Whether an entry is stored by a kernel of its own, which takes its producers in. */
  boolean isRoot(int i) {
    return accumulates(i) || op(i) instanceof Join.Concat;
  }

  /** Whether an entry is a concatenation of equal parts, which is computed part beside part. */
  boolean isEvenConcat(int i) {
    return op(i) instanceof Join.Concat
        && !whole[i]
        && Join.Concat.isEven(graph.entries().get(i).inputs().stream().map(graph::type).toList());
  }

  /** Whether results depend on elements of other positions: the op is the root of its kernel. */
  boolean accumulates(int i) {
    return op(i) instanceof Reduce || op(i) instanceof Accumulate || op(i) instanceof Scatter;
  }

  /** Whether an entry reads its input at other positions than its own. */
  boolean moves(int i) {
    return op(i) instanceof Join.Pad
        || op(i) instanceof Index.Take
        || (op(i) instanceof View && !(op(i) instanceof View.Reshape));
  }

  /** Whether an entry reads its inputs at its own position, each once, or at that in its parts. */
  boolean isPointwise(int i) {
    return !(op(i) instanceof View)
        && (!(op(i) instanceof Join) || isEvenConcat(i))
        && !(op(i) instanceof Index.Take)
        && !accumulates(i);
  }

  /** Whether computing an entry again costs less than storing it. */
  boolean isCheap(int i) {
    return op(i) instanceof Leaf.Fill
        || op(i) instanceof Binary.Comparison
        || op(i) instanceof Index.Iota
        || op(i) instanceof Index.Position
        || op(i) instanceof Random
        || op(i) instanceof View;
  }

  /** Whether consumer {@code c}, which may be stored, can only read entry {@code i} from memory. */
  boolean needsBuffer(int i, int c, boolean stored) {
    if (whole[c] || isAlias(c) || (op(c) instanceof View.Reshape && stored)) {
      return true;
    }
    if (op(c) instanceof Index.Take && graph.entries().get(c).inputs().getFirst().entry() == i) {
      // Rows are taken from memory, so that only those taken are read.
      return true;
    }
    // Computing a value once for every place it is repeated to would cost more than storing it.
    return (op(c) instanceof View.Broadcast || op(c) instanceof Index.Take)
        && !isCheap(i)
        && graph.entries().get(c).types().getFirst().size()
            > graph.entries().get(i).types().getFirst().size();
  }
}
