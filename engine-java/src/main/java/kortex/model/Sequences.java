package kortex.model;

import java.util.List;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** What the layers that take sequences have in common. */
final class Sequences {
  private Sequences() {}

  /** The only input, which must be {@code [time, features]}. */
  static Shape only(String layer, List<Shape> inputs) {
    Shape sequence = inputs.getFirst();
    if (sequence.rank() != 2) {
      throw new ShapeException(
          layer + " needs a sequence [time, features], got " + sequence,
          sequence.rank() == 1
              ? "Put it before lastStep { }, globalAvgPool { } and flatten { }; tokens need"
                  + " embedding(features) first."
              : "Declare the network's input as sequence(time, features).");
    }
    return sequence;
  }

  /** The only input, whose last axis must be features: {@code [features]} or a sequence. */
  static Shape features(String layer, List<Shape> inputs) {
    Shape in = inputs.getFirst();
    if (in.rank() != 1 && in.rank() != 2) {
      throw new ShapeException(
          layer + " needs features [n], got " + in,
          "Put it into a flatten { } or globalAvgPool { } block.");
    }
    return in;
  }
}
