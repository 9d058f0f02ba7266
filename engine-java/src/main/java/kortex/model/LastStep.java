package kortex.model;

import java.util.List;
import kortex.graph.Slice;
import kortex.graph.Tensor;
import kortex.tensor.Shape;

/**
 * The last step of a sequence, {@code [batch, time, n] → [batch, n]}: behind a recurrent layer,
 * what it knows after having seen all steps.
 */
public record LastStep() implements Layer {
  @Override
  public String kind() {
    return "lastStep";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Sequences.only(kind(), inputs).drop(1);
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    return inputs.getFirst().slice(Slice.all(), Slice.at(-1));
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 0;
  }

  @Override
  public String toString() {
    return "lastStep()";
  }
}
