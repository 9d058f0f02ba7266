package kortex.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import kortex.op.MatMul;
import kortex.op.Unary;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Processors with and without products of bf16. */
class HalfProductsTest {
  private static HalfProducts on(boolean bf16, boolean amx) {
    return new HalfProducts(
        new CpuFeatures("Intel Xeon (haswell)", true, false, bf16, amx, "20", "3", 2));
  }

  private static List<TensorType> matrices(DType dtype, long size) {
    return List.of(
        new TensorType(dtype, Shape.of(size, size)), new TensorType(dtype, Shape.of(size, size)));
  }

  @Test
  void aProcessorWithoutThemSaysSoInOneLine() {
    assertEquals(
        Optional.of("this processor has neither AVX512-BF16 nor AMX: Intel Xeon (haswell)"),
        on(false, false).lacking());
    assertFalse(on(false, false).wants(new MatMul(false, false), matrices(DType.F32, 512)));
    assertFalse(on(false, false).runs(new MatMul(false, false), matrices(DType.BF16, 512)));
  }

  @Test
  void eitherOfTwoExtensionsWillDo() {
    for (HalfProducts half : List.of(on(true, false), on(false, true))) {
      assertEquals(Optional.empty(), half.lacking());
      assertTrue(half.wants(new MatMul(false, true), matrices(DType.F32, 512)));
      assertTrue(half.runs(new MatMul(true, false), matrices(DType.BF16, 512)));
    }
  }

  @Test
  void onlyLargeProductsOfOneDtype() {
    HalfProducts half = on(true, false);
    MatMul product = new MatMul(false, false);
    assertFalse(half.wants(product, matrices(DType.F32, 63)));
    assertTrue(half.wants(product, matrices(DType.F32, 64)));
    assertFalse(half.wants(product, matrices(DType.F64, 64)));
    assertFalse(half.wants(product, matrices(DType.BF16, 64)));
    assertFalse(half.runs(product, matrices(DType.F16, 64)));
    assertFalse(half.wants(new Unary.Exp(), matrices(DType.F32, 512).subList(0, 1)));
  }
}
