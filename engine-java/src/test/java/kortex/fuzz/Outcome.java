package kortex.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import kortex.autodiff.Structure;
import kortex.graph.Evaluator;
import kortex.graph.Key;
import kortex.graph.KeyStream;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.TrainingScope;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.DeviceException;
import kortex.tensor.KortexException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** What came of a call: tensors and other values, or an error. */
record Outcome(List<Part> parts, String error) {
  /** One value, or the elements of one tensor. */
  private sealed interface Part {
    /**
     * Fails unless {@code actual} is the same, or is as near as {@code scale} roundings take it.
     */
    void requireSame(Part actual, double scale, String what);
  }

  /** Values that are the same or not, as their lists are: texts, integers, names, types. */
  private record Exact(String type, List<?> values) implements Part {
    @Override
    public void requireSame(Part actual, double scale, String what) {
      assertEquals(this, actual, what);
    }
  }

  private record Rounded(String type, double[] values, double tolerance) implements Part {
    @Override
    public void requireSame(Part actual, double scale, String what) {
      Rounded other = assertInstanceOf(Rounded.class, actual, what);
      assertEquals(type, other.type, what);
      double[] a = other.values;
      assertEquals(values.length, a.length, what);
      for (int i = 0; i < a.length; i++) {
        double e = values[i];
        boolean same =
            Double.compare(e, a[i]) == 0
                || e == a[i]
                || Math.abs(e - a[i]) <= scale * tolerance * (1 + Math.abs(e));
        assertTrue(
            same,
            () -> what + ": expected " + Arrays.toString(values) + ", got " + Arrays.toString(a));
      }
    }
  }

  boolean failed() {
    return !error.isEmpty();
  }

  /** Runs a call on a backend and computes all that it gives. Only typed errors may come of it. */
  static Outcome of(Session session, String what, Callable<Object> call) {
    return ScopedValue.where(Evaluator.SCOPED, session)
        .call(() -> {
          try {
            Outcome out = new Outcome(new ArrayList<>(), "");
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
    String said = e.what();
    if (e instanceof DeviceException) {
      said = said.replaceAll("[0-9.]+ ([KMGTPE]i)?B( of the [^,]+)? are free", "… are free");
    }
    return new Outcome(List.of(), e.getClass().getSimpleName() + said);
  }

  private void add(Object result) throws ReflectiveOperationException {
    switch (result) {
      case null -> fail("a function gave null");
      case Tensor t -> parts.add(part(t));
      case Storage s -> add(Tensor.of(s));
      case Key k -> add(k.uniform(new TensorType(DType.F64, Shape.of(3))));
      case KeyStream k -> add(k.next());
      case Network n -> add(n.state());
      // Of what type its numbers are, only the tensor knows: other functions give them.
      case MemorySegment m -> add(m.byteSize());
      case Structure<?> _, TrainingScope _, NetworkSpec.Builder _ ->
          add(result.getClass().getSimpleName());
      case Optional<?> o -> {
        if (o.isPresent()) {
          add(o.get());
        }
      }
      case Collection<?> c -> addAll(c);
      case Map<?, ?> m -> addAll(m.values());
      case Object[] a -> addAll(List.of(a));
      case Double x -> parts.add(new Rounded("", new double[] {x}, 1e-5));
      case Float x -> parts.add(new Rounded("", new double[] {x}, 1e-5));
      case Number _, Boolean _, String _, Enum<?> _, Shape _, TensorType _ ->
          parts.add(new Exact("", List.of(result)));
      case OptionalLong _, OptionalDouble _ -> parts.add(new Exact("", List.of(result)));
      case Record r -> {
        for (RecordComponent part : r.getClass().getRecordComponents()) {
          part.getAccessor().setAccessible(true);
          add(part.getAccessor().invoke(r));
        }
      }
      default -> {
        if (result.getClass().isHidden() || Proxy.isProxyClass(result.getClass())) {
          return; // A function: what it gives is another call's.
        }
        if (!result.getClass().isArray()) {
          fail("cannot compare values of " + result.getClass() + ": add it here");
        }
        for (int i = 0; i < Array.getLength(result); i++) {
          add(Array.get(result, i));
        }
      }
    }
  }

  private void addAll(Collection<?> results) throws ReflectiveOperationException {
    for (Object result : results) {
      add(result);
    }
  }

  private static Part part(Tensor x) {
    String type = x.type().toString();
    if (x.dtype().isFloat()) {
      return new Rounded(type, x.toDoubleArray(), tolerance(x.dtype()));
    }
    return new Exact(type, Arrays.stream(x.toLongArray()).boxed().toList());
  }

  private static double tolerance(DType dtype) {
    return switch (dtype.bytes()) {
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
    assertEquals(parts.size(), actual.parts.size(), what);
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).requireSame(actual.parts.get(i), scale, what);
    }
  }
}
