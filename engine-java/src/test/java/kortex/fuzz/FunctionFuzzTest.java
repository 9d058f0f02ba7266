package kortex.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.tensor.KortexException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random shapes, axes, dtypes and numbers at every public function of tensors: each call gives what
 * the reference gives, or a typed error that the reference gives too.
 */
class FunctionFuzzTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");
  private static final int CALLS = 40;

  /** Handles on the inside of the engine, not functions of tensors. */
  private static final Set<String> INTERNAL = Set.of("apply", "value", "compute", "self", "type");

  private static final List<Class<?>> CLASSES = List.of(Tensor.class);

  static Stream<Method> functions() {
    return CLASSES.stream()
        .flatMap(c -> Arrays.stream(c.getMethods()))
        .filter(m -> m.getDeclaringClass().getName().startsWith("kortex."))
        .filter(m -> !m.isSynthetic() && !INTERNAL.contains(m.getName()))
        .filter(m -> Arrays.stream(m.getParameterTypes()).noneMatch(FunctionFuzzTest::internal))
        .sorted(java.util.Comparator.comparing(Method::toString));
  }

  private static boolean internal(Class<?> type) {
    return type == kortex.graph.Value.class || type == kortex.graph.Storage.class;
  }

  /** What came of a call: numbers, or an error. */
  private record Outcome(List<Tensor> tensors, List<double[]> numbers, String error) {
    boolean failed() {
      return !error.isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  @Timeout(120)
  void everyCallAgreesWithTheReferenceOrFailsAsItDoes(Method function) {
    for (int call = 0; call < CALLS; call++) {
      Arguments arguments = new Arguments(function.toString().hashCode() * 131L + call);
      Supplier<Object> receiver =
          Modifier.isStatic(function.getModifiers()) ? () -> null : arguments.of(Tensor.class);
      List<Supplier<Object>> args = new ArrayList<>();
      for (Type type : function.getGenericParameterTypes()) {
        args.add(arguments.of(type));
      }
      String what = function.getName() + " call " + call + describe(receiver, args);
      Outcome expected = run(REFERENCE, function, receiver, args, what);
      Outcome actual = run(CPU, function, receiver, args, what);
      assertEquals(expected.error(), actual.error(), what);
      if (!expected.failed()) {
        compare(expected, actual, what);
      }
    }
  }

  private static String describe(Supplier<Object> receiver, List<Supplier<Object>> args) {
    List<Object> shown = new ArrayList<>();
    Stream.concat(Stream.of(receiver), args.stream())
        .map(Supplier::get)
        .forEach(a -> shown.add(show(a)));
    return " " + shown;
  }

  private static Object show(Object argument) {
    return switch (argument) {
      case null -> "static";
      case Tensor t -> t.type();
      case int[] a -> Arrays.toString(a);
      case long[] a -> Arrays.toString(a);
      case Tensor[] a -> Arrays.stream(a).map(Tensor::type).toList();
      case List<?> l -> l.stream().map(FunctionFuzzTest::show).toList();
      default -> argument;
    };
  }

  private static Outcome run(
      Session session,
      Method function,
      Supplier<Object> receiver,
      List<Supplier<Object>> args,
      String what) {
    return ScopedValue.where(Evaluator.SCOPED, session)
        .call(() -> {
          try {
            Object result =
                function.invoke(receiver.get(), args.stream().map(Supplier::get).toArray());
            List<Tensor> tensors = new ArrayList<>();
            List<double[]> numbers = new ArrayList<>();
            flatten(result, tensors, numbers);
            tensors.forEach(t -> numbers.add(t.toDoubleArray()));
            return new Outcome(tensors, numbers, "");
          } catch (InvocationTargetException e) {
            return error(e.getCause(), what);
          } catch (KortexException e) {
            return error(e, what);
          } catch (ReflectiveOperationException e) {
            throw new AssertionError(what, e);
          }
        });
  }

  private static Outcome error(Throwable thrown, String what) {
    if (thrown instanceof KortexException typed) {
      assertTrue(!typed.what().isBlank(), what);
      return new Outcome(List.of(), List.of(), typed.getClass().getSimpleName() + typed.what());
    }
    return fail(what + " threw " + thrown, thrown);
  }

  private static void flatten(Object result, List<Tensor> tensors, List<double[]> numbers) {
    switch (result) {
      case null -> fail("a function gave null");
      case Tensor t -> tensors.add(t);
      case Tensor[] a -> tensors.addAll(List.of(a));
      case Collection<?> c -> c.forEach(x -> flatten(x, tensors, numbers));
      case Number n -> numbers.add(new double[] {n.doubleValue()});
      case Record r -> {
        for (RecordComponent part : r.getClass().getRecordComponents()) {
          try {
            flatten(part.getAccessor().invoke(r), tensors, numbers);
          } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
          }
        }
      }
      default -> {
        if (result.getClass().isArray()) {
          double[] out = new double[java.lang.reflect.Array.getLength(result)];
          for (int i = 0; i < out.length; i++) {
            Object x = java.lang.reflect.Array.get(result, i);
            out[i] = x instanceof Boolean b ? (b ? 1 : 0) : ((Number) x).doubleValue();
          }
          numbers.add(out);
        }
      }
    }
  }

  private static void compare(Outcome expected, Outcome actual, String what) {
    assertEquals(
        expected.tensors().stream().map(Tensor::type).toList(),
        actual.tensors().stream().map(Tensor::type).toList(),
        what);
    for (int i = 0; i < expected.numbers().size(); i++) {
      double[] e = expected.numbers().get(i);
      double[] a = actual.numbers().get(i);
      assertEquals(e.length, a.length, what);
      for (int j = 0; j < e.length; j++) {
        boolean same =
            Double.compare(e[j], a[j]) == 0
                || e[j] == a[j]
                || Math.abs(e[j] - a[j]) <= tolerance(expected, i) * (1 + Math.abs(e[j]));
        assertTrue(same, what + ": expected " + Arrays.toString(e) + ", got " + Arrays.toString(a));
      }
    }
  }

  private static double tolerance(Outcome outcome, int i) {
    int tensor = i - (outcome.numbers().size() - outcome.tensors().size());
    if (tensor < 0) {
      return 1e-5;
    }
    return switch (outcome.tensors().get(tensor).dtype().bytes()) {
      case 8 -> 1e-11;
      case 4 -> 1e-5;
      default -> 1e-2;
    };
  }
}
