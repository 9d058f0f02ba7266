package kortex.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Activation;
import kortex.model.Add;
import kortex.model.BatchNorm;
import kortex.model.Conv2d;
import kortex.model.Dense;
import kortex.model.Embedding;
import kortex.model.GlobalAvgPool;
import kortex.model.Initializer;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.LayerNode;
import kortex.model.LayerNorm;
import kortex.model.Loss;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Padding;
import kortex.model.Positions;
import kortex.model.Site;
import kortex.model.Size2d;
import kortex.model.TransformerBlock;
import kortex.optimizer.Adam;
import kortex.optimizer.AdamW;
import kortex.optimizer.Moments;
import kortex.optimizer.Optimizer;
import kortex.optimizer.Schedule;
import kortex.optimizer.Sgd;
import kortex.session.Explanation;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/**
 * The arena of a training step is within 5 % of what is live at once, below which no arena can be;
 * and what is live at once is no more than it was when this was written.
 */
class ArenaBoundTest {
  private static final double MIB = 1 << 20;

  private static int add(NetworkSpec.Builder builder, int at, Layer... layers) {
    int last = at;
    for (Layer layer : layers) {
      last = builder.add(layer, List.of(last), Site.NONE);
    }
    return last;
  }

  private static Conv2d conv(int filters, int kernel, int stride) {
    return new Conv2d(
        filters,
        Size2d.of(kernel),
        Size2d.of(stride),
        Padding.of(kernel / 2, kernel / 2),
        Size2d.of(1),
        1,
        false,
        Initializer.heNormal(),
        Initializer.zeros(),
        Optional.empty());
  }

  private static Explanation explain(
      NetworkSpec spec, int batch, boolean perStep, Optimizer optimizer) {
    Network network = Network.of(spec, 1);
    Input input = spec.input();
    boolean tokens = input.kind() == Input.Kind.TOKENS;
    TensorType x = new TensorType(tokens ? DType.I32 : DType.F32, input.shape().prepend(batch));
    TensorType y = new TensorType(DType.I32, perStep ? x.shape() : x.shape().take(1));
    Tensor xs = Tensor.of(Storage.zeros(x));
    Tensor ys = Tensor.of(Storage.zeros(y));
    try (Session session = Session.open("cpu")) {
      return TrainStep.of(session, network, optimizer, 0)
          .explain(() -> Loss.crossEntropy().of(network.call(xs), ys));
    }
  }

  private static void within(Explanation step, double mib) {
    assertTrue(step.peakBytes() <= step.arenaBytes());
    assertTrue(
        step.arenaBytes() <= 1.05 * step.peakBytes(),
        () -> step.arenaBytes() + " for " + step.peakBytes());
    assertEquals(mib, step.peakBytes() / MIB, 0.1 * mib);
  }

  @Test
  void residualNetwork() {
    NetworkSpec.Builder builder = NetworkSpec.builder(Input.image(3, 32, 32));
    int at = add(builder, LayerNode.NETWORK_INPUT, conv(16, 3, 1), BatchNorm.of(), Activation.RELU);
    for (int filters = 16; filters <= 64; filters *= 2) {
      for (int block = 0; block < 3; block++) {
        int stride = block == 0 && filters > 16 ? 2 : 1;
        int body =
            add(
                builder,
                at,
                conv(filters, 3, stride),
                BatchNorm.of(),
                Activation.RELU,
                conv(filters, 3, 1),
                BatchNorm.of());
        int around = stride == 1 ? at : add(builder, at, conv(filters, 1, 2), BatchNorm.of());
        int sum = builder.add(new Add(), List.of(around, body), Site.NONE);
        at = add(builder, sum, Activation.RELU);
      }
    }
    at = add(builder, at, new GlobalAvgPool(), Dense.of(10));
    Optimizer optimizer = new Sgd(Schedule.constant(0.05), 0.9, false, 1e-4);
    within(explain(builder.build(at), 64, false, optimizer), 96.9);
  }

  @Test
  void transformer() {
    NetworkSpec.Builder builder = NetworkSpec.builder(Input.tokens(128, 512));
    int at = add(builder, LayerNode.NETWORK_INPUT, Embedding.of(512, 256), Positions.of());
    for (int i = 0; i < 4; i++) {
      at = add(builder, at, TransformerBlock.of(4, true));
    }
    at = add(builder, at, LayerNorm.of(), Dense.of(512));
    Optimizer optimizer = new AdamW(Schedule.constant(3e-4), Moments.DEFAULT, 0.01);
    within(explain(builder.build(at), 8, true, optimizer), 90);
  }

  /** A weight is updated as soon as its gradient exists, so that one is live at a time. */
  @Test
  void wideNetwork() {
    NetworkSpec.Builder builder = NetworkSpec.builder(Input.features(1024));
    int at = LayerNode.NETWORK_INPUT;
    for (int i = 0; i < 6; i++) {
      at = add(builder, at, Dense.of(1024), Activation.RELU);
    }
    at = add(builder, at, Dense.of(10));
    Explanation step = explain(builder.build(at), 16, false, Adam.of(1e-3));
    within(step, 4.6);
    long weights = step.stored().stream().mapToLong(s -> s.type().bytes()).max().orElse(0);
    assertEquals(4 << 20, weights);
  }
}
