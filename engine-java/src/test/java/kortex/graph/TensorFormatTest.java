package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import java.util.stream.Stream;
import kortex.model.Golden;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tensors look as NumPy prints them, but for lower-case bools and the type of what is cut short.
 */
class TensorFormatTest {
  private static final Golden PRINTED = Golden.load("printed");

  static Stream<String> names() {
    return PRINTED.file().tensors().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void looksAsNumPyPrintsIt(String name) {
    Tensor tensor = PRINTED.tensor(name);
    String numpy = Objects.requireNonNull(PRINTED.file().metadata().get(name));
    String type = tensor.type().size() > 1000 ? " " + tensor.type() : "";
    String expected = numpy.replace("True", "true").replace("False", "false") + type;
    assertEquals(expected, tensor.toString());
  }

  @Test
  void thereAreCasesOfEveryDTypeOfNumPy() {
    for (DType dtype : DType.values()) {
      boolean found =
          PRINTED.file().tensors().values().stream().anyMatch(t -> t.type().dtype() == dtype);
      assertTrue(found || dtype == DType.BF16, "no case of " + dtype);
    }
  }

  @Test
  void emptyTensorsSayTheirType() {
    assertEquals("[] f32[0]", Tensors.zeros(DType.F32, 0).toString());
    assertEquals("[] u8[2, 0, 3]", Tensors.zeros(DType.U8, 2, 0, 3).toString());
  }

  @Test
  void everyBf16ReadsBackFromItsText() {
    for (int bits = 1; bits < 0x7F80; bits += 7) {
      double x = Float.intBitsToFloat(bits << 16);
      String text = FloatText.scalar(x, DType.BF16);
      assertEquals(x, DType.BF16.round(Double.parseDouble(text)), text);
      assertTrue(text.replaceAll("e.*|[.-]", "").replaceAll("^0+", "").length() <= 5, text);
    }
    Tensor x = Tensor.of(0.1f, 1, 3.14159f).cast(DType.BF16);
    assertEquals("[0.1  1.   3.14]", x.toString());
  }

  @Test
  void aLargeTensorIsNotWalked() {
    Tensor wide = Tensor.full(new TensorType(DType.U8, kortex.tensor.Shape.of(3000, 4)), 7);
    assertEquals(7, wide.toString().lines().count());
  }
}
