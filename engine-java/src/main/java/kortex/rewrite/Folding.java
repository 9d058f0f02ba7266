package kortex.rewrite;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import kortex.op.Scalars;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * Evaluates a scalar formula of floats at compile time. An unknown operand, or a primitive that is
 * not exact in Java's double, makes the result unknown.
 */
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
    return floats ? formula.apply(new Folding(result.dtype())).value() : Optional.empty();
  }

  private interface One {
    double apply(double x);
  }

  private interface Two {
    double apply(double a, double b);
  }

  private Number map(Number x, One f) {
    return x.value().map(v -> known(f.apply(v))).orElse(UNKNOWN);
  }

  private Number map(Number a, Number b, Two f) {
    return a.value().isPresent() && b.value().isPresent()
        ? known(f.apply(a.value().get(), b.value().get()))
        : UNKNOWN;
  }

  private Number known(double value) {
    return new Number(Optional.of(dtype == DType.F32 ? (double) (float) value : value));
  }

  @Override
  public Number constant(Number like, double value) {
    return known(value);
  }

  @Override
  public Number add(Number a, Number b) {
    return map(a, b, Double::sum);
  }

  @Override
  public Number sub(Number a, Number b) {
    return map(a, b, (x, y) -> x - y);
  }

  @Override
  public Number mul(Number a, Number b) {
    return map(a, b, (x, y) -> x * y);
  }

  @Override
  public Number div(Number a, Number b) {
    return map(a, b, (x, y) -> x / y);
  }

  @Override
  public Number pow(Number a, Number b) {
    return map(a, b, Math::pow);
  }

  @Override
  public Number min(Number a, Number b) {
    return map(a, b, Math::min);
  }

  @Override
  public Number max(Number a, Number b) {
    return map(a, b, Math::max);
  }

  @Override
  public Number neg(Number x) {
    return map(x, v -> -v);
  }

  @Override
  public Number abs(Number x) {
    return map(x, Math::abs);
  }

  @Override
  public Number sqrt(Number x) {
    return map(x, Math::sqrt);
  }

  @Override
  public Number exp(Number x) {
    return map(x, Math::exp);
  }

  @Override
  public Number log(Number x) {
    return map(x, Math::log);
  }

  @Override
  public Number sin(Number x) {
    return map(x, Math::sin);
  }

  @Override
  public Number cos(Number x) {
    return map(x, Math::cos);
  }

  @Override
  public Number tanh(Number x) {
    return map(x, Math::tanh);
  }

  @Override
  public Number erf(Number x) {
    return UNKNOWN;
  }

  @Override
  public Number floor(Number x) {
    return map(x, Math::floor);
  }

  @Override
  public Number equal(Number a, Number b) {
    return map(a, b, (x, y) -> x == y ? 1 : 0);
  }

  @Override
  public Number less(Number a, Number b) {
    return map(a, b, (x, y) -> x < y ? 1 : 0);
  }

  @Override
  public Number lessOrEqual(Number a, Number b) {
    return map(a, b, (x, y) -> x <= y ? 1 : 0);
  }

  @Override
  public Number and(Number a, Number b) {
    return UNKNOWN;
  }

  @Override
  public Number or(Number a, Number b) {
    return UNKNOWN;
  }

  @Override
  public Number xor(Number a, Number b) {
    return UNKNOWN;
  }

  @Override
  public Number shiftLeft(Number x, int bits) {
    return UNKNOWN;
  }

  @Override
  public Number shiftRight(Number x, int bits) {
    return UNKNOWN;
  }

  @Override
  public Number select(Number condition, Number a, Number b) {
    return condition.value().map(c -> c != 0 ? a : b).orElse(UNKNOWN);
  }

  @Override
  public Number cast(Number x, DType to) {
    return to.isFloat() ? map(x, v -> v) : UNKNOWN;
  }
}
