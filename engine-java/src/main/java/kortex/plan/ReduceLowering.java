package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
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
 * Lowers reductions over the same axes of one space, with their producers, and maps over that
 * space. Where the innermost loop is reduced, each piece of work is one result with an accumulator;
 * where it is kept, results are accumulated {@linkplain SideBySide side by side}, so that both walk
 * memory in order. Long reductions to few results are split into a fixed number of chunks, whatever
 * the number of threads, so that their values do not depend on them.
 */
final class ReduceLowering {
  private static final long SPLIT_ABOVE = 1 << 15;
  private static final long SPLIT_RESULTS = 16;
  private static final long CHUNKS = 64;

  private final Graph graph;
  private final List<Ref> reductions = new ArrayList<>();
  private final List<Ref> maps = new ArrayList<>();
  private final Shape space;
  private final long results;
  private final List<Coordinate> identity;
  private final Affine dense;
  private final Affine resultAt;
  private final Body body;
  private final List<Loop> loops;
  private final List<Loop> kept = new ArrayList<>();
  private final List<Loop> reduced = new ArrayList<>();

  private ReduceLowering(
      Graph graph, Access access, Shape space, List<Integer> axes, List<Ref> outputs) {
    this.graph = graph;
    this.space = space;
    outputs.forEach(r -> (graph.entry(r).op() instanceof Reduce ? reductions : maps).add(r));
    this.identity = Coordinate.identity(space.rank());
    this.dense = Affine.of(space, identity, space.rank());
    List<Integer> keptAxes = Axis.without(space.rank(), axes);
    Shape result = graph.type(reductions.getFirst()).shape();
    this.results = result.size();
    this.resultAt = Affine.of(result, Coordinate.along(keptAxes), space.rank());
    Set<List<Long>> strides = new HashSet<>();
    strides.add(resultAt.strides());
    if (!maps.isEmpty()) {
      strides.add(dense.strides());
    }
    for (Ref output : outputs) {
      Ref from = maps.contains(output) ? output : graph.entry(output).inputs().getFirst();
      access.collect(from, identity, space.rank(), strides);
    }
    loops = Loops.collapse(space, Set.copyOf(axes), strides);
    loops.forEach(l -> (l.reduced() ? reduced : kept).add(l));
    body = new Body(graph, access, loops, space.rank());
  }

  /** One kernel, or two where long reductions are split. */
  static Result lower(
      Graph graph, Access access, Shape space, List<Integer> axes, List<Ref> outputs) {
    ReduceLowering lowering = new ReduceLowering(graph, access, space, axes, outputs);
    return lowering.isSplit()
        ? lowering.split()
        : new Result(List.of(lowering.single()), List.of());
  }

  private boolean isSplit() {
    if (reduced.isEmpty() || space.size() < SPLIT_ABOVE) {
      return false;
    }
    long extent = reduced.getFirst().extent();
    return (results <= SPLIT_RESULTS && extent >= CHUNKS)
        || (innermostKept() && anyLongSum(extent));
  }

  private boolean anyLongSum(long count) {
    return reductions.stream()
        .anyMatch(r -> Accumulators.isLongSum(op(r), graph.type(r).dtype(), count));
  }

  private Reduce op(Ref reduction) {
    return (Reduce) graph.entry(reduction).op();
  }

  private boolean innermostKept() {
    return !loops.isEmpty() && !loops.getLast().reduced();
  }

  /** A range of a loop. */
  record Range(Expr from, Expr to) {
    static Range all(Loop loop) {
      return new Range(Expr.of(0), Expr.of(loop.extent()));
    }
  }

  /** Where results go: each to a parameter, at positions from {@code base} on. */
  private record Target(List<Integer> params, Expr base) {}

  private Lowered single() {
    Target out = new Target(reductions.stream().map(r -> body.param(r, true)).toList(), Expr.of(0));
    List<Stmt> perPiece = new ArrayList<>();
    if (!innermostKept()) {
      Lowering.coordinates(body, kept, perPiece);
      List<Range> ranges = reduced.stream().map(Range::all).toList();
      accumulate(out, perPiece, ranges, perResult());
      return finish(results, List.of(Lowering.pieces(body, perPiece)));
    }
    Loop side = kept.getLast();
    if (kept.size() == 1) {
      Range mine = new Range(new Expr.Begin(), new Expr.End());
      sideBySide(out, perPiece, mine, reduced.stream().map(Range::all).toList());
      return finish(results, perPiece);
    }
    Lowering.coordinates(body, kept.subList(0, kept.size() - 1), perPiece);
    sideBySide(out, perPiece, Range.all(side), reduced.stream().map(Range::all).toList());
    long pieces = results / Math.max(1, side.extent());
    return finish(pieces, List.of(Lowering.pieces(body, perPiece)));
  }

  private long perResult() {
    return reduced.stream().mapToLong(Loop::extent).reduce(1, Math::multiplyExact);
  }

