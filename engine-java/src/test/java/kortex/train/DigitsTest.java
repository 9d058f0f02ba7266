package kortex.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kortex.data.Table;
import kortex.model.Accuracy;
import kortex.model.Activation;
import kortex.model.Add;
import kortex.model.BatchNorm;
import kortex.model.Conv2d;
import kortex.model.CrossEntropy;
import kortex.model.Dense;
import kortex.model.Dropout;
import kortex.model.Flatten;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.MaxPool2d;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Padding;
import kortex.model.Site;
import kortex.model.Size2d;
import kortex.optimizer.AdamW;
import kortex.optimizer.Clip;
import kortex.optimizer.Cosine;
import kortex.optimizer.Moments;
import kortex.optimizer.Span;
import kortex.session.Session;
import org.junit.jupiter.api.Test;

/** A convolutional network with everything in it, on real images. */
class DigitsTest {
  private static int chain(NetworkSpec.Builder builder, int from, Layer... layers) {
    int at = from;
    for (Layer layer : layers) {
      at = builder.add(layer, List.of(at), Site.NONE);
    }
    return at;
  }

  private static Conv2d conv() {
    return Conv2d.of(16, 3).moving(Size2d.of(1), Padding.SAME);
  }

  private static Network network() {
    var b = NetworkSpec.builder(Input.image(1, 8, 8));
    int stem = chain(b, -1, conv(), BatchNorm.of(), Activation.RELU);
    int merged =
        b.scope(
            "residual",
            () -> {
              int body = chain(b, stem, conv(), BatchNorm.of(), Activation.RELU);
              return b.add(new Add(), List.of(body, stem), Site.NONE);
            });
    int pooled = chain(b, merged, MaxPool2d.of(2), new Flatten());
    Layer[] head = {Dense.of(64), Activation.RELU, new Dropout(0.2), Dense.of(10)};
    return Network.of(b.build(chain(b, pooled, head)), 1);
  }

  @Test
  void learnsDigits() {
    var split =
        Table.readCsv(Path.of("../scripts/examples/data/digits.csv"))
            .image(1, 8, 8, 1 / 16.0)
            .labels("digit")
            .split(0.8, 7);
    var rate = new Cosine(3e-3, Optional.empty(), Span.steps(10), 0);
    var optimizer = new AdamW(rate, Moments.DEFAULT, 0.01).clipped(new Clip.GlobalNorm(1));
    var settings =
        TrainSettings.builder(new CrossEntropy(0.05), optimizer)
            .epochs(5)
            .batchSize(64)
            .validation(split.test())
            .metric(new Accuracy())
            .build();
    History history = Trainer.fit(Session.shared(), network(), split.train(), settings);
    double accuracy =
        Objects.requireNonNull(history.last().validation().orElseThrow().metrics().get("accuracy"));
    assertTrue(accuracy > 0.95, history.toString());
  }
}
