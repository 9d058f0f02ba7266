package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.Joining;
import kortex.graph.PadMode;
import kortex.graph.Slice;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that replace a value by one that reads it at other positions. */
class SliceUpdateTest {
  private static final Slice REST = Slice.from(1);
  private static final Slice FRONT = Slice.until(-1);

  /** An update of a vector of 6, and what it makes of 0, 1, 2, 3, 4, 5. */
  record Case(String name, UnaryOperator<Tensor> next, float... expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Session> sessions() {
    return List.of(
        Session.on(ReferenceBackend.create()),
        Session.on(ReferenceBackend.interpreting()),
        Session.open("cpu"));
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("flip", Tensor::flip, 5, 4, 3, 2, 1, 0),
        new Case("x[1:] = x[:-1]", x -> x.with(x.slice(FRONT), REST), 0, 0, 1, 2, 3, 4),
        new Case("x[:-1] = x[1:]", x -> x.with(x.slice(REST), FRONT), 1, 2, 3, 4, 5, 5),
        new Case("x[::-1] = x", x -> x.with(x, Slice.all().by(-1)), 5, 4, 3, 2, 1, 0),
        new Case("x[2] = 9", x -> x.with(9, Slice.at(2)), 0, 1, 9, 3, 4, 5),
        new Case("roll", x -> x.roll(2, 0), 4, 5, 0, 1, 2, 3),
        new Case("roll and add", x -> x.roll(-1, 0).add(x), 1, 3, 5, 7, 9, 5),
        new Case("shift", x -> x.slice(REST).pad(0, 0, 1, 0), 1, 2, 3, 4, 5, 0),
        new Case("x + flip", x -> x.add(x.flip()), 5, 5, 5, 5, 5, 5),
        new Case("halves swapped", SliceUpdateTest::swapped, 3, 4, 5, 0, 1, 2),
        new Case("between constants", SliceUpdateTest::between, 9, 9, 0, 1, 7, 7),
        new Case("halves in place", SliceUpdateTest::doubled, 0, 2, 4, 6, 8, 10),
        new Case("odd before even", SliceUpdateTest::sorted, 1, 3, 5, 0, 2, 4),
        new Case(
            "smooth",
            x -> x.pad(0, 1, 1, PadMode.EDGE).slice(Slice.from(2)).add(x),
            1,
            3,
            5,
            7,
            9,
            10),
        new Case("reshaped flip", x -> x.reshape(2, 3).flip(1).flatten(), 2, 1, 0, 5, 4, 3),
        new Case("turned", x -> x.reshape(2, 3).transpose().flatten(), 0, 3, 1, 4, 2, 5));
  }

  private static Tensor swapped(Tensor x) {
    return Joining.concat(x.split(2, 0).reversed(), 0);
  }

  /** The first and the last part read nothing, the one between reads what the first replaces. */
  private static Tensor between(Tensor x) {
    Tensor front = Tensor.full(TensorType.f32(2), 9);
    Tensor back = Tensor.full(TensorType.f32(2), 7);
    return Joining.concat(List.of(front, x.slice(Slice.until(2)), back), 0);
  }

  private static Tensor doubled(Tensor x) {
    return Joining.concat(x.split(2, 0).stream().map(t -> t.mul(2)).toList(), 0);
  }

  private static Tensor sorted(Tensor x) {
    return Joining.concat(List.of(x.slice(Slice.from(1).by(2)), x.slice(Slice.all().by(2))), 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsTheOldValueEverywhere(Case c) {
    for (Session session : sessions()) {
      Storage stored = Variable.of("x", Tensor.of(0, 1, 2, 3, 4, 5)).storage();
      Tensor next = c.next().apply(Tensor.of(stored));
      session.compile(List.of(), List.of(new Graph.Assignment(stored, next.value()))).run();
      assertArrayEquals(
          c.expected(), Tensor.of(stored).toFloatArray(), session.backend().description());
    }
  }

  @Test
  void updatesReadEachOtherBeforeTheyWrite() {
    for (Session session : sessions()) {
      Storage a = Variable.of("a", Tensor.of(0, 1, 2, 3)).storage();
      Storage b = Variable.of("b", Tensor.of(4, 5, 6, 7)).storage();
      Tensor fromB = Tensor.of(b).flip().add(Tensor.of(a));
      Tensor fromA = Tensor.of(a).roll(1, 0).mul(10);
      List<Graph.Assignment> updates = new ArrayList<>();
      updates.add(new Graph.Assignment(a, fromB.value()));
      updates.add(new Graph.Assignment(b, fromA.value()));
      session.compile(List.of(), updates).run();
      assertArrayEquals(new float[] {7, 7, 7, 7}, Tensor.of(a).toFloatArray());
      assertArrayEquals(new float[] {30, 0, 10, 20}, Tensor.of(b).toFloatArray());
    }
  }
}
