package kortex.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import kortex.autodiff.Autodiff;
import kortex.autodiff.GradCheck;
import kortex.graph.Slice;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Attention and norms as functions of tensors: derivatives, what is masked, what is refused. */
class AttentionsTest {
  private static Tensor numbers(DType dtype, long... shape) {
    TensorType type = new TensorType(DType.F64, Shape.of(shape));
    Tensor position = Tensor.iota(type.as(Shape.of(type.size())), 0);
    return position.mul(1.7).sin().reshape(shape).cast(dtype);
  }

  private static Tensor causal(Tensor x) {
    return Attentions.scaledDotProduct(x, x.mul(0.5), x.square(), true);
  }

  @Test
  void derivativesAreThoseOfFiniteDifferences() {
    Tensor x = numbers(DType.F64, 2, 4, 3);
    Tensor scale = numbers(DType.F64, 3);
    List<UnaryOperator<Tensor>> functions =
        List.of(
            AttentionsTest::causal,
            y -> Norms.layerNorm(y, scale, scale.square(), 1e-3),
            y -> Norms.rmsNorm(y, scale, 1e-3));
    for (UnaryOperator<Tensor> f : functions) {
      GradCheck first = GradCheck.of(y -> f.apply(y).sin().sum(), x);
      assertTrue(first.passed(), first::toString);
      GradCheck second =
          GradCheck.of(y -> Autodiff.grad(f.apply(y).sin().sum(), y).square().sum(), x);
      assertTrue(second.passed(), second::toString);
    }
  }

  @Test
  void noStepSeesALaterOne() {
    Tensor x = numbers(DType.F32, 1, 5, 4);
    Tensor other = x.with(7, Slice.all(), Slice.from(3));
    float[] now = causal(x).slice(Slice.all(), Slice.until(3)).toFloatArray();
    assertArrayEquals(now, causal(other).slice(Slice.all(), Slice.until(3)).toFloatArray());
    Tensor first = causal(x).slice(Slice.all(), Slice.at(0));
    assertArrayEquals(
        x.square().slice(Slice.all(), Slice.at(0)).toFloatArray(), first.toFloatArray(), 1e-6f);
  }

  @Test
  void largeScoresDoNotOverflow() {
    Tensor x = numbers(DType.F32, 2, 3, 2).mul(1e4);
    for (float value : causal(x).toFloatArray()) {
      assertTrue(Float.isFinite(value));
    }
    assertEquals(DType.F16, causal(numbers(DType.F16, 2, 3, 2)).dtype());
  }

  private static ShapeException refused(Tensor q, Tensor k, Tensor v) {
    return assertThrows(ShapeException.class, () -> Attentions.scaledDotProduct(q, k, v, false));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor x = numbers(DType.F32, 2, 4, 3);
    ShapeException width = refused(x, numbers(DType.F32, 2, 4, 5), x);
    assertTrue(width.what().contains("queries of 3 features with keys of 5"), width.what());
    ShapeException keys = refused(x, x, numbers(DType.F32, 2, 5, 3));
    assertTrue(keys.what().contains("4 keys and 5 values"), keys.what());
    ShapeException stacks = refused(x, numbers(DType.F32, 3, 4, 3), x);
    assertTrue(stacks.what().contains("same axes before the last two"), stacks.what());
    refused(numbers(DType.F32, 3), numbers(DType.F32, 3), numbers(DType.F32, 3));
    refused(numbers(DType.F32, 2, 4, 0), numbers(DType.F32, 2, 4, 0), x);
    refused(x, numbers(DType.F32, 2, 0, 3), numbers(DType.F32, 2, 0, 3));
    assertThrows(
        DTypeException.class, () -> Attentions.scaledDotProduct(x, x.cast(DType.F64), x, false));
    assertThrows(
        DTypeException.class,
        () ->
            Attentions.scaledDotProduct(
                x.cast(DType.I32), x.cast(DType.I32), x.cast(DType.I32), false));
  }

  @Test
  void normsNeedOneNumberForEachFeature() {
    Tensor x = numbers(DType.F32, 2, 3);
    Tensor three = numbers(DType.F32, 3);
    Tensor two = numbers(DType.F32, 2);
    var scale = assertThrows(ShapeException.class, () -> Norms.rmsNorm(x, two, 1e-5));
    assertEquals("rmsNorm of f32[2, 3] with scale f32[2]", scale.what());
    assertEquals("Give scale the extent of the last axis, [3].", scale.remedy());
    assertThrows(ShapeException.class, () -> Norms.layerNorm(x, three, two, 1e-5));
    assertThrows(ShapeException.class, () -> Norms.rmsNorm(x.sum(), three, 1e-5));
    assertThrows(SettingException.class, () -> Norms.rmsNorm(x, three, 0));
    assertThrows(SettingException.class, () -> Norms.rmsNorm(x, three, Double.NaN));
    assertThrows(DTypeException.class, () -> Norms.rmsNorm(x.cast(DType.F16), three, 1e-5));
    assertThrows(DTypeException.class, () -> Norms.rmsNorm(x.cast(DType.I32), three, 1e-5));
  }
}
