package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.model.Golden;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Operands of different dtypes meet as NumPy's do, and as {@code docs/dtypes.md} says. */
class PromotionTest {
  private static final Path TABLE = Path.of("src/test/resources/golden/promotion.csv");
  private static final Path PAGE = Path.of("../docs/dtypes.md");
  private static final Golden NUMPY = Golden.load("dtypes");

  private static Optional<DType> dtype(String label) {
    return Arrays.stream(DType.values()).filter(d -> d.toString().equals(label)).findFirst();
  }

  @Test
  void theTableIsThatOfNumPy() throws IOException {
    List<String> lines = Files.readAllLines(TABLE);
    for (String line : lines.subList(1, lines.size())) {
      String[] row = line.split(",", -1);
      DType promoted = dtype(row[0]).orElseThrow().promote(dtype(row[1]).orElseThrow());
      assertEquals(row[2], promoted.toString(), line);
    }
    assertEquals(93, lines.size());
  }

  @Test
  void thePageShowsTheTable() throws IOException {
    StringBuilder table = new StringBuilder("|");
    List.of(DType.values()).forEach(d -> table.append(" | ").append(d));
    table.append(" |\n|---").append("|---".repeat(DType.values().length)).append("|\n");
    for (DType a : DType.values()) {
      table.append("| **").append(a).append("**");
      List.of(DType.values()).forEach(b -> table.append(" | ").append(a.promote(b)));
      table.append(" |\n");
    }
    assertTrue(Files.readString(PAGE).contains(table), () -> PAGE + " does not show\n" + table);
  }

