package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping.Fused;
import kortex.graph.Grouping.Joined;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;
import kortex.op.Accumulate;
import kortex.op.Join;
import kortex.op.Op;
import kortex.op.Reduce;
import kortex.op.Scatter;
import kortex.op.View;
import kortex.plan.Coordinate.Stretch;
import kortex.scalar.Prim;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Lowers fused groups to kernels: one, or two where a long reduction is split. */
final class Lowering {
  private Lowering() {}

  /**
   * A kernel and what its parameters stand for: values, or scratch (a ref with a negative entry)
   * that belongs to the group.
   */
  record Lowered(Kernel kernel, List<Ref> params) {}

  /** Kernels to run in order, and the types of the scratch they share. */
  record Result(List<Lowered> kernels, List<TensorType> scratch) {}

  /** What stands for scratch of a number. */
  static Ref scratch(int number) {
    return new Ref(-1 - number, 0);
  }

  /** The number of the scratch that a ref stands for, if it does. */
  static OptionalInt scratch(Ref ref) {
    return ref.entry() < 0 ? OptionalInt.of(-1 - ref.entry()) : OptionalInt.empty();
  }

  /** Lowers joined groups; {@code buffers} are the values that are in memory. */
  static Result lower(Graph graph, Joined group, Set<Ref> buffers) {
    Set<Ref> own = Set.copyOf(group.outputs());
    Set<Ref> written = new HashSet<>();
    Access access =
        new Access(
            graph, ref -> buffers.contains(ref) && (!own.contains(ref) || written.contains(ref)));
    return group.byRows()
        ? RowLowering.lower(graph, access, group, written)
        : ReduceLowering.lower(graph, access, group.space(), group.axes(), group.outputs());
  }

  /** Lowers a group; {@code buffers} are the values that are in memory. */
  static Result lower(Graph graph, Fused group, Set<Ref> buffers) {
    Set<Ref> own = Set.copyOf(group.outputs());
    Predicate<Ref> readable = ref -> buffers.contains(ref) && !own.contains(ref);
    Access access = new Access(graph, readable);
    Op op = graph.entry(group.root()).op();
    if (op instanceof Reduce reduce) {
      Ref input = graph.entry(group.root()).inputs().getFirst();
      Shape space = graph.type(input).shape();
      return ReduceLowering.lower(graph, access, space, reduce.axes(), group.outputs());
    }
    List<Lowered> kernels =
        switch (op) {
          case Accumulate running ->
              List.of(AccumulateLowering.lower(graph, access, running, group.root()));
          case Scatter scatter ->
              List.of(ScatterLowering.lower(graph, access, scatter, group.root()));
          case Join.Concat concat -> concat(graph, readable, concat, group);
          default -> List.of(map(graph, access, group));
        };
    return new Result(kernels, List.of());
  }

  private static Lowered map(Graph graph, Access access, Fused group) {
    Shape space = graph.type(group.root()).shape();
    List<Stored> stored = group.outputs().stream().map(out -> Stored.of(graph, out)).toList();
    return map(graph, access, space, stored);
  }

  /**
   * One kernel for each part, which computes it where it belongs; one for all parts, and what is
   * stored beside them, where they are equal.
   */
  private static List<Lowered> concat(
      Graph graph, Predicate<Ref> readable, Join.Concat concat, Fused group) {
    List<Ref> inputs = graph.entry(group.root()).inputs();
    List<Stored> parts = parts(graph, concat, group.root());
    if (!Join.Concat.isEven(inputs.stream().map(graph::type).toList())) {
      return parts.stream()
          .map(part -> {
            Shape space = graph.type(part.value()).shape();
            return map(graph, new Access(graph, readable), space, List.of(part));
          })
          .toList();
    }
    List<Stored> stored = new ArrayList<>(parts);
    for (Ref output : group.outputs()) {
      if (!output.equals(group.root())) {
        stored.add(Stored.of(graph, output));
      }
    }
    Shape space = graph.type(inputs.getFirst()).shape();
    return List.of(map(graph, new Access(graph, readable), space, stored));
  }

  private static List<Stored> parts(Graph graph, Join.Concat concat, Ref root) {
    Shape whole = graph.type(root).shape();
    List<Stored> out = new ArrayList<>();
    long begin = 0;
    for (Ref part : graph.entry(root).inputs()) {
      long extent = graph.type(part).shape().extent(concat.axis());
      List<Coordinate> map = new ArrayList<>(Coordinate.identity(whole.rank()));
      map.set(concat.axis(), map.get(concat.axis()).of(new View.Range(begin, extent, 1)));
      out.add(new Stored(part, root, Affine.of(whole, map, whole.rank())));
      begin += extent;
    }
    return out;
  }

  /** A value, the buffer it is stored in, and where there. */
  private record Stored(Ref value, Ref buffer, Affine at) {
    static Stored of(Graph graph, Ref output) {
      Shape space = graph.type(output).shape();
      Affine at = Affine.of(space, Coordinate.identity(space.rank()), space.rank());
      return new Stored(output, output, at);
    }

