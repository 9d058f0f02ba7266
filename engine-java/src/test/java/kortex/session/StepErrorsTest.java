package kortex.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.tensor.DeviceException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Steps that cannot be, and sessions that are no more. */
class StepErrorsTest {
  private final Storage stored = Storage.zeros(TensorType.f32(2));

  private Graph.Assignment update(Tensor next) {
    return new Graph.Assignment(stored, next.value());
  }

  @Test
  void updateOfAnotherTypeIsRefused() {
    var update = update(Tensor.of(1, 2, 3));
    var error =
        assertThrows(
            ShapeException.class, () -> Session.current().compile(List.of(), List.of(update)));
    assertTrue(error.what().contains("f32[3]") && error.what().contains("f32[2]"), error.what());
  }

  @Test
  void twoUpdatesOfOneStorageAreRefused() {
    var updates = List.of(update(Tensor.of(1, 2)), update(Tensor.of(3, 4)));
    assertThrows(SettingException.class, () -> Session.current().compile(List.of(), updates));
  }

  @Test
  void closedSessionSaysSo() {
    Session session = Session.open("cpu");
    Step step = session.compile(List.of(Tensor.of(1, 2).exp()), List.of());
    step.run();
    session.close();
    assertThrows(DeviceException.class, step::run);
    var error =
        assertThrows(
            DeviceException.class, () -> session.evaluate(List.of(Tensor.of(1, 2).mul(2).value())));
    assertEquals("the session on cpu was closed", error.what());
  }
}
