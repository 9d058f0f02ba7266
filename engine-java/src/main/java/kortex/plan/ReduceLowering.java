package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;
import kortex.op.Reduce;
import kortex.plan.Loops.Loop;
import kortex.plan.Lowering.Lowered;
import kortex.plan.Lowering.Result;
import kortex.scalar.Prim;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Lowers a reduction and its producers. Where the innermost loop is reduced, each piece of work is
 * one result with an accumulator; where it is kept, results are accumulated in memory side by side,
 * so that both walk memory in order. A long reduction to few results is split into a fixed number
 * of chunks, whatever the number of threads, so that its value does not depend on them. A long sum
 * is made of the sums of blocks, added up in double: adding f32 one by one to a large sum loses
 * most of what is added.
 */
final class ReduceLowering {
  private static final long SPLIT_ABOVE = 1 << 15;
  private static final long SPLIT_RESULTS = 16;
  private static final long CHUNKS = 64;
  private static final long BLOCK = 1 << 11;

  private final Graph graph;
  private final Reduce op;
  private final Ref input;
  private final Ref output;
  private final DType dtype;
  private final List<Coordinate> identity;
  private final Body body;
  private final List<Loop> loops;
  private final List<Loop> kept = new ArrayList<>();
  private final List<Loop> reduced = new ArrayList<>();
  private final Shape space;

  private ReduceLowering(Graph graph, Access access, Reduce op, Ref output) {
    this.graph = graph;
    this.op = op;
    this.output = output;
    this.input = graph.entry(output).inputs().getFirst();
    this.space = graph.type(input).shape();
    this.dtype = graph.type(output).dtype();
    this.identity = Coordinate.identity(space.rank());
    Set<List<Long>> strides = new HashSet<>();
    strides.add(resultAt().strides());
    access.collect(input, identity, space.rank(), strides);
    loops = Loops.collapse(space, Set.copyOf(op.axes()), strides);
    loops.forEach(l -> (l.reduced() ? reduced : kept).add(l));
    body = new Body(graph, access, loops, space.rank());
  }

  static Result lower(Graph graph, Access access, Reduce op, Ref output) {
    ReduceLowering lowering = new ReduceLowering(graph, access, op, output);
    return lowering.isSplit()
        ? lowering.split()
        : new Result(List.of(lowering.single()), List.of());
  }

  private boolean isSplit() {
    if (reduced.isEmpty() || space.size() < SPLIT_ABOVE) {
      return false;
    }
    long extent = reduced.getFirst().extent();
    boolean few = graph.type(output).size() <= SPLIT_RESULTS && extent >= CHUNKS;
    return few || (innermostKept() && isLongSum(extent));
  }

  private boolean isLongSum(long extent) {
    return op instanceof Reduce.Sum && dtype.isFloat() && extent > BLOCK;
  }

  private Affine resultAt() {
    List<Coordinate> kept = Coordinate.along(Axis.without(space.rank(), op.axes()));
    return Affine.of(graph.type(output).shape(), kept, space.rank());
  }

  private boolean innermostKept() {
    return !loops.isEmpty() && !loops.getLast().reduced();
  }

  private Lowered single() {
    int out = body.param(output, true);
    List<Stmt> perPiece = new ArrayList<>();
    long results = graph.type(output).size();
    if (!innermostKept()) {
      Lowering.coordinates(body, kept, perPiece);
      accumulate(out, Expr.of(0), perPiece, whole(), false);
      return finish(results, List.of(Lowering.pieces(body, perPiece)), space.size());
    }
    Loop side = kept.getLast();
    if (kept.size() == 1) {
      Range all = new Range(new Expr.Begin(), new Expr.End());
      sideBySide(out, Expr.of(0), perPiece, all, all, false);
      return finish(results, perPiece, space.size());
    }
    Lowering.coordinates(body, kept.subList(0, kept.size() - 1), perPiece);
    Range all = new Range(Expr.of(0), Expr.of(side.extent()));
    sideBySide(out, Expr.of(0), perPiece, all, all, false);
    return finish(
        results / Math.max(1, side.extent()),
        List.of(Lowering.pieces(body, perPiece)),
        space.size());
  }

  private Lowered finish(long pieces, List<Stmt> statements, long total) {
    long work = total / Math.max(1, pieces) * (body.inner.size() + 1);
    return Lowering.finish(body, pieces, work, statements);
  }

  private record Range(Expr from, Expr to) {}

