package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;
import kortex.op.Binary;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Random;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;
import kortex.scalar.Prim;
import kortex.tensor.DType;
import kortex.tensor.Shape;

/**
 * Computes values of a group at the current point of its loops. What does not depend on the
 * innermost loop is computed before it.
 */
final class Body {
  private final Graph graph;
  private final Access access;
  private final List<Loops.Loop> loops;
  private final KernelScalars.Locals locals = new KernelScalars.Locals();
  private final int rank;
  private final Expr.Local piece = locals.fresh(DType.I64);

  /** The counter of each loop, by the loop's innermost axis. */
  private final Map<Integer, Expr> counters = new HashMap<>();

  private final Map<Ref, Integer> params = new LinkedHashMap<>();
  private final List<Kernel.Param> paramTypes = new ArrayList<>();
  private final Map<List<Object>, Point> memo = new HashMap<>();
  private final Map<Coordinate.Padded, Inside> insides = new HashMap<>();

  /** Values of the group that are known at their own position: at each point, or for a row. */
  private final Map<Ref, Function<KernelScalars, Point>> known = new HashMap<>();

  /** Statements before the innermost loop, and inside it. */
  List<Stmt> outer = new ArrayList<>();

  List<Stmt> inner = new ArrayList<>();

  /** What the innermost loop runs over, where that is known to be part of its extent. */
  private Optional<Coordinate.Stretch> stretch = Optional.empty();

  /** A scalar, and whether it changes in the innermost loop. */
  record Point(Expr expr, boolean varies) {}

  Body(Graph graph, Access access, List<Loops.Loop> loops, int rank) {
    this.graph = graph;
    this.access = access;
    this.loops = loops;
    this.rank = rank;
  }

  /** Counts the pieces of work. */
  Expr.Local piece() {
    return piece;
  }

  Expr.Local fresh(DType dtype) {
    return locals.fresh(dtype);
  }

  KernelScalars scalars(List<Stmt> into) {
    return new KernelScalars(locals, into);
  }

  void counter(Loops.Loop loop, Expr counter) {
    counters.put(loop.innermost(), counter);
  }

  /** Goes to another position along a loop: values are computed anew there. */
  void move(Loops.Loop loop, Expr counter) {
    counter(loop, counter);
    memo.clear();
    insides.clear();
  }

  /** Goes on inside a loop of its own over a stretch of the innermost loop. */
  void stretch(Coordinate.Stretch part) {
    stretch = Optional.of(part);
    inner = new ArrayList<>();
    memo.values().removeIf(Point::varies);
    insides.values().removeIf(i -> i.position().varies());
  }

  /** Says how to read a value of the group that was computed before. */
  void know(Ref ref, Function<KernelScalars, Point> read) {
    known.put(ref, read);
  }

  /**
   * Computes values in a loop, with {@code before} the statements before the innermost one: they
   * are known there and no longer.
   */
  List<Stmt> within(List<Stmt> before, Runnable compute) {
    Map<List<Object>, Point> points = Map.copyOf(memo);
    Map<Coordinate.Padded, Inside> places = Map.copyOf(insides);
    List<Stmt> outside = outer;
    outer = before;
    inner = new ArrayList<>();
    compute.run();
    outer = outside;
    memo.clear();
    memo.putAll(points);
    insides.clear();
    insides.putAll(places);
    return inner;
  }

  /** The values that the parameters stand for, in order. */
  List<Ref> paramRefs() {
    return List.copyOf(params.keySet());
  }

  List<Kernel.Param> paramTypes() {
    return paramTypes;
  }

  /** The parameter that holds a value, declared on first use. */
  int param(Ref ref, boolean written) {
    Ref memory = Access.resolve(graph, ref);
    Integer known = params.get(memory);
    if (known != null) {
      return known;
    }
    params.put(memory, paramTypes.size());
    paramTypes.add(new Kernel.Param(graph.type(ref).dtype(), written));
    return paramTypes.size() - 1;
  }

  /** A parameter that is scratch of a number. */
  int scratch(int number, DType dtype) {
    params.put(Lowering.scratch(number), paramTypes.size());
    paramTypes.add(new Kernel.Param(dtype, true));
    return paramTypes.size() - 1;
  }

  /** The dtype of a parameter. */
  DType type(int param) {
    return paramTypes.get(param).dtype();
  }