  private Lowered finish(long pieces, List<Stmt> statements) {
    long work = space.size() / Math.max(1, pieces) * (body.inner.size() + 1);
    return Lowering.finish(body, pieces, work, statements);
  }

  /** One accumulator a result, of {@code count} elements, while reduced loops run over ranges. */
  private void accumulate(Target out, List<Stmt> into, List<Range> ranges, long count) {
    Accumulators accumulators = new Accumulators(graph, body, reductions, count, into);
    List<Expr.Local> counters = new ArrayList<>();
    for (Loop loop : reduced) {
      Expr.Local counter = body.fresh(DType.I64);
      counters.add(counter);
      body.counter(loop, counter);
    }
    accumulators.add(identity);
    store();
    List<Stmt> nest = body.inner;
    for (int i = reduced.size() - 1; i >= 0; i--) {
      Range range = ranges.get(i);
      List<Stmt> around = new ArrayList<>();
      if (i == reduced.size() - 1) {
        around.addAll(body.outer);
        long extent = reduced.get(i).extent();
        around.addAll(accumulators.loop(counters.get(i), range.from(), range.to(), extent, nest));
      } else {
        around.add(new Stmt.For(counters.get(i).id(), range.from(), range.to(), nest));
      }
      nest = around;
    }
    if (reduced.isEmpty()) {
      into.addAll(body.outer);
    }
    into.addAll(nest);
    List<Expr> values = accumulators.results(into);
    Expr position = Expr.plus(out.base(), body.position(resultAt).expr());
    for (int i = 0; i < values.size(); i++) {
      into.add(new Stmt.Store(out.params().get(i), position, values.get(i)));
    }
  }

  /** Stores the maps at the current point. */
  private void store() {
    List<Expr> values = maps.stream().map(m -> body.value(m, identity).expr()).toList();
    for (int i = 0; i < values.size(); i++) {
      int param = body.param(maps.get(i), true);
      body.inner.add(new Stmt.Store(param, body.position(dense).expr(), values.get(i)));
    }
  }

  private void sideBySide(Target out, List<Stmt> into, Range side, List<Range> ranges) {
    List<SideBySide.Column> columns = new ArrayList<>();
    for (int i = 0; i < reductions.size(); i++) {
      Ref input = graph.entry(reductions.get(i)).inputs().getFirst();
      columns.add(new SideBySide.Column(op(reductions.get(i)), input, out.params().get(i)));
    }
    new SideBySide(body, kept.getLast(), reduced, identity, columns, this::store)
        .accumulate(
            into, side, ranges, () -> Expr.plus(out.base(), body.position(resultAt).expr()));
  }

  /** Two kernels: partial results by chunk, then their combination in order. */
  private Result split() {
    long extent = reduced.getFirst().extent();
    long size = Math.ceilDiv(extent, CHUNKS);
    if (innermostKept() && anyLongSum(extent)) {
      size = Math.min(size, Accumulators.BLOCK);
    }
    long chunks = Math.ceilDiv(extent, size);
    List<TensorType> scratch = new ArrayList<>();
    List<Integer> params = new ArrayList<>();
    for (Ref reduction : reductions) {
      DType dtype = graph.type(reduction).dtype();
      params.add(body.scratch(scratch.size(), dtype));
      scratch.add(new TensorType(dtype, Shape.of(chunks, results)));
    }
    List<Stmt> perPiece = new ArrayList<>();
    KernelScalars scalars = body.scalars(perPiece);
    Expr from = scalars.let(Expr.times(body.piece(), size));
    Expr to = scalars.let(Expr.i64(Prim.MIN, Expr.plus(from, Expr.of(size)), Expr.of(extent)));
    Target out = new Target(params, scalars.let(Expr.times(body.piece(), results)));
    perPiece.addAll(chunk(out, new Range(from, to)));
    Lowered first = finish(chunks, List.of(Lowering.pieces(body, perPiece)));
    Lowered last = new Chunks(graph, reductions).combine(chunks, results);
    return new Result(List.of(first, last), scratch);
  }

  /** All results of a chunk of the first reduced loop. */
  private List<Stmt> chunk(Target out, Range chunk) {
    List<Loop> serial = innermostKept() ? kept.subList(0, kept.size() - 1) : kept;
    List<Expr.Local> counters = new ArrayList<>();
    for (Loop loop : serial) {
      Expr.Local counter = body.fresh(DType.I64);
      counters.add(counter);
      body.counter(loop, counter);
    }
    List<Range> ranges = new ArrayList<>(reduced.stream().map(Range::all).toList());
    ranges.set(0, chunk);
    List<Stmt> nest = new ArrayList<>();
    if (innermostKept()) {
      sideBySide(out, nest, Range.all(kept.getLast()), ranges);
    } else {
      accumulate(out, nest, ranges, perResult() / CHUNKS);
    }
    for (int i = serial.size() - 1; i >= 0; i--) {
      Expr count = Expr.of(serial.get(i).extent());
      nest = List.of(new Stmt.For(counters.get(i).id(), Expr.of(0), count, nest));
    }
    return nest;
  }
}
