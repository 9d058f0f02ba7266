package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Stmt;
import kortex.op.Scatter;
import kortex.plan.Body.Point;
import kortex.plan.Loops.Loop;
import kortex.plan.Lowering.Lowered;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;

/**
 * Lowers a scatter and its producers. The pieces are rows of the result: who handles a range of
 * them reads all positions in order and passes over those outside its range, so that the result
 * does not depend on how the range is cut.
 */
final class ScatterLowering {
  /**
   * Rows narrower than this are one piece: reading all positions, and guessing wrongly which to
   * pass over, would cost as much as the rows.
   */
  private static final long WIDE = 16;

  private final Scatter op;
  private final Ref index;
  private final Ref updates;
  private final DType dtype;
  private final Shape space;
  private final List<Coordinate> indexMap;
  private final long width;
  private final Affine inRow;
  private final List<Loop> loops;
  private final Body body;
  private final int out;

  /** The rows to handle. */
  private final Expr begin;

  private final Expr end;

  private ScatterLowering(Graph graph, Access access, Scatter op, Ref output) {
    this.op = op;
    this.index = graph.entry(output).inputs().get(0);
    this.updates = graph.entry(output).inputs().get(1);
    this.dtype = graph.type(output).dtype();
    this.space = graph.type(updates).shape();
    int indexRank = graph.type(index).shape().rank();
    this.indexMap = Coordinate.identity(indexRank);
    this.width = space.drop(indexRank).size();
    List<Coordinate> identity = Coordinate.identity(space.rank());
    this.inRow = Affine.of(graph.type(output).shape(), access.rows(index, identity), space.rank());
    Set<List<Long>> strides = new HashSet<>();
    strides.add(inRow.strides());
    access.collect(index, indexMap, space.rank(), strides);
    access.collect(updates, identity, space.rank(), strides);
    loops = Loops.collapse(space, Set.copyOf(Axis.range(0, indexRank)), strides);
    body = new Body(graph, access, loops, space.rank());
    out = body.param(output, true);
    begin = width < WIDE ? Expr.of(0) : new Expr.Begin();
    end = width < WIDE ? Expr.of(op.size()) : new Expr.End();
  }

  static Lowered lower(Graph graph, Access access, Scatter op, Ref output) {
    return new ScatterLowering(graph, access, op, output).run();
  }

  private Lowered run() {
    List<Stmt> statements = new ArrayList<>(List.of(clear()));
    List<Expr.Local> counters = new ArrayList<>();
    for (Loop loop : loops) {
      Expr.Local counter = body.fresh(DType.I64);
      counters.add(counter);
      body.counter(loop, counter);
    }
    boolean wide = !loops.isEmpty() && !loops.getLast().reduced();
    Point row = body.value(index, indexMap);
    List<Stmt> deciding = row.varies() ? body.inner : body.outer;
    Expr turns = turns(deciding, row, wide ? loops.getLast().extent() : 1);
    List<Stmt> nest = new ArrayList<>();
    if (wide) {
      combine(row, body.inner);
      nest.addAll(body.outer);
      nest.add(new Stmt.For(counters.getLast().id(), Expr.of(0), turns, body.inner));
    } else {
      List<Stmt> once = new ArrayList<>();
      combine(row, once);
      Stmt perhaps = new Stmt.For(body.fresh(DType.I64).id(), Expr.of(0), turns, once);
      body.inner.add(perhaps);
      nest.addAll(body.outer);
      nest.addAll(loops.isEmpty() ? body.inner : List.of(innermost(counters)));
    }
    for (int i = loops.size() - 2; i >= 0; i--) {
      Expr count = Expr.of(loops.get(i).extent());
      nest = List.of(new Stmt.For(counters.get(i).id(), Expr.of(0), count, nest));
    }
    statements.addAll(nest);
    long pieces = width < WIDE ? 1 : op.size();
    long work = width + 2 * space.size() / Math.max(1, pieces);
    return Lowering.finish(body, pieces, work, statements);
  }

  private Stmt innermost(List<Expr.Local> counters) {
    Expr count = Expr.of(loops.getLast().extent());
    return new Stmt.For(counters.getLast().id(), Expr.of(0), count, body.inner);
  }

  private Stmt clear() {
    Expr.Local element = body.fresh(DType.I64);
    Expr initial = new Expr.Const(dtype, op.reduction().initial(dtype));
    return new Stmt.For(
        element.id(),
        Expr.times(begin, width),
        Expr.times(end, width),
        List.of(new Stmt.Store(out, element, initial)));
  }

  /** {@code count} where the row belongs to the range, else 0: the loop language has no if. */
  private Expr turns(List<Stmt> into, Point row, long count) {
    KernelScalars s = body.scalars(into);
    Expr mine = s.and(s.lessOrEqual(begin, row.expr()), s.less(row.expr(), end));
    return s.select(mine, Expr.of(count), Expr.of(0));
  }

  private void combine(Point row, List<Stmt> into) {
    Expr x = body.value(updates, Coordinate.identity(space.rank())).expr();
    KernelScalars s = body.scalars(into);
    Expr start = s.let(Expr.times(row.expr(), width));
    Expr at = s.let(Expr.plus(start, body.position(inRow).expr()));
    Expr old = s.let(new Expr.Load(out, at, dtype));
    into.add(new Stmt.Store(out, at, op.combine(s, old, x)));
  }
}
