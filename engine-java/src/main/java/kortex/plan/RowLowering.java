package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping.Joined;
import kortex.kernel.Expr;
import kortex.kernel.Stmt;
import kortex.op.Reduce;
import kortex.plan.Body.Point;
import kortex.plan.Loops.Loop;
import kortex.plan.Lowering.Lowered;
import kortex.plan.Lowering.Result;
import kortex.plan.RowLevels.Level;
import kortex.scalar.Prim;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Lowers a joined group row by row. A piece of work is a row: as many loops over it as reductions
 * wait for one another, and between them what follows from their results alone. A row stays in the
 * cache from loop to loop. With reductions across rows a piece is a chunk of rows, so many whatever
 * the number of threads.
 */
final class RowLowering {
  private static final long CHUNKS = 64;

  /** Fewer would store more partial results than they save. */
  private static final long LEAST_ROWS = 8;

  private final Graph graph;
  private final Joined group;
  private final Set<Ref> written;
  private final Shape space;
  private final List<Integer> axes;
  private final List<Coordinate> identity;
  private final Affine inRow;
  private final long row;
  private final long rows;
  private final Body body;
  private final List<Level> levels;
  private final List<Loop> kept = new ArrayList<>();
  private final List<Loop> reduced = new ArrayList<>();
  private final List<Stmt> perRow = new ArrayList<>();

  /** What is reduced across rows, and where its partial results go, from {@code base} on. */
  private final List<Ref> across = new ArrayList<>();

  private final Map<Ref, Integer> partial = new LinkedHashMap<>();
  private Expr base = Expr.of(0);
  private long work;

  private RowLowering(Graph graph, Access access, Joined group, Set<Ref> written) {
    this.graph = graph;
    this.group = group;
    this.written = written;
    this.space = group.space();
    this.axes = group.axes();
    this.identity = Coordinate.identity(space.rank());
    this.inRow = inRow();
    this.row = axes.stream().mapToLong(space::extent).reduce(1, (a, b) -> a * b);
    this.rows = space.size() / row;
    this.levels = RowLevels.of(graph, access, space, axes, group.outputs());
    Set<List<Long>> strides = new HashSet<>(List.of(inRow.strides()));
    levels.forEach(l -> across.addAll(l.across()));
    for (Ref output : group.outputs()) {
      if (!across.contains(output)) {
        strides.add(at(output).strides());
        access.collect(output, map(output), space.rank(), strides);
      }
    }
    for (Level level : levels) {
      level.reductions().forEach(r -> access.collect(input(r), identity, space.rank(), strides));
      level.across().forEach(r -> access.collect(input(r), identity, space.rank(), strides));
    }
    List<Loop> loops = Loops.collapse(space, Set.copyOf(axes), strides);
    loops.forEach(l -> (l.reduced() ? reduced : kept).add(l));
    body = new Body(graph, access, loops, space.rank());
  }

  /** The kernels; {@code written} collects the outputs that can be read from memory by now. */
  static Result lower(Graph graph, Access access, Joined group, Set<Ref> written) {
    RowLowering lowering = new RowLowering(graph, access, group, written);
    return lowering.across.isEmpty() ? lowering.rows() : lowering.chunks();
  }

  private Result rows() {
    Lowering.coordinates(body, kept, perRow);
    row();
    List<Stmt> pieces = List.of(Lowering.pieces(body, perRow));
    return new Result(List.of(Lowering.finish(body, rows, work, pieces)), List.of());
  }

  /** Two kernels: rows and what is reduced across those of a chunk, then the chunks together. */
  private Result chunks() {
    long size = Math.max(LEAST_ROWS, Math.ceilDiv(rows, CHUNKS));
    long chunks = Math.ceilDiv(rows, size);
    List<TensorType> scratch = new ArrayList<>();
    for (Ref reduction : across) {
      DType dtype = graph.type(reduction).dtype();
      partial.put(reduction, body.scratch(scratch.size(), dtype));
      scratch.add(new TensorType(dtype, Shape.of(chunks, row)));
    }
    List<Stmt> perChunk = new ArrayList<>();
    KernelScalars scalars = body.scalars(perChunk);
    base = scalars.let(Expr.times(body.piece(), row));
    perChunk.add(clear());
    Expr from = scalars.let(Expr.times(body.piece(), size));
    Expr to = scalars.let(Expr.i64(Prim.MIN, Expr.plus(from, Expr.of(size)), Expr.of(rows)));
    Expr.Local counter = body.fresh(DType.I64);
    Lowering.coordinates(body, counter, kept, perRow);
    row();
    perChunk.add(new Stmt.For(counter.id(), from, to, perRow));
    List<Stmt> pieces = List.of(Lowering.pieces(body, perChunk));
    Lowered first = Lowering.finish(body, chunks, size * work, pieces);
    return new Result(List.of(first, new Chunks(graph, across).combine(chunks, row)), scratch);
  }

  private Stmt clear() {
    Expr.Local at = body.fresh(DType.I64);
    List<Stmt> stores = new ArrayList<>();
    partial.forEach((reduction, param) -> {
      DType dtype = body.type(param);
      Expr initial = new Expr.Const(dtype, reduce(reduction).initial(dtype));
      stores.add(new Stmt.Store(param, Expr.plus(base, at), initial));
    });
    return new Stmt.For(at.id(), Expr.of(0), Expr.of(row), stores);
  }

  private Reduce reduce(Ref reduction) {
    return (Reduce) graph.entry(reduction).op();
  }

