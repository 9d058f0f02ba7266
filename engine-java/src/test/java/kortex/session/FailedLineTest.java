package kortex.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import declared.UserFailures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.DataException;
import kortex.tensor.KortexException;
import kortex.tensor.NumericException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An error of the data names the line of the op that found it, not the one that asked. */
class FailedLineTest {
  private static final Tensor IDENTITY = Tensor.of(new double[] {1, 0, 0, 1}, 2, 2);
  private static final Tensor SINGULAR = Tensor.of(new double[] {1, 2, 2, 4}, 2, 2);
  private static final Tensor RIGHT = Tensor.of(new double[] {1, 2}, 2);

  static Stream<Session> sessions() {
    return Stream.of(
        Session.open("cpu"),
        Session.on(ReferenceBackend.create()),
        Session.on(ReferenceBackend.interpreting()));
  }

  private static String line(String text) {
    try {
      List<String> lines = Files.readAllLines(Path.of("src/test/java/declared/UserFailures.java"));
      int at = 0;
      while (!lines.get(at).contains(text)) {
        at++;
      }
      return " (made at UserFailures.java:" + (at + 1) + ")";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <E extends KortexException> E failure(
      Session session, Class<E> type, Supplier<Tensor> tensor) {
    return ScopedValue.where(Evaluator.SCOPED, session)
        .call(() -> assertThrows(type, () -> tensor.get().compute()));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void anIndexOutOfRange(Session session) {
    try (session) {
      Tensor index = Tensor.of(new long[] {0, 5}, 2);
      DataException e =
          failure(session, DataException.class, () -> UserFailures.taken(IDENTITY, index));
      assertEquals(
          "index 5 at [1] is out of range for axis 0 of f64[2, 2]" + line("take(index, 0)"),
          e.what());
      assertEquals("Use numbers from -2 to 1.", e.remedy());
      assertTrue(e.getMessage().startsWith("DataError: " + e.what() + "\n  Try: "), e.getMessage());
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void theFactorizationThatFails(Session session) {
    try (session) {
      Tensor negative = IDENTITY.neg();
      String what =
          failure(session, NumericException.class, () -> UserFailures.factor(IDENTITY, negative))
              .what();
      assertTrue(what.endsWith(line("second.cholesky()")), what);
      what =
          failure(session, NumericException.class, () -> UserFailures.factor(negative, IDENTITY))
              .what();
      assertTrue(what.endsWith(line("first.cholesky()")), what);
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void insideLoopsAndBranchesTheLineOfTheLoop(Session session) {
    try (session) {
      String what =
          failure(session, NumericException.class, () -> UserFailures.looped(SINGULAR, RIGHT))
              .what();
      assertTrue(what.endsWith(line("Control.iterate(")), what);
      Tensor yes = Tensor.of(new boolean[] {true});
      what =
          failure(session, NumericException.class, () -> UserFailures.chosen(yes, SINGULAR, RIGHT))
              .what();
      assertTrue(what.endsWith(line("Control.cond(")), what);
    }
  }

  /** One plan serves computations written on different lines. */
  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void theLineIsThatOfTheComputationThatRan(Session session) {
    try (session) {
      ScopedValue.where(Evaluator.SCOPED, session)
          .run(() -> {
            Tensor x = UserFailures.solution(IDENTITY, RIGHT);
            assertEquals(2, HostMemory.get(x.compute().host(), DType.F64, 0));
            Tensor singular = UserFailures.solution(SINGULAR, RIGHT);
            String what = assertThrows(NumericException.class, singular::compute).what();
            assertTrue(what.endsWith(line("matrix.solve(right);")), what);
            Tensor other = UserFailures.otherSolution(SINGULAR, RIGHT);
            what = assertThrows(NumericException.class, other::compute).what();
            assertTrue(what.endsWith(line("matrix.solve(right).mul(2)")), what);
          });
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void aCompiledStepSaysItAtEveryRun(Session session) {
    try (session) {
      Storage label = Storage.zeros(Tensor.of(new long[] {0, 0}, 2, 1).type());
      Tensor loss = UserFailures.loss(IDENTITY, Tensor.of(label));
      Step step = session.compile(List.of(loss), List.of());
      step.run();
      assertEquals(-0.5, step.scalar(0));
      label.write(Tensor.of(new long[] {0, 7}, 2, 1).compute().host());
      for (int i = 0; i < 2; i++) {
        String what = assertThrows(DataException.class, step::run).what();
        assertTrue(what.endsWith(line("takeAlongAxis(label, 1)")), what);
      }
      label.write(Tensor.of(new long[] {0, 1}, 2, 1).compute().host());
      step.run();
      assertEquals(-1, step.scalar(0));
    }
  }
}
