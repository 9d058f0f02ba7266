package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.op.Unary;
import kortex.scalar.Elements;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Casts between all pairs of dtypes, of extreme and of random numbers: bit for bit on every backend
 * what {@code docs/dtypes.md} says, here computed with exact decimals.
 */
class CastTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  private static final double[] FLOATS = {
    0.0,
    -0.0,
    0.5,
    -0.5,
    0.99999999,
    1,
    -1,
    1.5,
    2.5,
    127,
    127.9,
    128,
    -128.9,
    -129,
    255,
    255.5,
    256,
    257.5,
    32767.5,
    32768,
    -32769,
    65504,
    65519.999,
    65520,
    65535,
    1e6,
    16777217,
    0x1p31 - 1,
    0x1p31,
    -0x1p31,
    -0x1p31 - 1,
    0x1p53 + 2,
    0x1p62,
    0x1p63,
    -0x1p63,
    1e19,
    -1e19,
    1e38,
    3.4028235e38,
    3.5e38,
    1e300,
    1e-4,
    0x1p-14,
    0x1p-24,
    0x1p-25,
    0x1.8p-25,
    0x1p-126,
    0x1p-149,
    1e-300,
    4.9e-324,
    1 + 0x1p-8,
    1 + 0x1p-8 + 0x1p-40,
    1 + 0x1p-11,
    1 + 0x1p-11 + 0x1p-40,
    1 + 3 * 0x1p-11,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  private static final long[] INTEGERS = {
    0,
    1,
    -1,
    127,
    128,
    -128,
    -129,
    255,
    256,
    32767,
    32768,
    65519,
    65520,
    16777217,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 53,
    (1L << 53) + 1,
    (1L << 62) + (1L << 54),
    (1L << 62) + (1L << 54) + 1,
    (1L << 62) + (1L << 38) + 1,
    -(1L << 62) - (1L << 54) - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1
  };

  static Stream<List<DType>> pairs() {
    return Stream.of(DType.values())
        .flatMap(from -> Stream.of(DType.values()).map(to -> List.of(from, to)));
  }

  private static Storage numbers(DType from, long seed) {
    int random = 500;
    int known = from.isFloat() ? FLOATS.length : INTEGERS.length;
    Storage out = Storage.zeros(new TensorType(from, Shape.of(known + random)));
    SplittableRandom source = new SplittableRandom(seed);
    for (int i = 0; i < known + random; i++) {
      if (from.isFloat()) {
        double x = Math.scalb(source.nextDouble() * 2 - 1, source.nextInt(-160, 140));
        Elements.set(out.host(), from, i, i < known ? FLOATS[i] : x);
      } else {
        long x = source.nextLong() >> source.nextInt(64);
        Elements.setLong(out.host(), from, i, i < known ? INTEGERS[i] : x);
      }
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void everyBackendFollowsTheRule(List<DType> pair) {
    DType from = pair.get(0);
    DType to = pair.get(1);
    Storage in = numbers(from, 31L * from.ordinal() + to.ordinal());
    Storage expected = Storage.zeros(in.type().as(to));
    for (long i = 0; i < in.type().size(); i++) {
      rule(in.host(), from, expected.host(), to, i);
    }
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      MemorySegment got =
          ScopedValue.where(Evaluator.SCOPED, session)
              .call(() -> Tensor.of(in).apply(new Unary.Cast(to)).compute().host());
      for (long i = 0; i < in.type().size(); i++) {
        assertEquals(
            bits(expected.host(), to, i),
            bits(got, to, i),
            from
                + " "
                + Elements.get(in.host(), from, i)
                + " to "
                + to
                + " on "
                + session.backend().description()
                + ": expected "
                + Elements.get(expected.host(), to, i)
                + ", got "
                + Elements.get(got, to, i));
      }
    }
  }

  /** The bits of an element, of NaN those of one NaN. */
  private static long bits(MemorySegment data, DType dtype, long i) {
    if (dtype.isFloat()) {
      return Double.doubleToLongBits(Elements.get(data, dtype, i));
    }
    return Elements.getLong(data, dtype, i);
  }

  private static void rule(MemorySegment in, DType from, MemorySegment out, DType to, long i) {
    double x = Elements.get(in, from, i);
    if (from.isFloat() && !Double.isFinite(x)) {
      special(x, out, to, i);
      return;
    }
    BigDecimal exact =
        from.isFloat() ? new BigDecimal(x) : BigDecimal.valueOf(Elements.getLong(in, from, i));
    if (to == DType.BOOL) {
      Elements.setLong(out, to, i, exact.signum() == 0 ? 0 : 1);
    } else if (to.isFloat()) {
      boolean minusZero = from.isFloat() && Double.doubleToRawLongBits(x) < 0;
      Elements.set(out, to, i, Math.copySign(nearest(exact, to), minusZero ? -1 : exact.signum()));
    } else if (from.isFloat()) {
      BigDecimal whole = exact.setScale(0, RoundingMode.DOWN);
      BigDecimal low = whole.max(BigDecimal.valueOf(to.least()));
      Elements.setLong(out, to, i, low.min(BigDecimal.valueOf(to.greatest())).longValueExact());
    } else {
      Elements.setLong(out, to, i, exact.longValueExact());
    }
  }

  private static void special(double x, MemorySegment out, DType to, long i) {
    if (to.isFloat()) {
      Elements.set(out, to, i, x);
    } else if (to == DType.BOOL) {
      Elements.setLong(out, to, i, 1);
    } else {
      Elements.setLong(out, to, i, Double.isNaN(x) ? 0 : x < 0 ? to.least() : to.greatest());
    }
  }

  /** The nearest number of a float type by walking its spacing; ties go to the even one. */
  private static double nearest(BigDecimal exact, DType to) {
    double magnitude = exact.abs().doubleValue();
    if (to == DType.F64) {
      return magnitude;
    }
    int smallest = to == DType.F16 ? -14 : -126;
    int exponent = Math.max(smallest, magnitude == 0 ? smallest : Math.getExponent(magnitude));
    BigDecimal spacing = new BigDecimal(Math.scalb(1.0, exponent - to.digits() + 1));
    BigDecimal units = exact.abs().divide(spacing).setScale(0, RoundingMode.HALF_EVEN);
    double rounded = units.multiply(spacing).doubleValue();
    double limit = to == DType.F16 ? 0x1p16 : 0x1p128;
    return rounded >= limit ? Double.POSITIVE_INFINITY : rounded;
  }
}
