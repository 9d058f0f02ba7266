package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Stmt;
import kortex.op.Accumulate;
import kortex.plan.Loops.Loop;
import kortex.plan.Lowering.Lowered;
import kortex.tensor.DType;
import kortex.tensor.Shape;

/**
 * Lowers an accumulation and its producers. Where it runs along the innermost loop, the running
 * result is a variable; where it is kept, results follow from those stored a row before, side by
 * side, so that both walk memory in order. Rows are independent.
 */
final class AccumulateLowering {
  private final Accumulate op;
  private final List<Ref> inputs;
  private final DType dtype;
  private final Shape space;
  private final List<Coordinate> identity;
  private final Affine dense;
  private final Body body;
  private final List<Loop> kept = new ArrayList<>();
  private final Optional<Loop> scanned;
  private final long extent;
  private final int out;

  private AccumulateLowering(Graph graph, Access access, Accumulate op, Ref output) {
    this.op = op;
    this.inputs = graph.entry(output).inputs();
    this.dtype = graph.type(output).dtype();
    this.space = graph.type(output).shape();
    this.identity = Coordinate.identity(space.rank());
    this.dense = Affine.of(space, identity, space.rank());
    this.extent = space.extent(op.axis());
    Set<List<Long>> strides = new HashSet<>();
    strides.add(dense.strides());
    inputs.forEach(x -> access.collect(x, identity, space.rank(), strides));
    List<Loop> loops = Loops.collapse(space, Set.of(op.axis()), strides);
    loops.stream().filter(l -> !l.reduced()).forEach(kept::add);
    scanned = loops.stream().filter(Loop::reduced).findFirst();
    body = new Body(graph, access, loops, space.rank());
    out = body.param(output, true);
  }

  static Lowered lower(Graph graph, Access access, Accumulate op, Ref output) {
    return new AccumulateLowering(graph, access, op, output).run();
  }

  private Lowered run() {
    boolean sideBySide =
        scanned.isPresent() && !kept.isEmpty() && kept.getLast().innermost() > op.axis();
    List<Stmt> perPiece = new ArrayList<>();
    if (!sideBySide) {
      Lowering.coordinates(body, kept, perPiece);
      inVariable(perPiece);
      return finish(space.size() / Math.max(1, extent), List.of(Lowering.pieces(body, perPiece)));
    }
    Loop side = kept.getLast();
    if (kept.size() == 1) {
      sideBySide(perPiece, side, new Expr.Begin(), new Expr.End());
      return finish(side.extent(), perPiece);
    }
    Lowering.coordinates(body, kept.subList(0, kept.size() - 1), perPiece);
    sideBySide(perPiece, side, Expr.of(0), Expr.of(side.extent()));
    long pieces = space.size() / Math.max(1, extent) / Math.max(1, side.extent());
    return finish(pieces, List.of(Lowering.pieces(body, perPiece)));
  }

  private Lowered finish(long pieces, List<Stmt> statements) {
    long work = space.size() / Math.max(1, pieces) * (body.inner.size() + 1);
    return Lowering.finish(body, pieces, work, statements);
  }

  /** Where it is at one of its turns: here, and one position behind, which is here at first. */
  private record Turn(Expr here, Expr behind, Expr first) {}

  private Turn turn(KernelScalars s, Expr counter) {
    Expr last = Expr.of(Math.max(0, extent - 1));
    Expr here = op.reverse() ? s.sub(last, counter) : counter;
    Expr behind =
        op.reverse()
            ? s.min(s.add(here, Expr.of(1)), last)
            : s.max(s.sub(here, Expr.of(1)), Expr.of(0));
    return new Turn(here, behind, s.equal(counter, Expr.of(0)));
  }

  private void moveTo(Expr counter) {
    scanned.ifPresent(loop -> body.move(loop, counter));
  }

  private List<Expr> values(Turn turn) {
    moveTo(turn.here());
    List<Expr> values = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (op.lag(i) > 0) {
        moveTo(turn.behind());
      }
      values.add(body.value(inputs.get(i), identity).expr());
      if (op.lag(i) > 0) {
        moveTo(turn.here());
      }
    }
    return values;
  }

  private Expr result(Turn turn, Expr before, List<Expr> in) {
    KernelScalars s = body.scalars(body.inner);
    return s.select(turn.first(), in.getLast(), op.next(s, before, in));
  }

  private void inVariable(List<Stmt> into) {
    Expr.Local running = body.fresh(dtype);
    Expr.Local counter = body.fresh(DType.I64);
    Turn turn = turn(body.scalars(body.inner), counter);
    Expr next = result(turn, running, values(turn));
    body.inner.add(new Stmt.Set(running.id(), next));
    body.inner.add(new Stmt.Store(out, body.position(dense).expr(), running));
    into.add(new Stmt.Var(running.id(), new Expr.Const(dtype, 0)));
    into.addAll(body.outer);
    into.add(new Stmt.For(counter.id(), Expr.of(0), Expr.of(extent), body.inner));
  }

  private void sideBySide(List<Stmt> into, Loop side, Expr from, Expr to) {
    Expr.Local counter = body.fresh(DType.I64);
    Expr.Local column = body.fresh(DType.I64);
    List<Stmt> row = new ArrayList<>();
    body.counter(side, column);
    Turn turn = turn(body.scalars(row), counter);
    List<Expr> in = values(turn);
    moveTo(turn.behind());
    Expr behind = body.position(dense).expr();
    moveTo(turn.here());
    Expr before = body.scalars(body.inner).let(new Expr.Load(out, behind, dtype));
    body.inner.add(new Stmt.Store(out, body.position(dense).expr(), result(turn, before, in)));
    row.addAll(body.outer);
    row.add(new Stmt.For(column.id(), from, to, body.inner));
    into.add(new Stmt.For(counter.id(), Expr.of(0), Expr.of(extent), row));
  }
}
