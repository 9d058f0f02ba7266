package kortex.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.scalar.Elements;
import kortex.scalar.Prim;
import kortex.scalar.ScalarMath;
import kortex.tensor.DType;

/**
 * Runs kernels as they stand: the meaning of the loop language, the oracle for every emitter, and
 * the way to run a kernel that is not worth compiling. Floats are computed in the precision of
 * their dtype.
 */
public final class Interpreter {
  private final List<MemorySegment> buffers;
  private final long begin;
  private final long end;
  private final double[] floats;
  private final long[] integers;
  private final double[][] floatArrays;
  private final long[][] integerArrays;

  private Interpreter(Kernel kernel, List<MemorySegment> buffers, long begin, long end) {
    this.buffers = buffers;
    this.begin = begin;
    this.end = end;
    int locals = 1 + highestLocal(kernel.body());
    this.floats = new double[locals];
    this.integers = new long[locals];
    this.floatArrays = new double[locals][];
    this.integerArrays = new long[locals][];
  }

  /** Handles the pieces from {@code begin} to {@code end}; one buffer for each parameter. */
  public static void run(Kernel kernel, List<MemorySegment> buffers, long begin, long end) {
    new Interpreter(kernel, buffers, begin, end).block(kernel.body());
  }

  private static int highestLocal(List<Stmt> body) {
    int highest = -1;
    for (Stmt stmt : body) {
      highest =
          Math.max(
              highest,
              switch (stmt) {
                case Stmt.Let s -> s.local();
                case Stmt.Var s -> s.local();
                case Stmt.Set s -> s.local();
                case Stmt.Array s -> s.array();
                case Stmt.Store s -> -1;
                case Stmt.Put s -> -1;
                case Stmt.Stream s -> -1;
                case Stmt.For s -> Math.max(s.local(), highestLocal(s.body()));
              });
    }
    return highest;
  }

  private void block(List<Stmt> body) {
    for (Stmt stmt : body) {
      switch (stmt) {
        case Stmt.Let s -> assign(s.local(), s.value());
        case Stmt.Var s -> assign(s.local(), s.initial());
        case Stmt.Set s -> assign(s.local(), s.value());
        case Stmt.Store s -> store(s);
        case Stmt.Array s -> declare(s);
        case Stmt.Put s -> put(s);
        case Stmt.Stream s -> stream(s);
        case Stmt.For s -> {
          long to = integer(s.to());
          for (long i = integer(s.from()); i < to; i++) {
            integers[s.local()] = i;
            block(s.body());
          }
        }
      }
    }
  }

  private void assign(int local, Expr value) {
    if (value.dtype().isFloat()) {
      floats[local] = floating(value);
    } else {
      integers[local] = integer(value);
    }
  }

  private void store(Stmt.Store s) {
    MemorySegment to = buffers.get(s.param());
    DType dtype = s.value().dtype();
    if (dtype.isFloat()) {
      Elements.set(to, dtype, integer(s.index()), floating(s.value()));
    } else {
      Elements.setLong(to, dtype, integer(s.index()), integer(s.value()));
    }
  }

  private void declare(Stmt.Array s) {
    if (s.dtype().isFloat()) {
      floatArrays[s.array()] = new double[Math.toIntExact(s.size())];
    } else {
      integerArrays[s.array()] = new long[Math.toIntExact(s.size())];
    }
  }

  private void put(Stmt.Put s) {
    int at = Math.toIntExact(integer(s.index()));
    if (s.value().dtype().isFloat()) {
      floatArrays[s.array()][at] = floating(s.value());
    } else {
      integerArrays[s.array()][at] = integer(s.value());
    }
  }

  private void stream(Stmt.Stream s) {
    long at = integer(s.index());
    long count = integer(s.count());
    for (int i = 0; i < count; i++) {
      if (s.dtype().isFloat()) {
        Elements.set(buffers.get(s.param()), s.dtype(), at + i, floatArrays[s.array()][i]);
      } else {
        Elements.setLong(buffers.get(s.param()), s.dtype(), at + i, integerArrays[s.array()][i]);
      }
    }
  }

  private double floating(Expr expr) {
    return switch (expr) {
      case Expr.Const e -> e.dtype().round(e.value());
      case Expr.Local e -> floats[e.id()];
      case Expr.Load e -> Elements.get(buffers.get(e.param()), e.dtype(), integer(e.index()));
      case Expr.Element e -> floatArrays[e.array()][Math.toIntExact(integer(e.index()))];
      case Expr.Apply e -> applyFloat(e);
      case Expr.Begin e -> begin;
      case Expr.End e -> end;
    };
  }

  private double applyFloat(Expr.Apply e) {
    Expr a = e.args().getFirst();
    if (e.prim() == Prim.SELECT) {
      return integer(a) != 0 ? floating(e.args().get(1)) : floating(e.args().get(2));
    }
    if (e.prim() == Prim.CAST) {
      return a.dtype().isFloat() ? e.dtype().round(floating(a)) : e.dtype().round(integer(a));
    }
    double x = floating(a);
    return e.dtype()
        .round(
            e.prim().arity() == 1
                ? ScalarMath.unary(e.prim(), x)
                : ScalarMath.binary(e.prim(), x, floating(e.args().get(1))));
  }

  private long integer(Expr expr) {
    return switch (expr) {
      case Expr.Const e -> e.dtype().saturate(e.value());
      case Expr.Local e -> integers[e.id()];
      case Expr.Begin e -> begin;
      case Expr.End e -> end;
      case Expr.Load e -> Elements.getLong(buffers.get(e.param()), e.dtype(), integer(e.index()));
      case Expr.Element e -> integerArrays[e.array()][Math.toIntExact(integer(e.index()))];
      case Expr.Apply e -> e.dtype().wrap(applyInteger(e));
    };
  }

  private long applyInteger(Expr.Apply e) {
    Expr a = e.args().getFirst();
    if (e.prim() == Prim.SELECT) {
      return integer(a) != 0 ? integer(e.args().get(1)) : integer(e.args().get(2));
    }
    if (e.prim() == Prim.CAST) {
      return castToInteger(a, e.dtype());
    }
    if (e.prim().compares() && a.dtype().isFloat()) {
      return ScalarMath.compare(e.prim(), floating(a), floating(e.args().get(1))) ? 1 : 0;
    }
    long x = integer(a);
    if (e.prim().arity() == 1) {
      return ScalarMath.unary(e.prim(), x);
    }
    long y = integer(e.args().get(1));
    return ScalarMath.binary(e.prim(), ScalarMath.carrier(e.prim(), a.dtype(), x), y);
  }

  private long castToInteger(Expr a, DType to) {
    return a.dtype().isFloat() ? to.saturate(floating(a)) : integer(a);
  }
}
