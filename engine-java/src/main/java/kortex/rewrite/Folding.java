package kortex.rewrite;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import kortex.scalar.Prim;
import kortex.scalar.ScalarMath;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Evaluates a scalar formula of floats at compile time; an unknown operand makes it unknown. */
final class Folding implements Scalars<Folding.Number> {
  private static final Number UNKNOWN = new Number(Optional.empty());
  private final DType dtype;

  private Folding(DType dtype) {
    this.dtype = dtype;
  }

  /** A number, if known. */
  record Number(Optional<Double> value) {}

  /** The result, rounded to its dtype; empty when it is unknown or not of floats. */
  static Optional<Double> fold(
      List<TensorType> operands, TensorType result, Function<Scalars<Number>, Number> formula) {
    boolean floats =
        operands.stream().allMatch(t -> t.dtype().isFloat()) && result.dtype().isFloat();
    return floats
        ? formula.apply(new Folding(result.dtype())).value().map(result.dtype()::round)
        : Optional.empty();
  }

  private Number known(double value) {
    // A formula of half precision is computed in f32; only its result is rounded further.
    return new Number(Optional.of(dtype == DType.F64 ? value : (float) value));
  }

  @Override
  public Number apply(Prim prim, List<Number> args) {
    if (args.stream().anyMatch(a -> a.value().isEmpty())) {
      return UNKNOWN;
    }
    double[] x = args.stream().mapToDouble(a -> a.value().orElseThrow()).toArray();
    return switch (prim) {
      case SELECT -> known(x[0] != 0 ? x[1] : x[2]);
      case EQUAL, LESS, LESS_OR_EQUAL -> known(ScalarMath.compare(prim, x[0], x[1]) ? 1 : 0);
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, REM, CAST -> UNKNOWN;
      default ->
          known(x.length == 1 ? ScalarMath.unary(prim, x[0]) : ScalarMath.binary(prim, x[0], x[1]));
    };
  }

  @Override
  public Number constant(Number like, double value) {
    return known(value);
  }

  @Override
  public Number cast(Number x, DType to) {
    return to.isFloat() && x.value().isPresent() ? known(x.value().get()) : UNKNOWN;
  }
}