  private void row() {
    body.outer = perRow;
    List<Ref> ofRows = new ArrayList<>(group.outputs());
    ofRows.removeIf(r -> isOfSpace(r) || across.contains(r));
    levels.forEach(this::loop);
    // Behind all loops, so that nothing that a row still reads is replaced.
    for (Ref output : ofRows) {
      Expr value = body.value(output, map(output)).expr();
      Expr position = body.position(at(output)).expr();
      perRow.add(new Stmt.Store(body.param(output, true), position, value));
    }
  }

  private boolean isOfSpace(Ref ref) {
    return graph.type(ref).shape().equals(space);
  }

  private Ref input(Ref reduction) {
    return graph.entry(reduction).inputs().getFirst();
  }

  /** The coordinates of a value of the space, or of one element a row. */
  private List<Coordinate> map(Ref ref) {
    Shape shape = graph.type(ref).shape();
    if (shape.rank() != space.rank()) {
      return Coordinate.along(Axis.without(space.rank(), axes));
    }
    List<Coordinate> map = new ArrayList<>(identity);
    for (int axis = 0; axis < shape.rank(); axis++) {
      map.set(axis, shape.extent(axis) == 1 ? Coordinate.ONLY : map.get(axis));
    }
    return shape.equals(space) ? identity : List.copyOf(map);
  }

  private Affine at(Ref ref) {
    return Affine.of(graph.type(ref).shape(), map(ref), space.rank());
  }

  /** The position in an array of the elements of one row. */
  private Affine inRow() {
    Shape elements = Shape.of(axes.stream().map(space::extent).toList());
    return Affine.of(elements, Coordinate.along(axes), space.rank());
  }

  private void loop(Level level) {
    Accumulators accumulators = new Accumulators(graph, body, level.reductions(), row, perRow);
    Map<Ref, Expr.Local> arrays = arrays(level);
    List<Expr.Local> counters = new ArrayList<>();
    for (Loop loop : reduced) {
      Expr.Local counter = body.fresh(DType.I64);
      counters.add(counter);
      body.counter(loop, counter);
    }
    boolean alone = reduced.size() == 1;
    List<Stmt> before = alone ? perRow : new ArrayList<>();
    List<Stmt> inner = body.within(before, () -> compute(level, accumulators, arrays));
    work += row * (inner.size() + 1);
    long extent = reduced.getLast().extent();
    List<Stmt> nest = new ArrayList<>(alone ? List.of() : before);
    nest.addAll(accumulators.loop(counters.getLast(), Expr.of(0), Expr.of(extent), extent, inner));
    for (int i = reduced.size() - 2; i >= 0; i--) {
      Expr to = Expr.of(reduced.get(i).extent());
      nest = List.of(new Stmt.For(counters.get(i).id(), Expr.of(0), to, nest));
    }
    perRow.addAll(nest);
    List<Expr> results = accumulators.results(perRow);
    for (int i = 0; i < results.size(); i++) {
      Point result = new Point(results.get(i), false);
      body.know(level.reductions().get(i), s -> result);
    }
    arrays.forEach((ref, array) -> body.know(ref, s -> element(s, array)));
    level.outputs().forEach(o -> finish(o, arrays));
  }

  /** An output of a row is read from memory from now on, or goes there now. */
  private void finish(Ref output, Map<Ref, Expr.Local> arrays) {
    Expr.Local array = arrays.get(output);
    if (array == null) {
      written.add(output);
      return;
    }
    body.counter(reduced.getLast(), Expr.of(0));
    Expr first = body.position(at(output)).expr();
    int param = body.param(output, true);
    perRow.add(new Stmt.Stream(param, first, array.id(), array.dtype(), Expr.of(row)));
  }

  private boolean isStreamed(Ref output) {
    return reduced.size() == 1 && Streams.fitsRow(row) && Streams.pays(graph, output);
  }

  private void addAcross(Ref reduction) {
    Expr x = body.value(input(reduction), identity).expr();
    KernelScalars scalars = body.scalars(body.inner);
    int param = Objects.requireNonNull(partial.get(reduction));
    Expr position = Expr.plus(base, body.position(inRow).expr());
    Expr old = scalars.let(new Expr.Load(param, position, body.type(param)));
    Expr next = reduce(reduction).combine(scalars, old, x);
    body.inner.add(new Stmt.Store(param, position, next));
  }

  private Map<Ref, Expr.Local> arrays(Level level) {
    Map<Ref, Expr.Local> out = new LinkedHashMap<>();
    Set<Ref> refs = new LinkedHashSet<>(level.kept());
    level.outputs().stream().filter(this::isStreamed).forEach(refs::add);
    for (Ref ref : refs) {
      DType dtype = graph.type(ref).dtype();
      Expr.Local array = body.fresh(dtype);
      perRow.add(new Stmt.Array(array.id(), dtype, row));
      out.put(ref, array);
    }
    return out;
  }

  private Point element(KernelScalars s, Expr.Local array) {
    Expr at = body.position(inRow).expr();
    return new Point(s.let(new Expr.Element(array.id(), at, array.dtype())), true);
  }

  /** What happens at each point of a row. */
  private void compute(Level level, Accumulators accumulators, Map<Ref, Expr.Local> arrays) {
    accumulators.add(identity);
    level.across().forEach(this::addAcross);
    arrays.forEach((ref, array) -> {
      Expr value = body.value(ref, identity).expr();
      body.inner.add(new Stmt.Put(array.id(), body.position(inRow).expr(), value));
    });
    List<Expr> values = level.outputs().stream().map(o -> body.value(o, identity).expr()).toList();
    for (int i = 0; i < values.size(); i++) {
      Ref output = level.outputs().get(i);
      if (!arrays.containsKey(output)) {
        Expr position = body.position(at(output)).expr();
        body.inner.add(new Stmt.Store(body.param(output, true), position, values.get(i)));
      }
    }
  }
}
