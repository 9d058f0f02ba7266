package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;
import kortex.op.Binary;
import kortex.op.Index;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Random;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;
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

  /** Statements before the innermost loop, and inside it. */
  final List<Stmt> outer = new ArrayList<>();

  final List<Stmt> inner = new ArrayList<>();

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

  /** A parameter that is no value of the graph. */
  int scratch(DType dtype, boolean written) {
    params.put(new Ref(-1 - paramTypes.size(), 0), paramTypes.size());
    paramTypes.add(new Kernel.Param(dtype, written));
    return paramTypes.size() - 1;
  }

  /** The position in memory for strides over the iteration space. */
  Point position(List<Long> strides) {
    Expr sum = Expr.of(0);
    boolean varies = false;
    for (Loops.Loop loop : loops) {
      long stride = strides.get(loop.innermost());
      if (stride != 0) {
        Expr counter = java.util.Objects.requireNonNull(counters.get(loop.innermost()));
        sum = Expr.plus(sum, Expr.times(counter, stride));
        varies |= loop == loops.getLast();
      }
    }
    return new Point(sum, varies);
  }

  /** The value of {@code ref} where its axes follow the iteration space as {@code map} says. */
  Point value(Ref ref, List<Integer> map) {
    Point known = memo.get(List.<Object>of(ref, map));
    if (known != null) {
      return known;
    }
    Point made = make(ref, map);
    memo.put(List.of(ref, map), made);
    return made;
  }

  private Point make(Ref ref, List<Integer> map) {
    Entry entry = graph.entry(ref);
    Shape shape = graph.type(ref).shape();
    DType dtype = graph.type(ref).dtype();
    if (access.inMemory(ref)) {
      Point at = position(Access.strides(shape, map, rank));
      return place(at.varies(), s -> new Expr.Load(param(ref, false), at.expr(), dtype));
    }
    List<Point> in = new ArrayList<>();
    for (Ref input : entry.inputs()) {
      in.add(value(input, access.inputMap(entry, input, map)));
    }
    return apply(entry.op(), in, map, shape, dtype);
  }

  private Point apply(Op op, List<Point> in, List<Integer> map, Shape shape, DType dtype) {
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
        Point at = position(Access.along(iota, map, rank));
        yield place(at.varies(), s -> s.cast(s.let(at.expr()), dtype));
      }
      case Random.Uniform uniform -> {
        Point at = position(Access.strides(shape, map, rank));
        yield place(
            varies || at.varies(), s -> uniform.formula(s, in.getFirst().expr(), s.let(at.expr())));
      }
      default -> throw new IllegalStateException(op + " is not computed inside a kernel");
    };
  }

  private Point place(boolean varies, java.util.function.Function<KernelScalars, Expr> make) {
    KernelScalars scalars = scalars(varies ? inner : outer);
    return new Point(scalars.let(make.apply(scalars)), varies);
  }
}
