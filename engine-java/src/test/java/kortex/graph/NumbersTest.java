package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.KortexException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Numbers beside tensors: exact where they fit, refused where they do not. */
class NumbersTest {
  private static final long ODD = (1L << 53) + 1;

  private static Tensor of(DType dtype, long... values) {
    return Tensor.of(values, values.length).cast(dtype);
  }

  private static String what(Class<? extends KortexException> type, Executable call) {
    return assertThrows(type, call).what();
  }

  @Test
  void longsStayExact() {
    Tensor x = of(DType.I64, 1, 2);
    Tensor first = Tensor.of(new boolean[] {true, false}, 2);
    assertArrayEquals(new long[] {ODD, 2}, x.with(ODD, Slice.at(0)).toLongArray());
    assertArrayEquals(new long[] {ODD, 2}, x.maskedFill(first, ODD).toLongArray());
    assertArrayEquals(new long[] {-ODD, 1, 2, -ODD}, x.pad(0, 1, 1, -ODD).toLongArray());
    assertArrayEquals(new long[] {ODD, ODD}, x.clamp(ODD, ODD).toLongArray());
    assertArrayEquals(
        new long[] {ODD, ODD - 1}, of(DType.I64, ODD, 0).clamp(ODD - 1, ODD).toLongArray());
    assertThrows(SettingException.class, () -> x.clamp(ODD, ODD - 1));
  }

  @Test
  void anInfiniteBoundIsNone() {
    Tensor x = of(DType.I8, -128, 127);
    assertArrayEquals(new long[] {-128, 1}, x.clamp(Double.NEGATIVE_INFINITY, 1).toLongArray());
    assertArrayEquals(new long[] {1, 127}, x.clamp(1, Double.POSITIVE_INFINITY).toLongArray());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor bytes = of(DType.I8, 1, 2);
    assertEquals(
        "300 does not fit i8, which holds whole numbers from -128 to 127",
        what(DTypeException.class, () -> bytes.pad(0, 1, 1, 300)));
    assertThrows(DTypeException.class, () -> bytes.pad(0, 1, 1, 1.5));
    assertThrows(DTypeException.class, () -> bytes.with(1.5, Slice.at(0)));
    assertThrows(DTypeException.class, () -> of(DType.U8, 1).pad(0, 1, 1, -1));
    assertThrows(DTypeException.class, () -> of(DType.I32, 1).pad(0, 1, 1, Double.NaN));
    assertThrows(DTypeException.class, () -> of(DType.BOOL, 1).pad(0, 1, 1, 2));
    assertArrayEquals(new long[] {-128, 1, 2}, bytes.pad(0, 1, 0, -128).toLongArray());
  }

  @Test
  void sumsOfProductsKeepTheirDtype() {
    Tensor x = of(DType.I8, 100, 100);
    Tensor square = x.outer(of(DType.I8, 1, 1));
    for (Tensor y : List.of(x.dot(x), x.inner(x), Einsum.of("i,i->", x, x), x.tensordot(x, 1))) {
      assertEquals(new TensorType(DType.I8, Shape.SCALAR), y.type());
      assertEquals(32, y.itemLong());
    }
    assertEquals(DType.I8, x.matmul(x).dtype());
    assertEquals(-56, Einsum.of("i->", x).itemLong());
    assertEquals(DType.I8, Einsum.of("i->", x).dtype());
    assertEquals(-56, Einsum.of("ii->", square).itemLong());
    assertEquals(DType.I8, Einsum.of("ii->i", square).dtype());
  }

  @Test
  void extentsThatOverflowAreNamed() {
    Tensor x = of(DType.F32, 1, 2);
    for (long far : new long[] {Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertEquals(
          "cannot put f32[2] on diagonal " + far + ": a matrix has less than 2^60 elements",
          what(ShapeException.class, () -> x.diag(far)));
    }
    String repeated = "cannot repeat 2 elements of f32[2] 9223372036854775807 times";
    assertEquals(repeated, what(ShapeException.class, () -> x.tile(Long.MAX_VALUE)));
    assertEquals(repeated, what(ShapeException.class, () -> x.repeat(Long.MAX_VALUE, 0)));
    assertEquals(
        "cannot pad axis 0 of f32[2] by 9223372036854775807 and 1",
        what(ShapeException.class, () -> x.pad(0, Long.MAX_VALUE, 1, 0)));
    String tooMany =
        "arange from -9223372036854775808 to 9223372036854775807 with step 1"
            + " has more than 2147483638 numbers";
    assertEquals(
        tooMany,
        what(SettingException.class, () -> Tensors.arange(Long.MIN_VALUE, Long.MAX_VALUE)));
    assertEquals(
        "arange from 0.0 to NaN with step 1.0 has no length",
        what(SettingException.class, () -> Tensors.arange(0, Double.NaN)));
  }
}
