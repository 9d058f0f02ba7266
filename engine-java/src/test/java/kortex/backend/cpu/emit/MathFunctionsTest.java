package kortex.backend.cpu.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import kortex.scalar.Prim;
import kortex.scalar.ScalarMath;
import kortex.session.Session;
import org.junit.jupiter.api.Test;

/** The single-precision functions against double precision, in units in the last place. */
class MathFunctionsTest {
  private static final Session CPU = Session.open("cpu");

  private static float[] run(UnaryOperator<Tensor> f, float[] x) {
    return ScopedValue.where(Evaluator.SCOPED, CPU)
        .call(() -> f.apply(Tensor.of(x, x.length)).toFloatArray());
  }

  /** Every 997th float of a range, by bit pattern, of both signs. */
  private static float[] floats(float low, float high) {
    List<Float> out = new ArrayList<>();
    for (int bits = Float.floatToIntBits(low); bits <= Float.floatToIntBits(high); bits += 997) {
      out.add(Float.intBitsToFloat(bits));
    }
    float[] array = new float[out.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = out.get(i);
    }
    return array;
  }

  private static float[] negated(float[] x) {
    float[] out = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = -x[i];
    }
    return out;
  }

  private static void within(
      double ulps, float[] x, UnaryOperator<Tensor> f, DoubleUnaryOperator exact) {
    float[] y = run(f, x);
    for (int i = 0; i < x.length; i++) {
      double expected = exact.applyAsDouble(x[i]);
      double unit = Math.ulp((float) expected);
      double error = Math.abs(y[i] - expected) / unit;
      boolean same = Float.compare(y[i], (float) expected) == 0;
      int at = i;
      assertTrue(
          same || error <= ulps,
          () ->
              "at " + x[at] + ": expected " + expected + ", got " + y[at] + ", " + error + " ulp");
    }
  }

  @Test
  void exponential() {
    within(2, floats(1e-6f, 88.7f), Tensor::exp, Math::exp);
    within(2, negated(floats(1e-6f, 87.3f)), Tensor::exp, Math::exp);
    // Results that underflow gradually keep their absolute precision.
    within(1.5, negated(floats(87.4f, 103f)), Tensor::exp, Math::exp);
    special(Tensor::exp, Math::exp);
  }

  @Test
  void logarithm() {
    within(2, floats(Float.MIN_NORMAL, Float.MAX_VALUE), Tensor::log, Math::log);
    within(2, floats(Float.MIN_VALUE, Float.MIN_NORMAL), Tensor::log, Math::log);
    special(Tensor::log, Math::log);
  }

  @Test
  void hyperbolicTangent() {
    within(3, floats(1e-6f, 100f), Tensor::tanh, Math::tanh);
    within(3, negated(floats(1e-6f, 100f)), Tensor::tanh, Math::tanh);
    special(Tensor::tanh, Math::tanh);
  }

  @Test
  void errorFunction() {
    within(5, floats(1e-6f, 10f), Tensor::erf, ScalarMath::erf);
    within(5, negated(floats(1e-6f, 10f)), Tensor::erf, ScalarMath::erf);
    special(Tensor::erf, x -> Double.isInfinite(x) ? Math.signum(x) : ScalarMath.erf(x));
  }

  @Test
  void sineAndCosine() {
    within(2, floats(1e-6f, Float.MAX_VALUE), Tensor::sin, Math::sin);
    within(2, negated(floats(1e-6f, Float.MAX_VALUE)), Tensor::sin, Math::sin);
    within(2, floats(1e-6f, Float.MAX_VALUE), Tensor::cos, Math::cos);
    within(2, negated(floats(1e-6f, Float.MAX_VALUE)), Tensor::cos, Math::cos);
  }

  @Test
  void arctangent() {
    within(2, floats(1e-6f, Float.MAX_VALUE), Tensor::atan, Math::atan);
    within(2, negated(floats(1e-6f, Float.MAX_VALUE)), Tensor::atan, Math::atan);
  }

  @Test
  void exponentialLessOne() {
    within(2, floats(Float.MIN_NORMAL, 88.7f), Tensor::expm1, Math::expm1);
    within(2, negated(floats(Float.MIN_NORMAL, 100f)), Tensor::expm1, Math::expm1);
  }

  @Test
  void logarithms() {
    within(2, floats(Float.MIN_NORMAL, Float.MAX_VALUE), Tensor::log1p, Math::log1p);
    within(2, negated(floats(Float.MIN_NORMAL, Math.nextDown(1f))), Tensor::log1p, Math::log1p);
    DoubleUnaryOperator log2 = x -> ScalarMath.unary(Prim.LOG2, x);
    within(2, floats(Float.MIN_VALUE, Float.MAX_VALUE), Tensor::log2, log2);
  }

  @Test
  void powers() {
    for (double exponent : new double[] {-2.5, -1, -0.3, 1e-4, 0.7, 1.5, 7, 33}) {
      float y = (float) exponent;
      within(2, floats(1e-38f, 1e38f), x -> x.pow(Tensor.of(y)), x -> Math.pow(x, y));
    }
    within(2, floats(1e-6f, 127.9f), Tensor::exp2, x -> Math.pow(2, x));
    within(2, negated(floats(1e-6f, 125.9f)), Tensor::exp2, x -> Math.pow(2, x));
  }

  private static void special(UnaryOperator<Tensor> f, DoubleUnaryOperator exact) {
    float[] x = {
      0f, -0f, 1f, -1f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 1000f, -1000f
    };
    float[] y = run(f, x);
    for (int i = 0; i < x.length; i++) {
      double expected = exact.applyAsDouble(x[i]);
      if (Float.compare((float) expected, y[i]) != 0) {
        assertEquals(expected, y[i], Math.ulp((float) expected) * 2, "at " + x[i]);
      }
    }
  }
}