  /** A position in memory at the current point of the loops. */
  Point position(Affine affine) {
    Expr sum = Expr.of(0);
    boolean varies = false;
    for (Loops.Loop loop : loops) {
      long stride = affine.strides().get(loop.innermost());
      if (stride != 0) {
        Expr counter = java.util.Objects.requireNonNull(counters.get(loop.innermost()));
        sum = Expr.plus(sum, Expr.times(counter, stride));
        varies |= loop == loops.getLast();
      }
    }
    for (Affine.Term term : affine.terms()) {
      Point point = inside(term.point()).position();
      sum = Expr.plus(sum, Expr.times(point.expr(), term.stride()));
      varies |= point.varies();
    }
    return new Point(Expr.plus(sum, Expr.of(affine.offset())), varies);
  }

  /** Where a point on a padded axis is inside the margins, and whether it is on an element. */
  private record Inside(Point position, Point holds) {}

  private Inside inside(Coordinate.Padded padded) {
    Inside known = insides.get(padded);
    if (known == null) {
      Point point = position(Affine.of(padded.point(), rank));
      known =
          stretch
              .filter(s -> point.varies())
              .flatMap(s -> padded.elements().filter(e -> e.contains(s) || e.isApart(s)))
              .map(e -> inStretch(padded, point, e.contains(stretch.orElseThrow())))
              .orElseGet(() -> inside(padded, point));
      insides.put(padded, known);
    }
    return known;
  }

  /** In a stretch, a point is on elements all the time or never. */
  private Inside inStretch(Coordinate.Padded padded, Point point, boolean holds) {
    Expr position = Expr.plus(point.expr(), Expr.of(-padded.margin().low()));
    return new Inside(
        holds ? new Point(position, true) : new Point(Expr.of(0), true),
        new Point(new Expr.Const(DType.BOOL, holds ? 1 : 0), true));
  }

  /** Clamps the position only on sides that have a margin, so that nothing else is read. */
  private Inside inside(Coordinate.Padded padded, Point point) {
    Join.Margin margin = padded.margin();
    long last = padded.extent() - 1;
    KernelScalars s = scalars(point.varies() ? inner : outer);
    Expr shifted = s.let(Expr.plus(point.expr(), Expr.of(-margin.low())));
    Expr position = shifted;
    List<Expr> conditions = new ArrayList<>();
    if (margin.interior() > 0) {
      Expr step = Expr.of(margin.interior() + 1);
      position = s.let(Expr.i64(Prim.DIV, shifted, step));
      conditions.add(s.equal(s.let(Expr.i64(Prim.MUL, position, step)), shifted));
    }
    if (margin.low() > 0) {
      conditions.add(s.lessOrEqual(Expr.of(0), shifted));
      position = s.max(position, Expr.of(0));
    }
    if (margin.high() > 0) {
      conditions.add(s.lessOrEqual(shifted, Expr.of(last * (margin.interior() + 1))));
      position = s.min(position, Expr.of(last));
    }
    Expr holds = conditions.stream().reduce(s::and).orElseThrow();
    return new Inside(new Point(position, point.varies()), new Point(holds, point.varies()));
  }

  /** The value of {@code ref} at the coordinates {@code map}. */
  Point value(Ref ref, List<Coordinate> map) {
    List<Coordinate> normal = normal(graph.type(ref).shape(), map);
    Point before = memo.get(List.<Object>of(ref, normal));
    if (before != null) {
      return before;
    }
    Point made = make(ref, normal);
    memo.put(List.of(ref, normal), made);
    return made;
  }

  /** There is one position only on an axis of extent 1, whatever moves the coordinate. */
  private static List<Coordinate> normal(Shape shape, List<Coordinate> map) {
    List<Coordinate> out = new ArrayList<>(map);
    for (int axis = 0; axis < out.size(); axis++) {
      if (shape.extent(axis) == 1) {
        out.set(axis, Coordinate.ONLY);
      }
    }
    return List.copyOf(out);
  }

  private Point make(Ref ref, List<Coordinate> map) {
    Entry entry = graph.entry(ref);
    Shape shape = graph.type(ref).shape();
    DType dtype = graph.type(ref).dtype();
    Function<KernelScalars, Point> read = known.get(ref);
    if (read != null) {
      return read.apply(scalars(inner));
    }
    if (access.inMemory(ref)) {
      Point at = position(Affine.of(shape, map, rank));
      return place(at.varies(), s -> new Expr.Load(param(ref, false), at.expr(), dtype));
    }
    if (entry.op() instanceof Join.Pad pad) {
      return padded(pad, entry, map, dtype);
    }
    if (entry.op() instanceof Index.Take) {
      return take(entry, map, dtype);
    }
    List<Point> in = new ArrayList<>();
    for (Ref input : entry.inputs()) {
      in.add(value(input, access.inputMap(entry, input, map)));
    }
    return apply(entry.op(), in, map, shape, dtype);
  }

