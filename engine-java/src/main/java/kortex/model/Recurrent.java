package kortex.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kortex.graph.Control;
import kortex.graph.Tensor;
import kortex.op.MatMul;
import kortex.tensor.Shape;

/**
 * A layer that goes through a sequence step by step and remembers: {@code [batch, time, n] →
 * [batch, time, units]}. What it remembers starts as zeros; its output at each step is what it
 * remembers then. Parameters: {@code weight [gates·units, n]}, {@code recurrent [gates·units,
 * units]}, {@code bias [gates·units]}, gate by gate in PyTorch's order. PyTorch stores two biases
 * that are only ever added; here they are one.
 */
public sealed interface Recurrent extends Layer permits SimpleRnn, Lstm, Gru {
  /** Units and how the weights start. */
  RecurrentSettings settings();

  /** How many vectors of units a step computes from its input. */
  int gates();

  /** How many vectors of units are remembered; the first is the output. */
  int memories();

  /**
   * One step: what is remembered after it.
   *
   * @param gates the product of the step's input with the weight, plus bias: {@code [batch,
   *     gates·units]}
   * @param memory what is remembered before it, each {@code [batch, units]}
   */
  List<Tensor> step(Forward context, Tensor gates, List<Tensor> memory);

  @Override
  default Shape output(List<Shape> inputs) {
    return Sequences.only(kind(), inputs).with(1, settings().units());
  }

  @Override
  default List<WeightSpec> weights(List<Shape> inputs) {
    RecurrentSettings s = settings();
    long rows = Math.multiplyExact((long) gates(), s.units());
    Shape input = Shape.of(rows, inputs.getFirst().extent(1));
    Shape before = Shape.of(rows, s.units());
    List<WeightSpec> out = new ArrayList<>();
    out.add(new WeightSpec("weight", input, s.weightInitializer(), s.regularizer()));
    out.add(new WeightSpec("recurrent", before, s.recurrentInitializer(), s.regularizer()));
    if (s.bias()) {
      out.add(WeightSpec.of("bias", Shape.of(rows), s.biasInitializer()));
    }
    return out;
  }

  @Override
  default Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    Shape shape = x.shape();
    // What needs no memory is one product over all steps, outside of the loop.
    Tensor rows = x.permute(1, 0, 2).reshape(shape.extent(0) * shape.extent(1), shape.extent(2));
    Tensor product = rows.apply(new MatMul(false, true), context.weight("weight"));
    Tensor biased = settings().bias() ? product.add(context.weight("bias")) : product;
    Tensor steps = biased.reshape(shape.extent(1), shape.extent(0), biased.shape().extent(1));
    Tensor zero = Tensor.full(x.type().as(Shape.of(shape.extent(0), settings().units())), 0);
    return Control.scan(
            Collections.nCopies(memories(), zero),
            List.of(steps),
            false,
            (memory, slices) -> {
              List<Tensor> next = step(context, slices.getFirst(), memory);
              return new Control.Carried(next, List.of(next.getFirst()));
            })
        .outputs()
        .getFirst()
        .permute(1, 0, 2);
  }

  /** The output before this step times the recurrent weight. */
  static Tensor product(Forward context, List<Tensor> memory) {
    return memory.getFirst().apply(new MatMul(false, true), context.weight("recurrent"));
  }

  @Override
  default long flops(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    long each = 2 * (in.extent(1) + settings().units()) + 4;
    return in.extent(0) * gates() * settings().units() * each;
  }
}
