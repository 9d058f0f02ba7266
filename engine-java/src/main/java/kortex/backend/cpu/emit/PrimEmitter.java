package kortex.backend.cpu.emit;

import java.util.Arrays;
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

  /** The type of a scalar in a register: half precision is a float that is rounded already. */
  static String register(DType dtype) {
    return dtype == DType.BOOL ? "i1" : dtype.isHalf() ? "float" : memory(dtype);
  }

  /** The type of a scalar in memory. */
  static String memory(DType dtype) {
    return switch (dtype) {
      case F64 -> "double";
      case F32 -> "float";
      case I64 -> "i64";
      case I32 -> "i32";
      case I16, F16, BF16 -> "i16";
      case I8, U8, BOOL -> "i8";
    };
  }

  static String constant(DType dtype, double value) {
    return switch (dtype) {
      case F64, F32, F16, BF16 -> hex(dtype.round(value));
      case I64, I32, I16, I8 -> Long.toString(dtype.saturate(value));
      case U8 -> Byte.toString((byte) dtype.saturate(value));
      case BOOL -> value != 0 ? "true" : "false";
    };
  }

  private static String hex(double value) {
    return String.format(Locale.ROOT, "0x%016X", Double.doubleToLongBits(value));
  }

  /** A loaded scalar as it is in registers. */
  String fromMemory(DType dtype, String value) {
    if (dtype.isHalf()) {
      return function("widen." + dtype, "float", "i16", value);
    }
    return dtype == DType.BOOL ? define.apply("icmp ne i8 " + value + ", 0") : value;
  }

  /** A scalar as it is stored. */
  String toMemory(DType dtype, String value) {
    if (dtype.isHalf()) {
      return function("narrow." + dtype, "i16", "float", value);
    }
    return dtype == DType.BOOL ? define.apply("zext i1 " + value + " to i8") : value;
  }

  /** A function of math.ll. */
  private String function(String name, String result, String type, String... args) {
    math.add("kx." + name);
    String typed = String.join(", ", Arrays.stream(args).map(a -> type + " " + a).toList());
    return define.apply("call " + result + " @kx." + name + "(" + typed + ")");
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

  /** The type that numbers of a dtype are computed in. */
  private static DType computed(DType dtype) {
    return dtype.isHalf() ? DType.F32 : dtype;
  }

  private String floating(Prim prim, DType dtype, List<String> args, boolean regroup) {
    if (dtype.isHalf()) {
      return cast(floating(prim, DType.F32, args, regroup), DType.F32, dtype);
    }
    String flags = (regroup ? "reassoc contract " : "contract ") + memory(dtype) + " ";
    return switch (prim) {
      case ADD -> define.apply("fadd " + flags + both(args));
      case SUB -> define.apply("fsub " + flags + both(args));
      case MUL -> define.apply("fmul " + flags + both(args));
      case DIV -> define.apply("fdiv " + memory(dtype) + " " + both(args));
      case REM -> call(dtype == DType.F32 ? "fmodf" : "fmod", memory(dtype), args);
      case NEG -> define.apply("fneg " + memory(dtype) + " " + args.getFirst());
      case MIN, MAX -> extremum(prim, dtype, args);
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

  /**
   * The larger or smaller of two numbers; NaN if one is, and +0 is larger than −0. Beside a
   * constant that takes a comparison and a choice, for which LLVM's intrinsic has six instructions.
   */
  private String extremum(Prim prim, DType dtype, List<String> args) {
    String a = args.get(0);
    String b = args.get(1);
    if (isConstant(a) == isConstant(b)) {
      return intrinsic(prim == Prim.MAX ? "maximum" : "minimum", dtype, args);
    }
    String x = isConstant(a) ? b : a;
    String c = isConstant(a) ? a : b;
    String wins = prim == Prim.MAX ? "gt " : "lt ";
    if (c.equals(constant(dtype, prim == Prim.MAX ? 0.0 : -0.0))) {
      String first = define.apply("fcmp u" + wins + register(dtype) + " " + x + ", " + c);
      return select(dtype, first, x, c);
    }
    String first = define.apply("fcmp o" + wins + register(dtype) + " " + c + ", " + x);
    return select(dtype, first, c, x);
  }

  private static boolean isConstant(String value) {
    return value.startsWith("0x");
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
    boolean unsigned = dtype == DType.U8;
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
      case MIN -> intrinsic(unsigned ? "umin" : "smin", dtype, args);
      case MAX -> intrinsic(unsigned ? "umax" : "smax", dtype, args);
      case ABS -> {
        if (unsigned) {
          yield args.getFirst();
        }
        String negative = define.apply("sub " + type + "0, " + args.getFirst());
        yield intrinsic("smax", dtype, List.of(args.getFirst(), negative));
      }
      case DIV -> divide(unsigned ? "udiv" : "sdiv", dtype, args);
      case REM -> divide(unsigned ? "urem" : "srem", dtype, args);
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
    if (dtype == DType.U8) {
      String safe = select(dtype, zero, "1", b);
      return select(dtype, zero, "0", define.apply(instruction + " " + type + a + ", " + safe));
    }
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
      return define.apply("fcmp o" + suffix + " " + register(dtype) + " " + both(args));
    }
    String sign = prim == Prim.EQUAL ? "" : isUnsigned(dtype) ? "u" : "s";
    return define.apply("icmp " + sign + suffix + " " + register(dtype) + " " + both(args));
  }

  private static boolean isUnsigned(DType dtype) {
    return dtype == DType.BOOL || dtype == DType.U8;
  }

  private String cast(String x, DType from, DType to) {
    if (from == to) {
      return x;
    }
    if (to.isHalf()) {
      return function("round." + to, "float", "float", oddFloat(x, computed(from)));
    }
    if (to == DType.BOOL) {
      String source = register(from) + " " + x;
      return define.apply(
          from.isFloat() ? "fcmp une " + source + ", 0.0" : "icmp ne " + source + ", 0");
    }
    if (from.isFloat()) {
      return to.isFloat() ? resize(x, computed(from), to) : truncate(x, computed(from), to);
    }
    return to.isFloat() ? toFloat(x, from, to) : convert(x, from, to);
  }

  private String resize(String x, DType from, DType to) {
    if (from == to) {
      return x;
    }
    String source = register(from) + " " + x;
    return define.apply((to == DType.F64 ? "fpext " : "fptrunc ") + source + " to " + register(to));
  }

  /** A float as an integer, saturating. */
  private String truncate(String x, DType from, DType to) {
    String target = register(to);
    String name =
        (to == DType.U8 ? "llvm.fptoui.sat." : "llvm.fptosi.sat.")
            + target
            + (from == DType.F32 ? ".f32" : ".f64");
    declarations.add("declare " + target + " @" + name + "(" + register(from) + ")");
    return define.apply("call " + target + " @" + name + "(" + register(from) + " " + x + ")");
  }

  private String toFloat(String x, DType from, DType to) {
    String source = register(from) + " " + x;
    return define.apply(
        (isUnsigned(from) ? "uitofp " : "sitofp ") + source + " to " + register(to));
  }

  private String convert(String x, DType from, DType to) {
    boolean sameWidth = from != DType.BOOL && from.bytes() == to.bytes();
    if (sameWidth) {
      return x;
    }
    boolean narrows = from.bytes() > to.bytes();
    String instruction = narrows ? "trunc " : isUnsigned(from) ? "zext " : "sext ";
    return define.apply(instruction + register(from) + " " + x + " to " + register(to));
  }

  /** A number as the float that rounds to half precision as the number itself does. */
  private String oddFloat(String x, DType from) {
    return switch (from) {
      case F32 -> x;
      case F64 -> function("odd", "float", "double", x);
      case I64 ->
          oddFloat(toFloat(function("sticky", "i64", "i64", x), from, DType.F64), DType.F64);
      case I32 -> oddFloat(toFloat(x, from, DType.F64), DType.F64);
      case I16, I8, U8, BOOL -> toFloat(x, from, DType.F32);
      case F16, BF16 -> throw new IllegalArgumentException(from + " is computed in f32");
    };
  }
}
