package kortex.fuzz;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import kortex.autodiff.Transforms;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Joining;
import kortex.graph.Key;
import kortex.graph.Matrices;
import kortex.graph.Slice;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.tensor.KortexException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Derivatives and batches of every function of tensors, at random arguments that it takes: a typed
 * error, or what the reference gives; and a batch gives what its members give one by one.
 */
class TransformFuzzTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");
  private static final Watch WATCH = new Watch();
  private static final int CALLS = Integer.getInteger("fuzz.calls", 1);

  private static final double NEARBY = 1e-3;

  /** Arguments that a function refuses are another test's: so many are tried. */
  private static final int TRIES = 30;

  static Stream<Method> functions() {
    return PublicFunctions.ofTensors().stream()
        .filter(m -> m.getReturnType() == Tensor.class && !Modifier.isStatic(m.getModifiers()));
  }

  @AfterAll
  static void close() {
    WATCH.close();
  }

  /** A function of its receiver, at arguments that it takes. */
  private record At(String text, Tensor x, Function<Tensor, Tensor> function) {}

  private static Optional<At> find(Method method, long seed) {
    return LongStream.range(0, TRIES)
        .mapToObj(i -> at(method, seed * TRIES + i))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<At> at(Method method, long seed) {
    Call call = Call.of(method, new Arguments(seed));
    Tensor x = (Tensor) call.receiver().get();
    if (!x.dtype().isFloat()) {
      return Optional.empty();
    }
    try {
      call.run();
      return Optional.of(
          new At(
              call.toString(), x, y -> (Tensor) new Call(method, () -> y, call.arguments()).run()));
    } catch (KortexException e) {
      return Optional.empty();
    }
  }

  private static void forEach(Method method, LongConsumer test) {
    for (int i = 0; i < CALLS; i++) {
      test.accept(PublicFunctions.seed(method, i));
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void derivativesAgreeWithTheReferenceOrFailAsTheyDo(Method method) {
    forEach(
        method,
        seed -> {
          String what = method + ", seed " + seed;
          Outcome expected = WATCH.run(what, () -> derivatives(REFERENCE, method, seed, 0, what));
          Outcome actual = WATCH.run(what, () -> derivatives(CPU, method, seed, 0, what));
          requireSame(
              method,
              expected,
              actual,
              // Sums of what rounds in other places: an error or two of each term.
              20,
              () -> derivatives(REFERENCE, method, seed, NEARBY, what),
              what);
        });
  }

  /**
   * Where singular values or eigenvalues coincide, or nearly so, their vectors are any of many, and
   * rounding decides what is made of them: the reference itself gives something else nearby.
   */
  private static void requireSame(
      Method method,
      Outcome expected,
      Outcome actual,
      double scale,
      Supplier<Outcome> nearby,
      String what) {
    try {
      expected.requireSame(actual, scale, what);
    } catch (AssertionError difference) {
      if (method.getDeclaringClass() != Matrices.class
          || isNear(expected, WATCH.run(what, nearby), what)) {
        throw difference;
      }
    }
  }

  private static boolean isNear(Outcome expected, Outcome nearby, String what) {
    try {
      expected.requireSame(nearby, 1e4, what);
      return true;
    } catch (AssertionError jump) {
      return false;
    }
  }

  private static Outcome derivatives(
      Session session, Method method, long seed, double away, String what) {
    return Outcome.of(
        session, what, () -> find(method, seed).map(at -> derivatives(at, away)).orElse(List.of()));
  }

  /** The derivatives {@code away} from where the function was found. */
  private static List<Object> derivatives(At at, double away) {
    Function<Tensor, Tensor> f = at.function();
    Function<Tensor, Tensor> scalar = x -> f.apply(x).mul(0.5).sum();
    Tensor x = moved(at.x(), away);
    Tensor along = Tensor.full(x.type(), 0.5);
    List<Object> out = new ArrayList<>();
    add(out, () -> Transforms.grad(scalar).apply(x));
    add(
        out,
        () -> {
          Transforms.Vjp<Tensor, Tensor> vjp = Transforms.vjp(f, x);
          return vjp.pullback().apply(vjp.value().mul(0.25));
        });
    add(out, () -> Transforms.jvp(f, x, along).tangent());
    add(out, () -> Transforms.jacobian(f).apply(x));
    add(out, () -> Transforms.hessian(scalar).apply(x));
    add(out, () -> Transforms.hessianVectorProduct(scalar).apply(x, along));
    return out;
  }

  private static Tensor moved(Tensor x, double away) {
    return away == 0 ? x : x.add(Key.of(1).uniform(x.type()).mul(away));
  }

  private static void add(List<Object> out, Supplier<Object> derivative) {
    try {
      out.add(derivative.get());
    } catch (KortexException e) {
      out.add(List.of());
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void batchesGiveWhatTheirMembersGive(Method method) {
    forEach(
        method,
        seed -> {
          String what = method + ", seed " + seed;
          Outcome alone = WATCH.run(what, () -> members(REFERENCE, method, seed, what));
          Outcome reference = WATCH.run(what, () -> batch(REFERENCE, method, seed, 0, what));
          if (!reference.failed()) {
            alone.requireSame(reference, 1, what);
          }
          requireSame(
              method,
              reference,
              WATCH.run(what, () -> batch(CPU, method, seed, 0, what)),
              1,
              () -> batch(REFERENCE, method, seed, NEARBY, what),
              what);
        });
  }

  private static Outcome batch(
      Session session, Method method, long seed, double away, String what) {
    return Outcome.of(
        session,
        what,
        () ->
            find(method, seed)
                .map(at ->
                    List.of(Transforms.vmap(at.function()).apply(stacked(moved(at.x(), away)))))
                .orElse(List.of()));
  }

  private static Outcome members(Session session, Method method, long seed, String what) {
    return Outcome.of(
        session,
        what,
        () ->
            find(method, seed)
                .map(at -> {
                  Tensor all = stacked(at.x());
                  return List.of(
                      Joining.stack(
                          List.of(
                              at.function().apply(all.slice(Slice.at(0))),
                              at.function().apply(all.slice(Slice.at(1)))),
                          0));
                })
                .orElse(List.of()));
  }

  private static Tensor stacked(Tensor x) {
    return Joining.stack(List.of(x, x.mul(0.5).cast(x.dtype())), 0);
  }
}
