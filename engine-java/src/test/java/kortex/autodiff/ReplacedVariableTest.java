package kortex.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.tensor.SettingException;
import org.junit.jupiter.api.Test;

/** Gradients with respect to a variable that has got another value since. */
class ReplacedVariableTest {
  private final Variable w = Variable.of("w", Tensor.of(new double[] {1, 2}, 2));

  @Test
  void gradientOfAResultOfTheOldValueIsAnErrorAndNoZero() {
    Tensor loss = w.square().sum();
    w.assign(w.sub(Autodiff.grad(loss, w).mul(0.1)));
    var error = assertThrows(SettingException.class, () -> Autodiff.grad(loss, w));
    assertTrue(error.what().contains("variable w of type f64[2]"), error.what());
    assertThrows(SettingException.class, () -> Autodiff.gradIfAny(loss, List.of(w)));
    Autodiff.backward(loss);
    assertArrayEquals(new double[] {2, 4}, w.gradient().orElseThrow().toDoubleArray(), 0);
  }

  @Test
  void oldValueMayStandBesideTheNewOne() {
    Tensor old = w.mul(1);
    w.assign(w.add(3));
    Tensor loss = w.sub(old).square().sum();
    assertArrayEquals(new double[] {6, 6}, Autodiff.grad(loss, w).toDoubleArray(), 1e-12);
  }

  @Test
  void resultWithoutTheVariableHasGradientZero() {
    w.assign(w.add(3));
    Tensor other = Tensor.of(new double[] {5}, 1).sum();
    assertArrayEquals(new double[] {0, 0}, Autodiff.grad(other, w).toDoubleArray(), 0);
  }

  @Test
  void backwardSumsOverAllValuesOfAVariable() {
    Tensor before = w.mul(2);
    w.assign(w.add(9));
    Autodiff.backward(before.add(w.mul(3)).sum());
    assertArrayEquals(new double[] {5, 5}, w.gradient().orElseThrow().toDoubleArray(), 0);
  }
}
