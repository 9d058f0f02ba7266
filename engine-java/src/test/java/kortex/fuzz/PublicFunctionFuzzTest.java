package kortex.fuzz;

import java.lang.reflect.Executable;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.session.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random arguments at every other public function and constructor of graphs, derivatives, models
 * and optimizers: a typed error, or what the reference gives.
 */
class PublicFunctionFuzzTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");
  private static final Watch WATCH = new Watch();
  private static final int CALLS = Integer.getInteger("fuzz.calls", 8);

  static Stream<Executable> functions() {
    return PublicFunctions.others().stream();
  }

  @AfterAll
  static void close() {
    WATCH.close();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void everyCallAgreesWithTheReferenceOrFailsAsItDoes(Executable function) {
    for (int number = 0; number < CALLS; number++) {
      long seed = PublicFunctions.seed(function, number);
      String what = function + ", seed " + seed;
      Outcome expected = WATCH.run(what, () -> outcome(REFERENCE, function, seed, what));
      Outcome actual = WATCH.run(what, () -> outcome(CPU, function, seed, what));
      expected.requireSame(actual, 1, what);
    }
  }

  private static Outcome outcome(Session session, Executable function, long seed, String what) {
    return Outcome.of(session, what, () -> Call.of(function, new Arguments(seed)).run());
  }
}
