package kortex.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Binary;
import kortex.op.Index;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Scatter;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.Shape;

/**
 * Local rewrites of rows taken from a table, and of rows added up in one. Where a table has fewer
 * rows than are taken, what happens to each row taken happens to the rows of the table once: an
 * embedding times a weight is a smaller embedding product, whose rows are taken.
 */
final class TakeRules {
  private TakeRules() {}

  /** A table of rows, one axis each, and the positions of those taken. */
  private record Rows(Ref table, Ref index) {}

  private static Optional<Rows> rows(Simplify g, Ref x) {
    Entry entry = g.entry(x);
    if (!(entry.op() instanceof Index.Take)) {
      return Optional.empty();
    }
    Rows rows = new Rows(entry.inputs().get(0), entry.inputs().get(1));
    return g.type(rows.table()).shape().rank() == 2 ? Optional.of(rows) : Optional.empty();
  }

  /** Rows taken from a table that has at most half as many. */
  private static Optional<Rows> repeated(Simplify g, Ref x) {
    return rows(g, x)
        .filter(r -> 2 * g.type(r.table()).shape().extent(0) <= g.type(r.index()).size());
  }

  private static Ref take(Simplify g, Ref table, Ref index) {
    return g.one(new Index.Take(), List.of(table, index));
  }

  /** A view that only arranges rows anew arranges their positions. */
  static Optional<Ref> view(Simplify g, View op, Ref x) {
    return g.type(x).size() == 0
        ? Optional.empty()
        : repeated(g, x).flatMap(r -> arranged(g, op, x, r));
  }

  private static Optional<Ref> arranged(Simplify g, View op, Ref x, Rows rows) {
    Shape shape = g.type(x).shape();
    int last = shape.rank() - 1;
    return switch (op) {
      case View.Reshape view
          when view.shape().rank() > 0 && view.shape().extent(-1) == shape.extent(last) ->
          Optional.of(
              take(
                  g,
                  rows.table(),
                  g.reshape(rows.index(), view.shape().take(view.shape().rank() - 1))));
      case View.Permute view when view.order().getLast() == last ->
          Optional.of(
              take(
                  g,
                  rows.table(),
                  g.one(new View.Permute(view.order().subList(0, last)), List.of(rows.index()))));
      default -> Optional.empty();
    };
  }

  /** A product with rows that were taken. */
  static Optional<Ref> matMul(Simplify g, MatMul op, Ref a, Ref b) {
    if (g.type(a).shape().rank() != 2) {
      return Optional.empty();
    }
    Optional<Rows> left = repeated(g, a);
    if (left.isPresent() && !op.transposeA()) {
      Rows r = left.get();
      return Optional.of(take(g, g.matMul(r.table(), b, false, op.transposeB()), r.index()));
    }
    if (left.isPresent() && !op.transposeB()) {
      Rows r = left.get();
      return Optional.of(g.matMul(r.table(), added(g, r, b), true, false));
    }
    return repeated(g, b)
        .filter(r -> op.transposeA() && !op.transposeB())
        .map(r -> g.matMul(added(g, r, a), r.table(), true, false));
  }

  /** The sums of the rows of {@code x} that stand beside equal rows taken. */
  private static Ref added(Simplify g, Rows rows, Ref x) {
    long size = g.type(rows.table()).shape().extent(0);
    return g.one(new Scatter.ScatterAdd(size), List.of(rows.index(), x));
  }

  /** The same number for each row is combined with the rows of the table. */
  static Optional<Ref> binary(Simplify g, Binary op, Ref a, Ref b) {
    Optional<Rows> left = repeated(g, a).filter(r -> isRow(g, b));
    if (left.isPresent()) {
      return left.map(r -> take(g, combined(g, op, r.table(), row(g, b), true), r.index()));
    }
    return repeated(g, b)
        .filter(r -> isRow(g, a))
        .map(r -> take(g, combined(g, op, r.table(), row(g, a), false), r.index()));
  }

  private static boolean isRow(Simplify g, Ref x) {
    return g.entry(x).op() instanceof View.Broadcast view
        && view.axes().equals(List.of(view.shape().rank() - 1));
  }

  private static Ref row(Simplify g, Ref x) {
    return g.entry(x).inputs().getFirst();
  }

  private static Ref combined(Simplify g, Binary op, Ref table, Ref row, boolean tableFirst) {
    Ref repeated = g.broadcast(row, g.type(table).shape(), List.of(1));
    return g.one(op, tableFirst ? List.of(table, repeated) : List.of(repeated, table));
  }

  /** Rows of a product that are added up: the rows of its first operand are, before. */
  static Optional<Ref> scatterAdd(Simplify g, Scatter.ScatterAdd op, Ref index, Ref updates) {
    boolean fewer = 2 * op.size() <= g.type(index).size() && g.type(updates).size() > 0;
    Ref at = index;
    Ref rows = updates;
    while (fewer && g.entry(rows).op() instanceof View view) {
      Ref before = g.entry(rows).inputs().getFirst();
      Optional<Ref> moved = moved(g, view, at, g.type(before).shape());
      if (moved.isEmpty()) {
        return Optional.empty();
      }
      at = moved.get();
      rows = before;
    }
    Entry entry = g.entry(rows);
    if (!(entry.op() instanceof MatMul product)
        || product.transposeA()
        || !fewer
        || g.type(rows).shape().rank() != 2
        || g.type(at).shape().rank() != 1) {
      return Optional.empty();
    }
    Ref sums = g.one(op, List.of(at, entry.inputs().get(0)));
    return Optional.of(g.matMul(sums, entry.inputs().get(1), false, product.transposeB()));
  }

  /** The positions of rows before a view arranged them anew. */
  private static Optional<Ref> moved(Simplify g, View op, Ref index, Shape before) {
    int rank = g.type(index).shape().rank();
    return switch (op) {
      case View.Reshape view
          when before.rank() > 0
              && view.shape().rank() == rank + 1
              && before.extent(-1) == view.shape().extent(-1) ->
          Optional.of(g.reshape(index, before.take(before.rank() - 1)));
      case View.Permute view
          when view.order().size() == rank + 1 && view.order().getLast() == rank -> {
        List<Integer> back = new ArrayList<>(Axis.range(0, rank));
        for (int i = 0; i < rank; i++) {
          back.set(view.order().get(i), i);
        }
        yield Optional.of(g.one(new View.Permute(List.copyOf(back)), List.of(index)));
      }
      default -> Optional.empty();
    };
  }

  /** Whether an op takes rows from a table with fewer, which all steps of a loop can read. */
  static boolean isOfSmallTable(Simplify g, Ref x, Op op) {
    return op instanceof Index.Take
        && g.type(g.entry(x).inputs().get(1)).shape().rank() > 0
        && g.type(g.entry(x).inputs().get(0)).size() <= g.type(x).size();
  }
}
