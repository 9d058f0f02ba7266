package kortex.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What it takes to plan a graph grows with its ops, not with their square. Counted in bytes that
 * are allocated on the way, which unlike time are the same every time.
 */
class LongGraphTest {
  private static final int OPS = 1000;

  private static Tensor stored() {
    return Tensor.of(Storage.zeros(TensorType.f32(2, 2)));
  }

  private static Tensor chain(Tensor x, Tensor w, int ops) {
    Tensor y = x;
    for (int i = 0; i < ops; i += 2) {
      y = y.matmul(w).tanh();
    }
    return y;
  }

  private static Graph graph(List<Tensor> outputs, List<Graph.Assignment> updates) {
    return Graph.capture(outputs.stream().map(Tensor::value).toList(), updates).graph();
  }

  private static Graph wide(int ops) {
    Tensor shared = stored().exp();
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < ops; i++) {
      outputs.add(shared.mul(i).sum());
    }
    return graph(outputs, List.of());
  }

  private static Graph updates(int ops) {
    Tensor y = stored();
    List<Graph.Assignment> updates = new ArrayList<>();
    for (int i = 0; i < ops; i++) {
      Variable state = Variable.of("state" + i, Storage.zeros(TensorType.f32(2, 2)));
      y = y.matmul(state);
      updates.add(new Graph.Assignment(state.storage(), state.sub(y).value()));
    }
    return graph(List.of(y), updates);
  }

  private static Named<IntFunction<Graph>> row(String name, IntFunction<Graph> graph) {
    return Named.of(name, graph);
  }

  static Stream<Named<IntFunction<Graph>>> graphs() {
    return Stream.of(
        row("products", n -> graph(List.of(chain(stored(), stored(), n)), List.of())),
        row(
            "gradients",
            n -> {
              Tensor w = stored();
              return graph(List.of(Autodiff.grad(chain(stored(), w, n).sum(), w)), List.of());
            }),
        row("one value that many read", LongGraphTest::wide),
        row("updates", LongGraphTest::updates));
  }

  private static long allocated(Graph graph) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    Blueprint.of(graph, ReferenceBackend.interpreting(), Precision.F32);
    return thread.getCurrentThreadAllocatedBytes() - before;
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void planningIsLinear(IntFunction<Graph> graph) {
    allocated(graph.apply(OPS));
    long few = allocated(graph.apply(OPS));
    long many = allocated(graph.apply(8 * OPS));
    assertTrue(many < 10 * few, few + " bytes, and " + many + " for 8 times as many ops");
  }
}
