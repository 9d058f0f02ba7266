package kortex.op;

import java.util.Optional;
import java.util.OptionalInt;
import kortex.scalar.Scalars;
import kortex.tensor.DType;

/**
 * What happens to the result of an op before it is stored: {@code activation((result − centre) ·
 * scale + bias + residual)}, rounded. It is no op, but a part of how one is run: a step with an
 * epilogue reads the inputs of its op, then centre and scale, then the bias, then the residual.
 *
 * @param norm the axis of the result along which a vector is subtracted and then one multiplied, if
 *     they are
 * @param bias the axis of the result along which a vector is added, if one is
 * @param residual whether a value of the result's type is added
 * @param activation applied to the sum, if one is
 * @param rounded what all of it is rounded to in the end, if it is
 */
public record Epilogue(
    OptionalInt norm,
    OptionalInt bias,
    boolean residual,
    Optional<Activation> activation,
    Optional<DType> rounded) {
  /** Nothing. */
  public static final Epilogue NONE =
      new Epilogue(
          OptionalInt.empty(), OptionalInt.empty(), false, Optional.empty(), Optional.empty());

  /** A function of one number. */
  public enum Activation {
    RELU,
    TANH,
    SIGMOID,
    /** {@code x · Φ(x)}. */
    GELU;

    /** Its value. */
    public <S> S formula(Scalars<S> s, S x) {
      return switch (this) {
        case RELU -> s.select(s.lessOrEqual(x, s.constant(x, 0)), s.constant(x, 0), x);
        case TANH -> new Unary.Tanh().formula(s, x);
        case SIGMOID -> new Unary.Sigmoid().formula(s, x);
        case GELU -> {
          S erf = new Unary.Erf().formula(s, s.mul(x, s.constant(x, Math.sqrt(0.5))));
          S half = s.constant(x, 0.5);
          yield s.mul(x, s.mul(s.add(erf, s.constant(x, 1)), half));
        }
      };
    }
  }

  /** The same with a centre and a scale along an axis. */
  public Epilogue withNorm(int axis) {
    return new Epilogue(OptionalInt.of(axis), bias, residual, activation, rounded);
  }

  /** The same with a bias along an axis. */
  public Epilogue withBias(int axis) {
    return new Epilogue(norm, OptionalInt.of(axis), residual, activation, rounded);
  }

  /** The same with a residual. */
  public Epilogue withResidual() {
    return new Epilogue(norm, bias, true, activation, rounded);
  }

  /** The same with an activation. */
  public Epilogue with(Activation function) {
    return new Epilogue(norm, bias, residual, Optional.of(function), rounded);
  }

  /** The same, rounded to a dtype. */
  public Epilogue to(DType dtype) {
    return new Epilogue(norm, bias, residual, activation, Optional.of(dtype));
  }

  /** Whether nothing happens. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** Whether nothing happens but rounding. */
  public boolean isOnlyRounded() {
    return norm.isEmpty() && bias.isEmpty() && !residual && activation.isEmpty();
  }

  /** How many values a step reads beside the inputs of its op. */
  public int operands() {
    return (norm.isPresent() ? 2 : 0) + (bias.isPresent() ? 1 : 0) + (residual ? 1 : 0);
  }

  /** Written behind the name of the op: {@code matMul + bias + residual, relu, bf16}. */
  @Override
  public String toString() {
    String text =
        (norm.isPresent() ? ", norm" : "")
            + (bias.isPresent() ? " + bias" : "")
            + (residual ? " + residual" : "");
    String function =
        activation.map(a -> ", " + a.name().toLowerCase(java.util.Locale.ROOT)).orElse("");
    return text + function + rounded.map(d -> ", " + d).orElse("");
  }
}
