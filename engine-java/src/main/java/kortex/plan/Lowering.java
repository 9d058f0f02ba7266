package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping.Fused;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;
import kortex.op.Op;
import kortex.op.Reduce;
import kortex.op.Scan;
import kortex.op.Scatter;
import kortex.scalar.Prim;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Lowers a fused group to kernels: one, or two where a long reduction is split. */
final class Lowering {
  private Lowering() {}

  /**
   * A kernel and what its parameters stand for: values, or scratch (a ref with a negative entry)
   * that belongs to the group.
   */
  record Lowered(Kernel kernel, List<Ref> params) {}

  /** Kernels to run in order, and the type of the scratch they share, if any. */
  record Result(List<Lowered> kernels, List<TensorType> scratch) {}

  /** Lowers a group; {@code buffers} are the values that are in memory. */
  static Result lower(Graph graph, Fused group, Set<Ref> buffers) {
    Set<Ref> readable = new HashSet<>(buffers);
    readable.removeAll(group.outputs());
    Access access = new Access(graph, readable);
    Op op = graph.entry(group.root()).op();
    if (op instanceof Reduce reduce) {
      return ReduceLowering.lower(graph, access, reduce, group.root());
    }
    Lowered single =
        switch (op) {
          case Scan scan -> ScanLowering.lower(graph, access, scan, group.root());
          case Scatter scatter -> ScatterLowering.lower(graph, access, scatter, group.root());
          default -> map(graph, access, group);
        };
    return new Result(List.of(single), List.of());
  }

  private static Lowered map(Graph graph, Access access, Fused group) {
    Shape space = graph.type(group.root()).shape();
    int rank = space.rank();
    List<Integer> identity = Axis.range(0, rank);
    Set<List<Long>> strides = new HashSet<>();
    strides.add(Access.strides(space, identity, rank));
    group.outputs().forEach(out -> access.collect(out, identity, rank, strides));
    List<Loops.Loop> loops = Loops.collapse(space, Set.of(), strides);
    Body body = new Body(graph, access, loops, rank);

    List<Stmt> prologue = new ArrayList<>();
    Expr.Local inner = body.fresh(DType.I64);
    boolean flat = loops.size() <= 1;
    if (!flat) {
      coordinates(body, loops.subList(0, loops.size() - 1), prologue);
    }
    if (!loops.isEmpty()) {
      body.counter(loops.getLast(), inner);
    }
    List<Computed> stores = new ArrayList<>();
    for (Ref out : group.outputs()) {
      stores.add(new Computed(out, body.value(out, identity).expr()));
    }
    Expr at = body.position(Access.strides(space, identity, rank)).expr();
    for (Computed store : stores) {
      body.inner.add(new Stmt.Store(body.param(store.ref(), true), at, store.value()));
    }
    long innerExtent = flat ? 1 : loops.getLast().extent();
    long work = (body.inner.size() + 1) * innerExtent;
    List<Stmt> statements = new ArrayList<>();
    if (flat) {
      statements.addAll(body.outer);
      statements.add(new Stmt.For(inner.id(), new Expr.Begin(), new Expr.End(), body.inner));
      return finish(body, space.size(), work, statements);
    }
    prologue.addAll(body.outer);
    prologue.add(new Stmt.For(inner.id(), Expr.of(0), Expr.of(innerExtent), body.inner));
    statements.add(pieces(body, prologue));
    return finish(body, space.size() / Math.max(1, innerExtent), work, statements);
  }

  private record Computed(Ref ref, Expr value) {}

  static Lowered finish(Body body, long extent, long work, List<Stmt> statements) {
    return new Lowered(
        new Kernel(body.paramTypes(), extent, Math.max(1, work), statements), body.paramRefs());
  }

  /** The loop over pieces; the counter is what {@link #coordinates} divides. */
  static Stmt pieces(Body body, List<Stmt> perPiece) {
    return new Stmt.For(body.piece().id(), new Expr.Begin(), new Expr.End(), perPiece);
  }

  /** Splits the piece counter into the counters of some loops, the last one fastest. */
  static void coordinates(Body body, List<Loops.Loop> loops, List<Stmt> into) {
    KernelScalars scalars = body.scalars(into);
    Expr rest = body.piece();
    for (int i = loops.size() - 1; i >= 0; i--) {
      Expr extent = Expr.of(loops.get(i).extent());
      boolean last = i == 0;
      body.counter(loops.get(i), last ? rest : scalars.let(Expr.i64(Prim.REM, rest, extent)));
      if (!last) {
        rest = scalars.let(Expr.i64(Prim.DIV, rest, extent));
      }
    }
  }
}
