package kortex.backend.cpu.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.kernel.Kernel;
import kortex.plan.Plan;
import kortex.session.Session;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

class ModuleEmitterTest {
  private static Graph.Assignment decay(long... shape) {
    Storage storage = Storage.zeros(TensorType.f32(shape));
    return new Graph.Assignment(storage, Tensor.of(storage).mul(0.9f).value());
  }

  private static List<Kernel> kernels(Graph.Assignment... updates) {
    try (Session session = Session.on(ReferenceBackend.interpreting())) {
      return session.compile(List.of(), List.of(updates)).plan().steps().stream()
          .map(step -> ((Plan.KernelStep) step).kernel())
          .toList();
    }
  }

  @Test
  void sizesOfWhatIsUpdatedAreNotCode() {
    List<Kernel> kernels = kernels(decay(64, 32), decay(10), decay(7, 3, 5));
    assertEquals(3, kernels.size());
    assertEquals(3, new HashSet<>(kernels).size());
    assertEquals(Set.of("k0"), Set.copyOf(ModuleEmitter.emit(kernels).names().values()));
  }

  @Test
  void whatIsComputedIs() {
    Storage other = Storage.zeros(TensorType.f32(10));
    Graph.Assignment square = new Graph.Assignment(other, Tensor.of(other).square().value());
    List<Kernel> kernels = kernels(decay(10), square);
    assertNotEquals(kernels.getFirst().code(), kernels.getLast().code());
    assertEquals(2, ModuleEmitter.emit(kernels).names().size());
  }
}