  /** The element where there is one; elsewhere some element is read and not used. */
  private Point padded(Join.Pad pad, Entry entry, List<Coordinate> map, DType dtype) {
    Ref input = entry.inputs().getFirst();
    Expr fill = new Expr.Const(dtype, pad.value());
    if (graph.type(input).size() == 0) {
      return new Point(fill, false);
    }
    List<Coordinate> within = access.inputMap(entry, input, map);
    List<Point> holds = new ArrayList<>();
    for (int i = 0; i < map.size(); i++) {
      if (!within.get(i).equals(map.get(i))) {
        holds.add(inside((Coordinate.Padded) within.get(i).origin()).holds());
      }
    }
    if (holds.stream().anyMatch(h -> h.expr().equals(new Expr.Const(DType.BOOL, 0)))) {
      // Not so in other stretches.
      return new Point(fill, true);
    }
    Point x = value(input, within);
    boolean varies = x.varies() || holds.stream().anyMatch(Point::varies);
    return holds.stream()
        .map(Point::expr)
        .filter(h -> !(h instanceof Expr.Const))
        .reduce((a, b) -> place(varies, s -> s.and(a, b)).expr())
        .map(h -> place(varies, s -> s.select(h, x.expr(), fill)))
        .orElse(new Point(x.expr(), varies));
  }

  /** Loads from the row at a position that is itself computed. */
  private Point take(Entry entry, List<Coordinate> map, DType dtype) {
    Ref x = entry.inputs().get(0);
    Ref index = entry.inputs().get(1);
    Shape shape = graph.type(x).shape();
    Point row = value(index, map.subList(0, graph.type(index).shape().rank()));
    Point rest = position(Affine.of(shape, access.rows(index, map), rank));
    Point start = row(row, shape.extent(0), shape.strides()[0]);
    return place(
        start.varies() || rest.varies(),
        s -> new Expr.Load(param(x, false), Expr.plus(start.expr(), rest.expr()), dtype));
  }

  /**
   * Where a row begins: clamped, so that no position, however wrong, reaches memory of something
   * else.
   */
  private Point row(Point index, long rows, long stride) {
    return place(
        index.varies(),
        s -> {
          Expr inside = s.min(s.max(index.expr(), Expr.of(0)), Expr.of(Math.max(0, rows - 1)));
          return Expr.times(inside, stride);
        });
  }

  private Point apply(Op op, List<Point> in, List<Coordinate> map, Shape shape, DType dtype) {
    boolean varies = in.stream().anyMatch(Point::varies);
    return switch (op) {
      case Leaf.Fill fill -> new Point(new Expr.Const(dtype, fill.value()), false);
      case View view -> in.getFirst();
      case Unary unary ->
          place(varies, s -> s.narrow(unary.formula(s, s.widen(in.getFirst().expr())), dtype));
      case Binary binary ->
          place(
              varies,
              s -> {
                Expr a = s.widen(in.get(0).expr());
                return s.narrow(binary.formula(s, a, s.widen(in.get(1).expr())), dtype);
              });
      case Select select ->
          place(
              varies, s -> select.formula(s, in.get(0).expr(), in.get(1).expr(), in.get(2).expr()));
      case Index.Iota iota -> {
        Point at = position(Affine.of(map.get(iota.axis()), rank));
        yield place(at.varies(), s -> s.cast(s.let(at.expr()), dtype));
      }
      case Index.Position index -> {
        Point at = position(Affine.of(shape, map, rank));
        yield place(at.varies(), s -> Expr.plus(at.expr(), Expr.of(index.start())));
      }
      case Random random ->
          place(varies, s -> random.formula(s, in.get(0).expr(), in.get(1).expr()));
      default -> throw new IllegalStateException(op + " is not computed inside a kernel");
    };
  }

  private Point place(boolean varies, Function<KernelScalars, Expr> make) {
    KernelScalars scalars = scalars(varies ? inner : outer);
    return new Point(scalars.let(make.apply(scalars)), varies);
  }
}