  private static Range whole() {
    return new Range(Expr.of(0), Expr.of(0));
  }

  /** One accumulator a result. With {@code chunked}, the first reduced loop runs over a range. */
  private void accumulate(int out, Expr base, List<Stmt> into, Range chunk, boolean chunked) {
    boolean blocks = inBlocks(chunked);
    Expr.Local sum = body.fresh(dtype);
    Expr.Local total = blocks ? body.fresh(wide()) : sum;
    into.add(new Stmt.Var(total.id(), new Expr.Const(total.dtype(), op.initial(dtype))));
    List<Expr.Local> counters = new ArrayList<>();
    for (Loop loop : reduced) {
      Expr.Local counter = body.fresh(DType.I64);
      counters.add(counter);
      body.counter(loop, counter);
    }
    Expr x = body.value(input, identity).expr();
    Expr next = op.combine(body.scalars(body.inner), sum, x);
    body.inner.add(new Stmt.Set(sum.id(), next));
    List<Stmt> nest = body.inner;
    for (int i = reduced.size() - 1; i >= 0; i--) {
      Range range = chunked && i == 0 ? chunk : all(reduced.get(i));
      boolean innermost = i == reduced.size() - 1;
      List<Stmt> loop =
          innermost && blocks
              ? blocks(sum, total, counters.get(i), range, nest)
              : List.of(new Stmt.For(counters.get(i).id(), range.from(), range.to(), nest));
      nest = new ArrayList<>();
      if (innermost) {
        nest.addAll(body.outer);
      }
      nest.addAll(loop);
    }
    if (reduced.isEmpty()) {
      into.addAll(body.outer);
    }
    into.addAll(nest);
    Expr result = body.scalars(into).cast(total, dtype);
    into.add(new Stmt.Store(out, resultPosition(base), result));
  }

  private boolean inBlocks(boolean chunked) {
    long each = reduced.stream().mapToLong(Loop::extent).reduce(1, Math::multiplyExact);
    return isLongSum(each / (chunked ? CHUNKS : 1));
  }

  private DType wide() {
    return dtype == DType.F32 ? DType.F64 : dtype;
  }

  private static Range all(Loop loop) {
    return new Range(Expr.of(0), Expr.of(loop.extent()));
  }

  /** The innermost loop over a range, a block at a time; each block's sum is added to the total. */
  private List<Stmt> blocks(
      Expr.Local sum, Expr.Local total, Expr.Local counter, Range range, List<Stmt> inner) {
    long count = Math.ceilDiv(reduced.getLast().extent(), BLOCK);
    Expr.Local block = body.fresh(DType.I64);
    List<Stmt> each = new ArrayList<>();
    KernelScalars scalars = body.scalars(each);
    Expr from = scalars.let(Expr.plus(range.from(), Expr.times(block, BLOCK)));
    Expr end = scalars.let(Expr.plus(from, Expr.of(BLOCK)));
    Expr to = scalars.let(Expr.i64(Prim.MIN, end, range.to()));
    each.add(new Stmt.Var(sum.id(), initial()));
    each.add(new Stmt.For(counter.id(), from, to, inner));
    Expr added = op.combine(scalars, total, scalars.cast(sum, total.dtype()));
    each.add(new Stmt.Set(total.id(), added));
    return List.of(new Stmt.For(block.id(), Expr.of(0), Expr.of(count), each));
  }

  /** Results accumulate in memory while the innermost, kept loop runs over {@code side}. */
  private void sideBySide(
      int out, Expr base, List<Stmt> into, Range side, Range chunk, boolean chunked) {
    Expr.Local start = body.fresh(DType.I64);
    Expr.Local counter = body.fresh(DType.I64);
    Loop last = loops.getLast();
    body.counter(last, start);
    into.add(
        new Stmt.For(
            start.id(),
            side.from(),
            side.to(),
            List.of(new Stmt.Store(out, resultPosition(base), initial()))));
    body.counter(last, counter);
    List<Expr.Local> counters = new ArrayList<>();
    for (Loop loop : reduced) {
      Expr.Local c = body.fresh(DType.I64);
      counters.add(c);
      body.counter(loop, c);
    }
    Expr x = body.value(input, identity).expr();
    Expr at = resultPosition(base);
    KernelScalars scalars = body.scalars(body.inner);
    Expr old = scalars.let(new Expr.Load(out, at, dtype));
    body.inner.add(new Stmt.Store(out, at, op.combine(scalars, old, x)));
    List<Stmt> nest = new ArrayList<>(body.outer);
    nest.add(new Stmt.For(counter.id(), side.from(), side.to(), body.inner));
    for (int i = reduced.size() - 1; i >= 0; i--) {
      Range range = chunked && i == 0 ? chunk : all(reduced.get(i));
      nest =
          new ArrayList<>(
              List.of(new Stmt.For(counters.get(i).id(), range.from(), range.to(), nest)));
    }
    into.addAll(nest);
  }

