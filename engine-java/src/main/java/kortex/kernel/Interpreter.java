package kortex.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
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

  private Interpreter(Kernel kernel, List<MemorySegment> buffers, long begin, long end) {
    this.buffers = buffers;
    this.begin = begin;
    this.end = end;
    int locals = 1 + highestLocal(kernel.body());
    this.floats = new double[locals];
    this.integers = new long[locals];
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
                case Stmt.Store s -> -1;
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
    long i = integer(s.index());
    switch (s.value().dtype()) {
      case F64 -> to.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, floating(s.value()));
      case F32 -> to.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, (float) floating(s.value()));
      case I64 -> to.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, integer(s.value()));
      case I32 -> to.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, (int) integer(s.value()));
      case BOOL -> to.set(ValueLayout.JAVA_BYTE, i, (byte) integer(s.value()));
    }
  }

  private double floating(Expr expr) {
    return switch (expr) {
      case Expr.Const e -> round(e.value(), e.dtype());
      case Expr.Local e -> floats[e.id()];
      case Expr.Load e -> {
        long i = integer(e.index());
        MemorySegment from = buffers.get(e.param());
        yield e.dtype() == DType.F64
            ? from.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i)
            : from.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
      }
      case Expr.Apply e -> round(applyFloat(e), e.dtype());
      case Expr.Begin e -> begin;
      case Expr.End e -> end;
    };
  }

  private static double round(double x, DType dtype) {
    return dtype == DType.F32 ? (float) x : x;
  }

  private double applyFloat(Expr.Apply e) {
    Expr a = e.args().getFirst();
    if (e.prim() == Prim.SELECT) {
      return integer(a) != 0 ? floating(e.args().get(1)) : floating(e.args().get(2));
    }
    if (e.prim() == Prim.CAST) {
      return a.dtype().isFloat() ? floating(a) : integer(a);
    }
    double x = floating(a);
    return e.prim().arity() == 1
        ? ScalarMath.unary(e.prim(), x)
        : ScalarMath.binary(e.prim(), x, floating(e.args().get(1)));
  }

  private long integer(Expr expr) {
    return switch (expr) {
      case Expr.Const e -> (long) e.value();
      case Expr.Local e -> integers[e.id()];
      case Expr.Begin e -> begin;
      case Expr.End e -> end;
      case Expr.Load e -> {
        long i = integer(e.index());
        MemorySegment from = buffers.get(e.param());
        yield switch (e.dtype()) {
          case I64 -> from.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
          case I32 -> from.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i);
          case BOOL, F32, F64 -> from.get(ValueLayout.JAVA_BYTE, i);
        };
      }
      case Expr.Apply e -> wrap(applyInteger(e), e.dtype());
    };
  }

  private static long wrap(long x, DType dtype) {
    return dtype == DType.I32 ? (int) x : x;
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
    // A logical shift of an i32 must not see the sign bits of its 64-bit carrier.
    long carrier = e.prim() == Prim.SHIFT_RIGHT && e.dtype() == DType.I32 ? x & 0xFFFFFFFFL : x;
    return ScalarMath.binary(e.prim(), carrier, integer(e.args().get(1)));
  }

  private long castToInteger(Expr a, DType to) {
    if (to == DType.BOOL) {
      return (a.dtype().isFloat() ? floating(a) != 0 : integer(a) != 0) ? 1 : 0;
    }
    if (!a.dtype().isFloat()) {
      return integer(a);
    }
    return to == DType.I32 ? (int) floating(a) : (long) floating(a);
  }
}