  static Stream<List<DType>> pairs() {
    return Stream.of(DType.values())
        .flatMap(a -> Stream.of(DType.values()).map(b -> List.of(a, b)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void binaryFunctionsPromote(List<DType> pair) {
    Tensor a = Tensor.of(new boolean[] {true, false}, 2).cast(pair.get(0));
    Tensor b = Tensor.of(new boolean[] {true, true}, 2).cast(pair.get(1));
    DType both = pair.get(0).promote(pair.get(1));
    assertEquals(both, both.promote(pair.get(0)), "it holds both");
    Tensor mask = Tensor.of(new boolean[] {true, false}, 2);
    assertEquals(both, mask.select(a, b).dtype());
    assertArrayEquals(new double[] {1, 1}, mask.select(a, b).toDoubleArray());
    assertArrayEquals(new boolean[] {true, false}, a.equal(b).toBooleanArray());
    if (both != DType.BOOL) {
      assertEquals(both, a.add(b).dtype());
      assertArrayEquals(new double[] {2, 1}, a.add(b).toDoubleArray());
      assertEquals(both, a.max(b).dtype());
      assertEquals(both, a.rem(b).dtype());
      assertEquals(both, a.floorDiv(b).dtype());
      assertArrayEquals(new boolean[] {false, true}, a.less(b).toBooleanArray());
    }
    Tensor quotient = a.div(b);
    assertEquals(both.isFloat() ? both : DType.F32, quotient.dtype());
    assertArrayEquals(new double[] {1, 0}, quotient.toDoubleArray());
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void numbersTakeTheDTypeOfTheTensor(DType dtype) {
    Tensor x = Tensors.ones(dtype, 2);
    assertEquals(dtype == DType.BOOL ? DType.I64 : dtype, x.add(1).dtype());
    assertEquals(dtype.isFloat() ? dtype : DType.F32, x.add(1.0).dtype());
    assertEquals(dtype.isFloat() ? dtype : DType.F32, x.div(2).dtype());
    assertEquals(dtype.isFloat() ? dtype : DType.F32, x.divInto(2).dtype());
    assertArrayEquals(new double[] {0.5, 0.5}, x.div(2).toDoubleArray());
    assertArrayEquals(new double[] {1.5, 1.5}, x.mul(1.5).toDoubleArray());
    assertArrayEquals(new double[] {2, 2}, x.subFrom(3).toDoubleArray());
    assertArrayEquals(new boolean[] {true, true}, x.less(1.5).toBooleanArray());
  }

  @Test
  void numbersThatDoNotFitAreRefusedButCompared() {
    Tensor x = Tensor.of(new int[] {0, 255}, 2).cast(DType.U8);
    for (Number number : List.of(300, -1, 1L << 40, BigInteger.ONE.shiftLeft(70))) {
      var error = assertThrows(DTypeException.class, () -> x.add(number));
      assertTrue(error.what().startsWith(number + " does not fit u8"), error.what());
    }
    assertArrayEquals(new boolean[] {true, true}, x.less(300).toBooleanArray());
    assertArrayEquals(new boolean[] {true, true}, x.greater(-1).toBooleanArray());
    assertArrayEquals(new boolean[] {true, false}, x.lessOrEqual(254.5).toBooleanArray());
    assertArrayEquals(new boolean[] {false, true}, x.greaterOrEqual(0.5).toBooleanArray());
    Tensor large = Tensor.of(new int[] {16777217}, 1);
    assertFalse(large.equal(16777216.0).toBooleanArray()[0], "compared as f64");
    assertThrows(DTypeException.class, () -> Tensors.full(1.5, DType.I32, 2));
    assertThrows(DTypeException.class, () -> Tensors.full(2, DType.BOOL, 2));
  }

  @Test
  void largeIntegersStayExact() {
    long odd = (1L << 53) + 1;
    Tensor x = Tensor.of(new long[] {odd, Long.MAX_VALUE, Long.MIN_VALUE}, 3);
    assertArrayEquals(
        new long[] {odd + 1, Long.MIN_VALUE, Long.MIN_VALUE + 1}, x.add(1).toLongArray());
    assertArrayEquals(
        new long[] {2 * odd, odd - 1 + Long.MIN_VALUE, odd + Long.MIN_VALUE},
        x.add(odd).toLongArray());
    assertArrayEquals(new boolean[] {true, false, false}, x.equal(odd).toBooleanArray());
    assertEquals(odd, Tensors.full(odd, DType.I64).itemLong());
    assertThrows(DTypeException.class, () -> Tensors.full(odd, DType.I64).item());
    assertEquals("[    9007199254740993  9223372036854775807 -9223372036854775808]", x.toString());
    assertEquals(odd + 2, Tensor.of(new long[] {odd, 2}, 2).sum().itemLong());
    assertArrayEquals(new int[] {1, -1, 0}, x.cast(DType.I32).toIntArray());
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "BOOL"},
      mode = EnumSource.Mode.EXCLUDE)
  void quotientsAreThoseOfNumPy(DType dtype) {
    Session reference = Session.on(ReferenceBackend.create());
    Session interpreter = Session.on(ReferenceBackend.interpreting());
    for (Session session : List.of(Session.shared(), reference, interpreter)) {
      quotient(dtype, "floorDiv", Tensor::floorDiv, session);
      quotient(dtype, "rem", Tensor::rem, session);
    }
  }

  private static void quotient(
      DType dtype, String name, BiFunction<Tensor, Tensor, Tensor> f, Session session) {
    String label = dtype.toString();
    Tensor a = NUMPY.tensor(label + "/a");
    Tensor b = NUMPY.tensor(label + "/b");
    Tensor expected = NUMPY.tensor(label + "/" + name);
    Tensor y = f.apply(a, b);
    assertEquals(dtype, y.dtype());
    Tensor got = Tensor.of(ScopedValue.where(Evaluator.SCOPED, session).call(y::compute));
    double[] x = a.toDoubleArray();
    double[] by = b.toDoubleArray();
    for (int i = 0; i < x.length; i++) {
      String what = x[i] + " " + name + " " + by[i] + " of " + dtype;
      double wanted = expected.toDoubleArray()[i];
      double delta = Double.isFinite(wanted) ? Math.abs(wanted) * 1e-6 + 1e-300 : 1e-300;
      assertEquals(wanted, got.toDoubleArray()[i], delta, what);
      if (dtype.isInteger()) {
        assertEquals(expected.toLongArray()[i], got.toLongArray()[i], what);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "BOOL"},
      mode = EnumSource.Mode.EXCLUDE)
  void sumsAreThoseOfNumPy(DType dtype) {
    Tensor expected = NUMPY.tensor(dtype + "/sum");
    double[] values = Arrays.copyOfRange(NUMPY.tensor(dtype + "/a").toDoubleArray(), 1, 6);
    Tensor x = Tensor.of(values, 5).cast(dtype);
    assertEquals(expected.type(), x.sum().type());
    assertEquals(expected.item(), x.sum().item(), 1e-3);
    assertEquals(dtype.isFloat() ? dtype : DType.F32, x.mean().dtype());
    assertEquals(
        Arrays.stream(values).sum() / 5, x.mean().item(), dtype.bytes() == 2 ? 0.02 : 1e-4);
  }

  @Test
  void meansOfNarrowNumbersDoNotOverflow() {
    assertEquals(60000, Tensors.full(60000, DType.F16, 100).mean().item(), 32);
    assertEquals(127, Tensors.full(127, DType.I8, 1000).mean().item());
    assertEquals(2, Tensors.ones(DType.BOOL, 2).sum().itemLong());
    assertEquals(DType.I64, Tensors.ones(DType.BOOL).sum().dtype());
  }

  @Test
  void powersOfIntegersStayIntegers() {
    Tensor x = Tensor.of(new int[] {-3, 2, 10}, 3);
    for (int power = 0; power < 8; power++) {
      int n = power;
      int[] expected =
          Arrays.stream(new int[] {-3, 2, 10}).map(i -> (int) Math.pow(i, n)).toArray();
      assertArrayEquals(expected, x.pow(power).toIntArray(), () -> "power " + n);
      assertEquals(DType.I32, x.pow(power).dtype());
    }
    assertEquals(DType.F32, x.pow(0.5).dtype());
    assertThrows(DTypeException.class, () -> x.pow(-1));
    assertArrayEquals(new double[] {8, 0.25}, Tensor.of(3, -2).powOf(2).toDoubleArray(), 1e-6);
    assertEquals(
        "0.1", String.format(Locale.ROOT, "%.1f", Tensor.of(new int[] {-1}, 1).powOf(10).item()));
  }
}
