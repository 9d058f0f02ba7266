package kortex.backend.cpu.emit;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import kortex.kernel.Expr;
import kortex.scalar.Prim;
import kortex.tensor.DType;

/** Emits the scalar primitives as LLVM instructions. */
final class PrimEmitter {
  private final UnaryOperator<String> define;
  private final Set<String> declarations;
  private final Set<String> math;

  /**
   * @param define appends an instruction and returns the name of its result
   * @param declarations collects what the module must declare
   * @param math collects the functions of math.ll that are used
   */
  PrimEmitter(UnaryOperator<String> define, Set<String> declarations, Set<String> math) {
    this.define = define;
    this.declarations = declarations;
    this.math = math;
  }

  /** The type of a scalar in a register. */
  static String register(DType dtype) {
    return dtype == DType.BOOL ? "i1" : memory(dtype);
  }

  /** The type of a scalar in memory. */
  static String memory(DType dtype) {
    return switch (dtype) {
      case F64 -> "double";
      case F32 -> "float";
      case I64 -> "i64";
      case I32 -> "i32";
      case BOOL -> "i8";
    };
  }

  static String constant(DType dtype, double value) {
    return switch (dtype) {
      case F64 -> hex(value);
      case F32 -> hex((float) value);
      case I64 -> Long.toString((long) value);
      case I32 -> Integer.toString((int) value);
      case BOOL -> value != 0 ? "true" : "false";
    };
  }

  private static String hex(double value) {
    return String.format(Locale.ROOT, "0x%016X", Double.doubleToLongBits(value));
  }

  /** Emits {@code e}; {@code regroup} marks a running sum whose order may change. */
  String emit(Expr.Apply e, List<String> args, boolean regroup) {
    DType from = e.args().getFirst().dtype();
    return switch (e.prim()) {
      case SELECT -> select(e.dtype(), args.get(0), args.get(1), args.get(2));
      case CAST -> cast(args.getFirst(), from, e.dtype());
      case EQUAL, LESS, LESS_OR_EQUAL -> compare(e.prim(), from, args);
      default ->
          from.isFloat() ? floating(e.prim(), from, args, regroup) : integer(e.prim(), from, args);
    };
  }

  private String floating(Prim prim, DType dtype, List<String> args, boolean regroup) {
    String flags = (regroup ? "reassoc contract " : "contract ") + memory(dtype) + " ";
    return switch (prim) {
      case ADD -> define.apply("fadd " + flags + both(args));
      case SUB -> define.apply("fsub " + flags + both(args));
      case MUL -> define.apply("fmul " + flags + both(args));
      case DIV -> define.apply("fdiv " + memory(dtype) + " " + both(args));
      case REM -> define.apply("frem " + memory(dtype) + " " + both(args));
      case NEG -> define.apply("fneg " + memory(dtype) + " " + args.getFirst());
      case MIN -> intrinsic("minimum", dtype, args);
      case MAX -> intrinsic("maximum", dtype, args);
      case ABS -> intrinsic("fabs", dtype, args);
      case SQRT -> intrinsic("sqrt", dtype, args);
      case FLOOR -> intrinsic("floor", dtype, args);
      case ROUND -> intrinsic("roundeven", dtype, args);
      case COPY_SIGN -> intrinsic("copysign", dtype, args);
      case EXP, EXPM1, LOG, LOG1P, LOG2, POW, SIN, COS, ATAN, TANH, ERF ->
          elementary(prim, dtype, args);
      case LOG10, ERFC, LGAMMA -> library(prim, dtype, args);
      default -> throw new IllegalArgumentException(prim + " of floats");
    };
  }

  private static String both(List<String> args) {
    return args.get(0) + ", " + args.get(1);
  }

  private String elementary(Prim prim, DType dtype, List<String> args) {
    if (dtype != DType.F32) {
      return library(prim, dtype, args);
    }
    String name = "kx." + prim;
    math.add(name);
    String typed = String.join(", ", args.stream().map(a -> "float " + a).toList());
    return define.apply("call float @" + name + "(" + typed + ")");
  }

  /** The C library's function: right everywhere, but a call for each element. */
  private String library(Prim prim, DType dtype, List<String> args) {
    return call(prim + (dtype == DType.F32 ? "f" : ""), memory(dtype), args);
  }

  private String intrinsic(String name, DType dtype, List<String> args) {
    String suffix = dtype == DType.F32 ? ".f32" : dtype == DType.F64 ? ".f64" : "." + memory(dtype);
    return call("llvm." + name + suffix, memory(dtype), args);
  }