    /** Whether it goes past the caches; parts of a concatenation do not begin where lines do. */
    boolean isStreamed(Graph graph) {
      return value.equals(buffer) && Streams.pays(graph, value);
    }
  }

  /** Computes values of the shape {@code space} at each of its points and stores them. */
  private static Lowered map(Graph graph, Access access, Shape space, List<Stored> stored) {
    int rank = space.rank();
    List<Coordinate> identity = Coordinate.identity(rank);
    Set<List<Long>> strides = new HashSet<>();
    stored.forEach(s -> strides.add(s.at().strides()));
    stored.forEach(s -> access.collect(s.value(), identity, rank, strides));
    List<Loops.Loop> loops = Loops.collapse(space, Set.of(), strides);
    Body body = new Body(graph, access, loops, rank);

    List<Stmt> prologue = new ArrayList<>();
    boolean flat = loops.size() <= 1;
    if (!flat) {
      coordinates(body, loops.subList(0, loops.size() - 1), prologue);
    }
    List<Stmt> nest = new ArrayList<>();
    long work = 0;
    // All stretches share a counter, so that a position is the same expression in each.
    Expr.Local counter = body.fresh(DType.I64);
    long extent = loops.isEmpty() ? 1 : loops.getLast().extent();
    for (Stretch stretch : stretches(access, loops)) {
      List<Stmt> inner = innermost(body, loops, stretch, counter, stored);
      Expr from =
          flat ? clipped(Prim.MAX, new Expr.Begin(), stretch.from(), 0) : Expr.of(stretch.from());
      Expr to =
          flat ? clipped(Prim.MIN, new Expr.End(), stretch.to(), extent) : Expr.of(stretch.to());
      Optional<Expr> first = streamed(graph, body, loops, stretch, stored);
      if (first.isPresent()) {
        nest.addAll(
            flat
                ? Streams.blocks(body, counter, inner)
                : Streams.row(body, counter, extent, first.get(), inner));
      } else {
        nest.add(new Stmt.For(counter.id(), from, to, inner));
      }
      work += (inner.size() + 1) * (stretch.to() - stretch.from());
    }
    prologue.addAll(body.outer);
    prologue.addAll(nest);
    long rest = space.size() / Math.max(1, extent);
    return flat
        ? finish(body, space.size(), work / Math.max(1, extent), prologue)
        : finish(body, rest, work, List.of(pieces(body, prologue)));
  }

  /** Where the innermost loop begins to store, if all that it stores goes past the caches. */
  private static Optional<Expr> streamed(
      Graph graph, Body body, List<Loops.Loop> loops, Stretch all, List<Stored> stored) {
    if (loops.isEmpty() || !stored.stream().allMatch(s -> s.isStreamed(graph))) {
      return Optional.empty();
    }
    Loops.Loop last = loops.getLast();
    // All are stored in the same place of buffers of their own.
    Affine at = stored.getFirst().at();
    boolean inOrder = at.strides().get(last.innermost()) == 1 && at.terms().isEmpty();
    boolean whole = all.to() - all.from() == last.extent();
    if (!inOrder || !whole || (loops.size() > 1 && !Streams.fitsRow(last.extent()))) {
      return Optional.empty();
    }
    body.counter(last, Expr.of(0));
    return Optional.of(body.position(at).expr());
  }

  private static List<Stretch> stretches(Access access, List<Loops.Loop> loops) {
    return loops.isEmpty()
        ? List.of(new Stretch(0, 1))
        : access.stretches(loops.getLast().innermost(), loops.getLast().extent());
  }

  /** A bound of the pieces to do, clipped to a stretch unless that reaches to the very end. */
  private static Expr clipped(Prim prim, Expr bound, long stretch, long outermost) {
    return stretch == outermost ? bound : Expr.i64(prim, bound, Expr.of(stretch));
  }

  /** What happens at each point of a stretch of the innermost loop. */
  private static List<Stmt> innermost(
      Body body, List<Loops.Loop> loops, Stretch stretch, Expr.Local counter, List<Stored> stored) {
    body.stretch(stretch);
    if (!loops.isEmpty()) {
      body.counter(loops.getLast(), counter);
    }
    int rank = stored.getFirst().at().strides().size();
    List<Coordinate> identity = Coordinate.identity(rank);
    List<Expr> values = stored.stream().map(s -> body.value(s.value(), identity).expr()).toList();
    for (int i = 0; i < values.size(); i++) {
      int buffer = body.param(stored.get(i).buffer(), true);
      Expr position = body.position(stored.get(i).at()).expr();
      body.inner.add(new Stmt.Store(buffer, position, values.get(i)));
    }
    return body.inner;
  }

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
    coordinates(body, body.piece(), loops, into);
  }

  /** Splits a counter into the counters of some loops, the last one fastest. */
  static void coordinates(Body body, Expr counter, List<Loops.Loop> loops, List<Stmt> into) {
    KernelScalars scalars = body.scalars(into);
    Expr rest = counter;
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
