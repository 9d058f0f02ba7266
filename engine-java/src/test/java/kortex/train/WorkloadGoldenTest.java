package kortex.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Activation;
import kortex.model.Add;
import kortex.model.BatchNorm;
import kortex.model.Close;
import kortex.model.Conv2d;
import kortex.model.Dense;
import kortex.model.Embedding;
import kortex.model.GlobalAvgPool;
import kortex.model.Golden;
import kortex.model.Initializer;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.LayerNode;
import kortex.model.LayerNorm;
import kortex.model.Loss;
import kortex.model.Lstm;
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
import kortex.session.Session;
import org.junit.jupiter.api.Test;

/**
 * Whole training runs of a residual network, a recurrent one and a transformer against PyTorch:
 * same start, same batch. Numbers from make_workloads.py.
 */
class WorkloadGoldenTest {
  private static final Golden GOLDEN = Golden.load("workloads");

  /** Layers one behind the other, in blocks with names. */
  private static final class Chain {
    private final NetworkSpec.Builder builder;
    private int at = LayerNode.NETWORK_INPUT;

    Chain(Input input) {
      builder = NetworkSpec.builder(input);
    }

    Chain then(Layer... layers) {
      for (Layer layer : layers) {
        at = builder.add(layer, List.of(at), Site.NONE);
      }
      return this;
    }

    Chain into(Layer layer, Layer... behind) {
      at = builder.add(layer, List.of(at), Site.NONE, Optional.of(layer.kind()));
      return builder.named(layer.kind(), () -> then(behind));
    }

    Chain residual(List<Layer> shortcut, Layer... layers) {
      int entry = at;
      return builder.scope(
          "residual",
          () -> {
            int around = builder.named("shortcut", () -> then(shortcut.toArray(Layer[]::new)).at);
            at = entry;
            int through = then(layers).at;
            at = builder.add(new Add(), List.of(around, through), Site.NONE);
            return this;
          });
    }

    Network network() {
      return Network.of(builder.build(at), 1);
    }
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

  private static Dense withoutBias(int units) {
    Dense dense = Dense.of(units);
    return new Dense(
        units, false, dense.weightInitializer(), dense.biasInitializer(), Optional.empty());
  }

  private static Layer[] body(int filters, int stride) {
    return new Layer[] {
      conv(filters, 3, stride), BatchNorm.of(), Activation.RELU, conv(filters, 3, 1), BatchNorm.of()
    };
  }

  @Test
  void residualNetwork() {
    Network network =
        new Chain(Input.image(3, 8, 8))
            .then(conv(4, 3, 1), BatchNorm.of(), Activation.RELU)
            .residual(List.of(), body(4, 1))
            .then(Activation.RELU)
            .residual(List.of(conv(8, 1, 2), BatchNorm.of()), body(8, 2))
            .then(Activation.RELU)
            .into(new GlobalAvgPool(), Dense.of(5))
            .network();
    agrees("resNet", network, new Sgd(Schedule.constant(0.05), 0.9, false, 1e-2));
  }

  @Test
  void recurrentNetwork() {
    Network network =
        new Chain(Input.tokens(7, 11))
            .into(Embedding.of(11, 6), Lstm.of(8), Dense.of(11))
            .network();
    agrees("characters", network, Adam.of(2e-2));
  }

  @Test
  void transformer() {
    Network network =
        new Chain(Input.tokens(7, 11))
            .into(
                Embedding.of(11, 8),
                Positions.of(),
                TransformerBlock.of(2, true),
                TransformerBlock.of(2, true),
                LayerNorm.of(),
                withoutBias(11))
            .network();
    agrees("gpt", network, new AdamW(Schedule.constant(1e-2), Moments.DEFAULT, 0.1));
  }

  private static void agrees(String name, Network network, Optimizer optimizer) {
    network.load(GOLDEN.under(name + "/start/"));
    Tensor x = GOLDEN.tensor(name + "/x");
    Tensor y = GOLDEN.tensor(name + "/y");
    TrainStep step = TrainStep.of(Session.shared(), network, optimizer, 1);
    float[] losses = GOLDEN.floats(name + "/losses");
    for (int i = 0; i < losses.length; i++) {
      StepResult result = step.run(() -> Loss.crossEntropy().of(network.call(x), y));
      assertEquals(losses[i], result.loss(), 2e-5, "loss " + i);
    }
    Map<String, Storage> end = network.state();
    GOLDEN
        .under(name + "/end/")
        .forEach((key, expected) -> {
          // Attention does not depend on the bias of the keys, so its gradient is rounding alone.
          if (!key.endsWith("qkv/bias")) {
            Storage actual = Objects.requireNonNull(end.get(key));
            float[] wanted = Tensor.of(expected).toFloatArray();
            Close.to(wanted, Tensor.of(actual).toFloatArray(), 5e-5, key);
          }
        });
    Close.to(GOLDEN.floats(name + "/answer"), network.call(x).toFloatArray(), 5e-5, "answer");
  }
}
