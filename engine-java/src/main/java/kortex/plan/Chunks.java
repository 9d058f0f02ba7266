package kortex.plan;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;
import kortex.op.Reduce;
import kortex.plan.Lowering.Lowered;
import kortex.scalar.Prim;
import kortex.tensor.DType;

/**
 * Combines the partial results of chunks, in their order; sums of them in double. A piece is a
 * number of results that are next to one another.
 */
final class Chunks {
  private static final long SIDE_BY_SIDE = 256;

  private final Graph graph;
  private final List<Ref> reductions;
  private final KernelScalars.Locals locals = new KernelScalars.Locals();

  Chunks(Graph graph, List<Ref> reductions) {
    this.graph = graph;
    this.reductions = reductions;
  }

  /** The kernel; partial results of reduction i are in scratch number i. */
  Lowered combine(long chunks, long results) {
    long width = Math.min(SIDE_BY_SIDE, results);
    Expr.Local piece = locals.fresh(DType.I64);
    List<Stmt> perPiece = new ArrayList<>();
    KernelScalars scalars = new KernelScalars(locals, perPiece);
    Expr from = scalars.let(Expr.times(piece, width));
    Expr rest = scalars.let(Expr.i64(Prim.SUB, Expr.of(results), from));
    Expr count = scalars.let(Expr.i64(Prim.MIN, rest, Expr.of(width)));
    List<Kernel.Param> types = new ArrayList<>();
    List<Ref> params = new ArrayList<>();
    for (Ref reduction : reductions) {
      DType dtype = graph.type(reduction).dtype();
      combine(reduction, params.size(), new Columns(from, count, width, chunks, results), perPiece);
      types.add(new Kernel.Param(dtype, false));
      types.add(new Kernel.Param(dtype, true));
      params.add(Lowering.scratch(params.size() / 2));
      params.add(reduction);
    }
    List<Stmt> body = List.of(new Stmt.For(piece.id(), new Expr.Begin(), new Expr.End(), perPiece));
    long work = chunks * width * reductions.size();
    return new Lowered(new Kernel(types, Math.ceilDiv(results, width), work, body), params);
  }

  /** The results of a piece: {@code count} from {@code from} on. */
  private record Columns(Expr from, Expr count, long width, long chunks, long results) {}

  private void combine(Ref reduction, int param, Columns columns, List<Stmt> into) {
    Reduce op = (Reduce) graph.entry(reduction).op();
    DType dtype = graph.type(reduction).dtype();
    DType wide = op instanceof Reduce.Sum ? Accumulators.wide(dtype) : dtype;
    Expr.Local totals = locals.fresh(wide);
    Expr initial = new Expr.Const(wide, op.initial(dtype));
    into.add(new Stmt.Array(totals.id(), wide, columns.width()));
    Expr.Local clear = locals.fresh(DType.I64);
    into.add(all(clear, columns, List.of(new Stmt.Put(totals.id(), clear, initial))));

    Expr.Local chunk = locals.fresh(DType.I64);
    Expr.Local i = locals.fresh(DType.I64);
    List<Stmt> add = new ArrayList<>();
    KernelScalars scalars = new KernelScalars(locals, add);
    Expr row = Expr.plus(Expr.times(chunk, columns.results()), columns.from());
    Expr part = scalars.let(new Expr.Load(param, Expr.plus(row, i), dtype));
    Expr before = scalars.let(new Expr.Element(totals.id(), i, wide));
    add.add(new Stmt.Put(totals.id(), i, op.combine(scalars, before, scalars.cast(part, wide))));
    Expr chunks = Expr.of(columns.chunks());
    into.add(new Stmt.For(chunk.id(), Expr.of(0), chunks, List.of(all(i, columns, add))));

    Expr.Local last = locals.fresh(DType.I64);
    List<Stmt> store = new ArrayList<>();
    KernelScalars narrow = new KernelScalars(locals, store);
    Expr total = narrow.cast(narrow.let(new Expr.Element(totals.id(), last, wide)), dtype);
    store.add(new Stmt.Store(param + 1, Expr.plus(columns.from(), last), total));
    into.add(all(last, columns, store));
  }

  private static Stmt all(Expr.Local counter, Columns columns, List<Stmt> body) {
    return new Stmt.For(counter.id(), Expr.of(0), columns.count(), body);
  }
}
