package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import kortex.model.Golden;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Regular tensors are those that NumPy's functions make. */
class TensorsTest {
  private static final Golden NUMPY = Golden.load("dtypes");

  @Test
  void rangesAreThoseOfNumPy() {
    Map<String, Tensor> made = new LinkedHashMap<>();
    made.put("arange/up", Tensors.arange(2, 11, 3));
    made.put("arange/down", Tensors.arange(5, -6, -2));
    made.put("arange/none", Tensors.arange(5, 1));
    made.put("arange/tenths", Tensors.arange(0, 1, 0.1, DType.F64));
    made.put("arange/backwards", Tensors.arange(1.0, -1.0, -0.3, DType.F64));
    made.put("arange/narrow", Tensors.arange(-3, 4, 1, DType.I8));
    made.put("linspace/up", Tensors.linspace(0, 1, 7, DType.F64));
    made.put("linspace/down", Tensors.linspace(2, -1, 4, DType.F64));
    made.put("linspace/one", Tensors.linspace(3, 9, 1, DType.F64));
    made.put("linspace/ints", Tensors.linspace(0, 10, 4, DType.I32));
    made.put("eye/wide", Tensors.eye(2, 4, 1, DType.I16));
    made.put("eye/down", Tensors.eye(4, 3, -2, DType.F32));
    made.forEach((name, tensor) -> {
      assertEquals(NUMPY.tensor(name).type(), tensor.type(), name);
      assertArrayEquals(NUMPY.tensor(name).toDoubleArray(), tensor.toDoubleArray(), 1e-15, name);
    });
  }

  @Test
  void rangesOfTheLargestIntegersAreExact() {
    Tensor all = Tensors.arange(Long.MIN_VALUE, Long.MAX_VALUE, 1L << 62);
    assertArrayEquals(new long[] {Long.MIN_VALUE, -(1L << 62), 0, 1L << 62}, all.toLongArray());
    long odd = (1L << 53) + 1;
    assertArrayEquals(new long[] {odd, odd + 1}, Tensors.arange(odd, odd + 2).toLongArray());
    assertEquals(DType.F32, Tensors.arange(0, 1, 0.25).dtype());
    assertEquals(TensorType.f32(3), Tensors.linspace(0, 1, 3).type());
  }

  @Test
  void rangesThatCannotBeAreRefused() {
    assertThrows(SettingException.class, () -> Tensors.arange(0, 1, 0));
    assertThrows(SettingException.class, () -> Tensors.arange(0, 1, 0.0));
    assertThrows(SettingException.class, () -> Tensors.arange(0, Double.NaN, 1));
    assertThrows(SettingException.class, () -> Tensors.arange(0, Double.POSITIVE_INFINITY, 1.0));
    assertThrows(SettingException.class, () -> Tensors.arange(Long.MIN_VALUE, Long.MAX_VALUE));
    assertThrows(SettingException.class, () -> Tensors.linspace(0, 1, -1));
    assertThrows(DTypeException.class, () -> Tensors.arange(0, 300, 1, DType.U8));
    assertEquals(0, Tensors.linspace(0, 1, 0).type().size());
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void constantsOfEveryDType(DType dtype) {
    Tensor ones = Tensors.ones(dtype, 2, 3);
    assertEquals(new TensorType(dtype, Shape.of(2, 3)), ones.type());
    assertEquals(6, ones.sum().item());
    assertEquals(0, Tensors.zerosLike(ones).sum().item());
    assertEquals(ones.type(), Tensors.onesLike(ones).type());
    assertEquals(2, Tensors.eye(2, 3, 0, dtype).sum().item());
    if (dtype != DType.BOOL) {
      assertEquals(42, Tensors.fullLike(ones, 7).sum().item());
      assertArrayEquals(new double[] {0, 1, 2}, Tensors.arange(0, 3, 1, dtype).toDoubleArray());
    }
  }
}
