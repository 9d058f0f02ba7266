package kortex.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Activation;
import kortex.model.Close;
import kortex.model.Dense;
import kortex.model.Golden;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.LayerNode;
import kortex.model.Loss;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Site;
import kortex.optimizer.AdamW;
import kortex.optimizer.Optimizer;
import kortex.optimizer.Schedule;
import kortex.optimizer.Sgd;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Whole training runs against PyTorch: same start, same batches. Numbers from make_iris.py. */
class IrisGoldenTest {
  private static final Golden GOLDEN = Golden.load("iris");
  private static final int BATCH = 16;

  static Network network(long seed) {
    var builder = NetworkSpec.builder(Input.features(4));
    int at = LayerNode.NETWORK_INPUT;
    List<Layer> layers =
        List.of(Dense.of(16), Activation.TANH, Dense.of(16), Activation.TANH, Dense.of(3));
    for (Layer layer : layers) {
      at = builder.add(layer, List.of(at), Site.NONE);
    }
    return Network.of(builder.build(at), seed);
  }

  private final Storage inputs = Storage.zeros(TensorType.f32(BATCH, 4));
  private final Storage labels = Storage.zeros(new TensorType(DType.I32, Shape.of(BATCH)));

  private void fill(int t) {
    float[] x = GOLDEN.floats("x");
    float[] y = GOLDEN.floats("y");
    float[] order = GOLDEN.floats("order");
    float[] batch = new float[BATCH * 4];
    int[] classes = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      int row = (int) order[(i + t * BATCH) % order.length];
      System.arraycopy(x, row * 4, batch, i * 4, 4);
      classes[i] = (int) y[row];
    }
    inputs.write(MemorySegment.ofArray(batch));
    labels.write(MemorySegment.ofArray(classes));
  }

  private void run(String name, Optimizer optimizer, boolean captured) {
    Network network = network(1);
    network.load(GOLDEN.under(name + "/start/"));
    TrainStep training = TrainStep.of(Session.shared(), network, optimizer, 1);
    Loss loss = Loss.crossEntropy();
    fill(0);
    CompiledStep step =
        training.compile(
            () -> Pass.of(loss.of(network.call(Tensor.of(inputs)), Tensor.of(labels))));
    float[] losses = GOLDEN.floats(name + "/losses");
    for (int t = 0; t < losses.length; t++) {
      fill(t);
      StepResult result =
          captured
              ? step.run()
              : training.run(() -> loss.of(network.call(Tensor.of(inputs)), Tensor.of(labels)));
      assertEquals(losses[t], result.loss(), 1e-4 * losses[t], "loss of step " + t);
    }
    network
        .parameters()
        .forEach(p -> {
          float[] end = GOLDEN.floats(name + "/end/" + p.name());
          Close.to(end, p.toFloatArray(), 1e-4, p.name());
        });
  }

  @Test
  void capturedStepsAgreeWithPyTorch() {
    run("adamw", AdamW.of(1e-2), true);
    run("momentum", new Sgd(Schedule.constant(0.05), 0.9, false, 0), true);
  }

  @Test
  void handWrittenLoopAgreesWithPyTorch() {
    run("adamw", AdamW.of(1e-2), false);
    run("momentum", new Sgd(Schedule.constant(0.05), 0.9, false, 0), false);
  }
}
