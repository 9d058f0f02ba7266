package kortex.fuzz;

import java.lang.reflect.Method;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.session.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random shapes, axes, dtypes and numbers at every public function of tensors: each call gives what
 * the reference gives, or a typed error that the reference gives too.
 */
class FunctionFuzzTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");
  private static final Watch WATCH = new Watch();
  private static final int CALLS = Integer.getInteger("fuzz.calls", 40);

  static Stream<Method> functions() {
    return PublicFunctions.ofTensors().stream();
  }

  @AfterAll
  static void close() {
    WATCH.close();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void everyCallAgreesWithTheReferenceOrFailsAsItDoes(Method function) {
    for (int number = 0; number < CALLS; number++) {
      long seed = PublicFunctions.seed(function, number);
      Call call = Call.of(function, new Arguments(seed));
      String what = call + ", seed " + seed;
      Outcome expected = WATCH.run(what, () -> Outcome.of(REFERENCE, what, call::run));
      Outcome actual = WATCH.run(what, () -> Outcome.of(CPU, what, call::run));
      expected.requireSame(actual, 1, what);
    }
  }
}