  private String call(String name, String type, List<String> args) {
    String types = String.join(", ", args.stream().map(a -> type).toList());
    declarations.add("declare " + type + " @" + name + "(" + types + ")");
    String typed = String.join(", ", args.stream().map(a -> type + " " + a).toList());
    return define.apply("call " + type + " @" + name + "(" + typed + ")");
  }

  private String integer(Prim prim, DType dtype, List<String> args) {
    String type = register(dtype) + " ";
    return switch (prim) {
      case ADD -> define.apply("add " + type + both(args));
      case SUB -> define.apply("sub " + type + both(args));
      case MUL -> define.apply("mul " + type + both(args));
      case AND -> define.apply("and " + type + both(args));
      case OR -> define.apply("or " + type + both(args));
      case XOR -> define.apply("xor " + type + both(args));
      case SHIFT_LEFT -> shift("shl", dtype, args);
      case SHIFT_RIGHT -> shift("lshr", dtype, args);
      case NEG -> define.apply("sub " + type + "0, " + args.getFirst());
      case MIN -> intrinsic("smin", dtype, args);
      case MAX -> intrinsic("smax", dtype, args);
      case ABS -> {
        String negative = define.apply("sub " + type + "0, " + args.getFirst());
        yield intrinsic("smax", dtype, List.of(args.getFirst(), negative));
      }
      case DIV -> divide("sdiv", dtype, args);
      case REM -> divide("srem", dtype, args);
      default -> throw new IllegalArgumentException(prim + " of integers");
    };
  }

  /** A shift that is defined for every count: 0 where LLVM's is not. */
  private String shift(String instruction, DType dtype, List<String> args) {
    String type = register(dtype) + " ";
    String inside = define.apply("icmp ult " + type + args.get(1) + ", " + 8 * dtype.bytes());
    return select(dtype, inside, define.apply(instruction + " " + type + both(args)), "0");
  }

  /** Division that cannot trap: by 0 it gives 0, by −1 the negated dividend (remainder 0). */
  private String divide(String instruction, DType dtype, List<String> args) {
    String type = register(dtype) + " ";
    String a = args.get(0);
    String b = args.get(1);
    if (b.matches("[1-9][0-9]*")) {
      return define.apply(instruction + " " + type + a + ", " + b);
    }
    String zero = define.apply("icmp eq " + type + b + ", 0");
    String minusOne = define.apply("icmp eq " + type + b + ", -1");
    String special = define.apply("or i1 " + zero + ", " + minusOne);
    String divisor = select(dtype, special, "1", b);
    String quotient = define.apply(instruction + " " + type + a + ", " + divisor);
    String negated = instruction.equals("sdiv") ? define.apply("sub " + type + "0, " + a) : "0";
    return select(dtype, zero, "0", select(dtype, minusOne, negated, quotient));
  }

  private String select(DType dtype, String condition, String a, String b) {
    String type = register(dtype) + " ";
    return define.apply("select i1 " + condition + ", " + type + a + ", " + type + b);
  }

  private String compare(Prim prim, DType dtype, List<String> args) {
    String suffix =
        switch (prim) {
          case EQUAL -> "eq";
          case LESS -> "lt";
          default -> "le";
        };
    if (dtype.isFloat()) {
      return define.apply("fcmp o" + suffix + " " + memory(dtype) + " " + both(args));
    }
    String sign = prim == Prim.EQUAL ? "" : dtype == DType.BOOL ? "u" : "s";
    return define.apply("icmp " + sign + suffix + " " + register(dtype) + " " + both(args));
  }

  private String cast(String x, DType from, DType to) {
    if (from == to) {
      return x;
    }
    String source = register(from) + " " + x;
    String target = register(to);
    if (to == DType.BOOL) {
      return define.apply(
          from.isFloat() ? "fcmp une " + source + ", 0.0" : "icmp ne " + source + ", 0");
    }
    if (from.isFloat() && to.isFloat()) {
      return define.apply((to == DType.F64 ? "fpext " : "fptrunc ") + source + " to " + target);
    }
    if (from.isFloat()) {
      String name = "llvm.fptosi.sat." + target + (from == DType.F32 ? ".f32" : ".f64");
      declarations.add("declare " + target + " @" + name + "(" + register(from) + ")");
      return define.apply("call " + target + " @" + name + "(" + source + ")");
    }
    if (to.isFloat()) {
      return define.apply((from == DType.BOOL ? "uitofp " : "sitofp ") + source + " to " + target);
    }
    if (from == DType.BOOL) {
      return define.apply("zext " + source + " to " + target);
    }
    return define.apply((to == DType.I64 ? "sext " : "trunc ") + source + " to " + target);
  }
}
