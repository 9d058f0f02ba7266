package kortex.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.tensor.DeviceException;
import kortex.tensor.KortexException;

/**
 * What came of a call: tensors and other numbers with all their elements, texts, or an error.
 *
 * @param types the type of each of {@code numbers} that was a tensor, empty for others
 */
record Outcome(List<String> types, List<double[]> numbers, List<Double> tolerances, String error) {
  boolean failed() {
    return !error.isEmpty();
  }

  /** Runs a call on a backend and computes all that it gives. Only typed errors may come of it. */
  static Outcome of(Session session, String what, Callable<Object> call) {
    return ScopedValue.where(Evaluator.SCOPED, session)
        .call(() -> {
          try {
            Outcome out = new Outcome(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), "");
            out.add(call.call());
            return out;
          } catch (KortexException e) {
            return failure(e, what);
          } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            return fail(what + " threw " + e, e);
          }
        });
  }

  private static Outcome failure(KortexException e, String what) {
    assertFalse(e.what().isBlank() || e.remedy().isBlank(), what);
    // How much memory is free changes from call to call.
    String said = e instanceof DeviceException ? "" : e.what();
    return new Outcome(List.of(), List.of(), List.of(), e.getClass().getSimpleName() + said);
  }

  private void add(Object result) throws ReflectiveOperationException {
    switch (result) {
      case null -> fail("a function gave null");
      case Tensor t -> add(t.type().toString(), t.toDoubleArray(), tolerance(t));
      case Optional<?> o -> {
        if (o.isPresent()) {
          add(o.get());
        }
      }
      case Collection<?> c -> addAll(c);
      case Map<?, ?> m -> addAll(m.values());
      case Object[] a -> addAll(List.of(a));
      case Number n -> add("", new double[] {n.doubleValue()}, 1e-5);
      case Record r -> {
        for (RecordComponent part : r.getClass().getRecordComponents()) {
          part.getAccessor().setAccessible(true);
          add(part.getAccessor().invoke(r));
        }
      }
      default -> {
        if (result.getClass().isArray()) {
          double[] out = new double[Array.getLength(result)];
          Arrays.setAll(out, i -> number(Array.get(result, i)));
          add("", out, 1e-5);
        }
      }
    }
  }

  private void addAll(Collection<?> results) throws ReflectiveOperationException {
    for (Object result : results) {
      add(result);
    }
  }

  private void add(String type, double[] values, double tolerance) {
    types.add(type);
    numbers.add(values);
    tolerances.add(tolerance);
  }

  private static double number(Object x) {
    return x instanceof Boolean b ? (b ? 1 : 0) : ((Number) x).doubleValue();
  }

  private static double tolerance(Tensor x) {
    return switch (x.dtype().bytes()) {
      case 8 -> 1e-11;
      case 4 -> 1e-5;
      default -> 1e-2;
    };
  }

  /**
   * Fails unless {@code actual} is the same error or the same values, to {@code scale} roundings.
   */
  void requireSame(Outcome actual, double scale, String what) {
    assertEquals(error, actual.error, what);
    assertEquals(types, actual.types, what);
    for (int i = 0; i < numbers.size(); i++) {
      double[] e = numbers.get(i);
      double[] a = actual.numbers.get(i);
      assertEquals(e.length, a.length, what);
      for (int j = 0; j < e.length; j++) {
        boolean same =
            Double.compare(e[j], a[j]) == 0
                || e[j] == a[j]
                || Math.abs(e[j] - a[j]) <= scale * tolerances.get(i) * (1 + Math.abs(e[j]));
        assertTrue(
            same, () -> what + ": expected " + Arrays.toString(e) + ", got " + Arrays.toString(a));
      }
    }
  }
}