  private Expr initial() {
    return new Expr.Const(dtype, op.initial(dtype));
  }

  private Expr resultPosition(Expr base) {
    return Expr.plus(base, body.position(resultAt()).expr());
  }

  /** Two kernels: partial results by chunk, then their combination in order. */
  private Result split() {
    long results = graph.type(output).size();
    long extent = reduced.getFirst().extent();
    long size = Math.ceilDiv(extent, CHUNKS);
    if (innermostKept() && isLongSum(extent)) {
      size = Math.min(size, BLOCK);
    }
    long chunks = Math.ceilDiv(extent, size);
    TensorType partial = new TensorType(dtype, Shape.of(chunks, results));
    int out = body.scratch(dtype, true);
    List<Stmt> perPiece = new ArrayList<>();
    KernelScalars scalars = body.scalars(perPiece);
    Expr piece = body.piece();
    Expr from = scalars.let(Expr.times(piece, size));
    Expr to = scalars.let(Expr.i64(Prim.MIN, Expr.plus(from, Expr.of(size)), Expr.of(extent)));
    Expr base = scalars.let(Expr.times(piece, results));
    List<Loop> serial = innermostKept() ? kept.subList(0, kept.size() - 1) : kept;
    List<Expr.Local> counters = new ArrayList<>();
    for (Loop loop : serial) {
      Expr.Local counter = body.fresh(DType.I64);
      counters.add(counter);
      body.counter(loop, counter);
    }
    List<Stmt> nest = new ArrayList<>();
    Range chunk = new Range(from, to);
    if (innermostKept()) {
      Range side = new Range(Expr.of(0), Expr.of(kept.getLast().extent()));
      sideBySide(out, base, nest, side, chunk, true);
    } else {
      accumulate(out, base, nest, chunk, true);
    }
    for (int i = serial.size() - 1; i >= 0; i--) {
      Expr count = Expr.of(serial.get(i).extent());
      nest = List.of(new Stmt.For(counters.get(i).id(), Expr.of(0), count, nest));
    }
    perPiece.addAll(nest);
    Lowered first = finish(chunks, List.of(Lowering.pieces(body, perPiece)), space.size());
    return new Result(List.of(first, combine(chunks, results, first)), List.of(partial));
  }

  private Lowered combine(long chunks, long results, Lowered first) {
    KernelScalars.Locals locals = new KernelScalars.Locals();
    Expr.Local result = locals.fresh(DType.I64);
    Expr.Local chunk = locals.fresh(DType.I64);
    DType wide = op instanceof Reduce.Sum ? wide() : dtype;
    Expr.Local sum = locals.fresh(wide);
    List<Stmt> inner = new ArrayList<>();
    KernelScalars scalars = new KernelScalars(locals, inner);
    Expr at = Expr.plus(Expr.times(chunk, results), result);
    Expr part = scalars.cast(scalars.let(new Expr.Load(0, at, dtype)), wide);
    inner.add(new Stmt.Set(sum.id(), op.combine(scalars, sum, part)));
    List<Stmt> perResult = new ArrayList<>();
    perResult.add(new Stmt.Var(sum.id(), new Expr.Const(wide, op.initial(dtype))));
    perResult.add(new Stmt.For(chunk.id(), Expr.of(0), Expr.of(chunks), inner));
    Expr total = new KernelScalars(locals, perResult).cast(sum, dtype);
    perResult.add(new Stmt.Store(1, result, total));
    Kernel kernel =
        new Kernel(
            List.of(new Kernel.Param(dtype, false), new Kernel.Param(dtype, true)),
            results,
            chunks,
            List.of(new Stmt.For(result.id(), new Expr.Begin(), new Expr.End(), perResult)));
    Ref scratch = first.params().stream().filter(r -> r.entry() < 0).findFirst().orElseThrow();
    return new Lowered(kernel, List.of(scratch, output));
  }
}
