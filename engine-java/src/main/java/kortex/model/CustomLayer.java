package kortex.model;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * A layer written where it is used. The shape of its output is found by running {@code forward} on
 * lazy tensors, which costs no computation. Equal only to itself.
 *
 * @param kind stem of its names
 * @param parameters the weights it needs for input shapes
 * @param kept the states it needs for input shapes
 * @param body its part of the graph; inputs have the batch axis in front
 */
public record CustomLayer(
    String kind,
    Function<List<Shape>, List<WeightSpec>> parameters,
    Function<List<Shape>, List<StateSpec>> kept,
    BiFunction<Forward, List<Tensor>, Tensor> body)
    implements Layer {
  /** Unlikely to be an extent of the user's, so that a mistaken broadcast is found. */
  private static final long PROBE_BATCH = 7;

  /** A layer without states. */
  public static CustomLayer of(
      String kind,
      Function<List<Shape>, List<WeightSpec>> parameters,
      BiFunction<Forward, List<Tensor>, Tensor> body) {
    return new CustomLayer(kind, parameters, shapes -> List.of(), body);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    List<Tensor> probes = inputs.stream().map(s -> zeros(s.prepend(PROBE_BATCH))).toList();
    Tensor out = probe(inputs, probes);
    if (out.shape().rank() == 0 || out.shape().extent(0) != PROBE_BATCH) {
      throw new ShapeException(
          "layer " + kind + " turns a batch of " + PROBE_BATCH + " examples into " + out.shape(),
          "Keep the batch as the first axis of the result.");
    }
    return out.shape().drop(1);
  }

  private Tensor probe(List<Shape> inputs, List<Tensor> probes) {
    try {
      return body.apply(new Probe(parameters.apply(inputs), kept.apply(inputs)), probes);
    } catch (ShapeException e) {
      throw new ShapeException(
          e.what() + "\nlayer " + kind + " was tried on a batch of " + PROBE_BATCH + " examples",
          e.remedy(),
          e);
    }
  }

  private static Tensor zeros(Shape shape) {
    return Tensor.full(new TensorType(DType.F32, shape), 0);
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    return parameters.apply(inputs);
  }

  @Override
  public List<StateSpec> states(List<Shape> inputs) {
    return kept.apply(inputs);
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    return body.apply(context, inputs);
  }

  @Override
  public String toString() {
    return kind + "()";
  }

  /** Shapes only. */
  private record Probe(List<WeightSpec> weights, List<StateSpec> states) implements Forward {
    @Override
    public Tensor weight(String name) {
      return weights.stream()
          .filter(w -> w.name().equals(name))
          .findFirst()
          .map(w -> zeros(w.shape()))
          .orElseThrow(() -> Network.unknown("weight", name));
    }

    @Override
    public Tensor state(String name) {
      return states.stream()
          .filter(s -> s.name().equals(name))
          .findFirst()
          .map(s -> zeros(s.shape()))
          .orElseThrow(() -> Network.unknown("state", name));
    }

    @Override
    public void update(String state, Tensor value) {
      state(state);
    }

    @Override
    public Phase phase() {
      return Phase.TRAINING;
    }

    @Override
    public Tensor uniform(TensorType type) {
      return Tensor.full(type, 0);
    }
  }
}
