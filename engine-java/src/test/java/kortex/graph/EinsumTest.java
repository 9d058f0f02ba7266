package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.model.Golden;
import kortex.op.MatMul;
import kortex.session.Fresh;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Einsum against NumPy's, its gradients against finite differences, and its messages. */
class EinsumTest {
  private static final Golden GOLDEN = Golden.load("einsum");
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");

  private static List<String> equations() {
    StringBuilder text = new StringBuilder();
    for (double c : GOLDEN.tensor("equations").toDoubleArray()) {
      text.append((char) c);
    }
    return List.of(text.toString().split("\n", -1));
  }

  static Stream<Integer> cases() {
    return IntStream.range(0, equations().size()).boxed();
  }

  private static Tensor[] operands(int number) {
    List<Tensor> out = new ArrayList<>();
    while (GOLDEN.file().tensors().containsKey(number + "/" + out.size())) {
      out.add(GOLDEN.tensor(number + "/" + out.size()));
    }
    return out.toArray(Tensor[]::new);
  }

  private static double[] run(Session session, Tensor x) {
    return Fresh.numbers(session, x);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithNumpy(int number) {
    String equation = equations().get(number);
    Tensor expected = GOLDEN.tensor(number + "/y");
    for (Session session : List.of(REFERENCE, CPU)) {
      Tensor actual = Einsum.of(equation, operands(number));
      assertEquals(expected.type(), actual.type(), equation);
      close(expected.toDoubleArray(), run(session, actual), 1e-13, equation);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAgreeWithFiniteDifferences(int number) {
    String equation = equations().get(number);
    Tensor[] at = operands(number);
    Tensor[] gradients =
        Autodiff.grad(scalar(Einsum.of(equation, at)), List.of(at)).toArray(Tensor[]::new);
    for (int i = 0; i < at.length; i++) {
      double[] x = at[i].toDoubleArray();
      double[] analytic = run(REFERENCE, gradients[i]);
      double[] numeric = analytic.clone();
      for (int j = 0; j < x.length; j += Math.max(1, x.length / 8)) {
        double[] sides = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] moved = x.clone();
          moved[j] += side == 0 ? -1e-5 : 1e-5;
          Tensor[] there = at.clone();
          there[i] = Tensor.of(moved, at[i].shape().toArray());
          sides[side] = run(REFERENCE, scalar(Einsum.of(equation, there)))[0];
        }
        numeric[j] = (sides[1] - sides[0]) / 2e-5;
      }
      close(numeric, analytic, 1e-7, equation + ", operand " + i);
    }
  }

  private static Tensor scalar(Tensor y) {
    return y.square().add(y).sum();
  }

  private static void close(double[] expected, double[] actual, double tolerance, String what) {
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance * (1 + Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], allowed, what + " at " + i);
    }
  }

  private static Tensor ones(long... shape) {
    return Tensor.full(TensorType.f32(shape), 1);
  }

  private static List<Node> products(Tensor x) {
    return Order.of(List.of(x.value()), n -> false).stream()
        .filter(n -> n.op() instanceof MatMul)
        .toList();
  }

  @Test
  void contractsWithMatrixProducts() {
    assertEquals(
        1, products(Einsum.of("bhqd,bkhd->bhqk", ones(2, 3, 4, 5), ones(2, 6, 3, 5))).size());
    assertEquals(0, products(Einsum.of("i,j->ij", ones(3), ones(4))).size());
    assertEquals(0, products(Einsum.of("bi,bi->b", ones(3, 4), ones(3, 4))).size());
  }

  @Test
  void theOrderOfAChainIsTheCheapOne() {
    // From the left, the first product would have a million elements.
    Tensor y = Einsum.of("ij,jk,kl->il", ones(1000, 2), ones(2, 1000), ones(1000, 3));
    long largest =
        products(y).stream().mapToLong(n -> n.types().getFirst().size()).max().orElseThrow();
    assertEquals(3000, largest);
    assertEquals(2000.0 * 3000, y.sum().item(), 1);
  }

  @Test
  void whatIsOffADiagonalIsNotRead() {
    double nan = Double.NaN;
    Tensor x = Tensor.of(new double[] {1, nan, Double.POSITIVE_INFINITY, 2}, 2, 2);
    assertEquals(3, Einsum.of("ii->", x).item());
  }

  @Test
  void integersAreExact() {
    Tensor x = Tensor.of(new int[] {70000, 1, 3, -5}, 2, 2).cast(DType.I64);
    double[] y = Einsum.of("ij,kj->ik", x, x).toDoubleArray();
    close(new double[] {4_900_000_001.0, 209_995, 209_995, 34}, y, 0, "i64");
  }

  @Test
  void nothingIsSummedToZero() {
    assertEquals(0, Einsum.of("ij,jk->ik", ones(2, 0), ones(0, 2)).sum().item());
    assertEquals(Shape.of(0, 2), Einsum.of("ij,jk->ik", ones(0, 3), ones(3, 2)).shape());
  }

  private static void fails(String wanted, String equation, Tensor... operands) {
    ShapeException e = assertThrows(ShapeException.class, () -> Einsum.of(equation, operands));
    assertTrue(e.what().contains(wanted), e.what());
    assertTrue(e.what().contains(equation), e.what());
  }

  @Test
  void messagesShowThePlace() {
    Tensor a = ones(3, 4);
    fails("extent 5 (operand 2, f32[5, 6]), which has extent 4", "ij,jk->ik", a, ones(5, 6));
    fails("\n  ij,jk->ik\n     ^", "ij,jk->ik", a, ones(5, 6));
    fails("3 labels for operand 1, f32[3, 4]", "ijk->i", a);
    fails("label that no operand has here:\n  ij->ix\n       ^", "ij->ix", a);
    fails("label again", "ij->ii", a);
    fails("(1) than of operands (2)", "ij->i", a, a);
    fails("'1' here:\n  i1->i\n   ^", "i1->i", a);
    fails("'-' here", "ij-i", a);
    fails("'-' here:\n  ij->i->j\n       ^", "ij->i->j", a);
    fails("a dot", "i..->i", a);
    fails("a dot", "......->", a);
    fails("axis -1 of the ellipsis with extent 5", "...i,...i->...", a, ones(5, 4));
    fails("operands (0)", "i->i");
    assertThrows(DTypeException.class, () -> Einsum.of("ij,ij->", a, a.cast(DType.F64)));
    assertThrows(DTypeException.class, () -> Einsum.of("ij,ij->", a.isNan(), a.isNan()));
  }
}
