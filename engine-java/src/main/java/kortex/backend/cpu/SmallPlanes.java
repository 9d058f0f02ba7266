package kortex.backend.cpu;

import java.util.List;
import java.util.Optional;
import kortex.backend.cpu.emit.Filter;
import kortex.backend.cpu.emit.Planes;
import kortex.op.Convolution;
import kortex.op.Epilogue;
import kortex.op.Format;
import kortex.plan.Plan;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Which convolutions run as generated code in vectors of neighbouring pixels: those of a few
 * channels, first, with rows that fill vectors. A library would compute on channels that are not
 * there.
 */
final class SmallPlanes {
  private static final int FEW_CHANNELS = 16;

  private static final int LARGEST_KERNEL = 7;

  private SmallPlanes() {}

  /** The planes that a step computes, if it is a convolution of few channels. */
  static Optional<Planes> of(Plan plan, Plan.OpStep step, int vectorBits) {
    if (!(step.op() instanceof Convolution op)) {
      return Optional.empty();
    }
    Shape first = shape(plan, step.inputs().get(0));
    Shape second = shape(plan, step.inputs().get(1));
    TensorType out = plan.buffers().get(step.outputs().getFirst()).type();
    boolean plain =
        out.dtype() == DType.F32
            && step.inputs().stream()
                .allMatch(id -> plan.buffers().get(id).type().dtype() == DType.F32);
    if (!plain) {
      return Optional.empty();
    }
    return switch (op) {
      case Convolution.Conv conv ->
          filter(conv.geometry(), first, second, out.shape(), step.epilogue(), vectorBits)
              .map(filter -> new Planes(filter, Planes.Result.IMAGES));
      case Convolution.ConvInputGrad grad ->
          filter(grad.geometry(), grad.input(), second, first, Epilogue.NONE, vectorBits)
              .filter(SmallPlanes::turns)
              .map(Planes::inputGradient);
      case Convolution.ConvWeightGrad grad ->
          filter(grad.geometry(), first, grad.weight(), second, Epilogue.NONE, vectorBits)
              .map(filter -> new Planes(filter, Planes.Result.WEIGHT_GRADIENT));
    };
  }

  /** Whether a convolution of values of some types runs this way with no epilogue. */
  static boolean takes(Convolution.Conv op, List<TensorType> inputs, int vectorBits) {
    if (!inputs.stream().allMatch(t -> t.dtype() == DType.F32)) {
      return false;
    }
    Shape out = op.infer(inputs).getFirst().shape();
    Shape x = inputs.get(0).shape();
    Shape w = inputs.get(1).shape();
    return filter(op.geometry(), x, w, out, Epilogue.NONE, vectorBits).isPresent();
  }

  private static Shape shape(Plan plan, int buffer) {
    return plan.buffers().get(buffer).type().shape();
  }

  private static Optional<Filter> filter(
      Convolution.Geometry g, Shape x, Shape w, Shape y, Epilogue epilogue, int vectorBits) {
    List<Integer> one = List.of(1, 1);
    boolean plain =
        g.format() == Format.CHANNELS_FIRST
            && x.rank() == 4
            && g.groups() == 1
            && g.dilation().equals(one)
            && g.strides().equals(one)
            && Filter.takes(epilogue)
            && x.size() > 0
            && y.size() > 0
            && w.size() > 0
            && Math.min(w.extent(0), w.extent(1)) < FEW_CHANNELS
            && Math.max(w.extent(2), w.extent(3)) <= LARGEST_KERNEL;
    if (!plain || !isInside(g, 0, x, w, y) || !isInside(g, 1, x, w, y)) {
      return Optional.empty();
    }
    Filter filter =
        new Filter(
            (int) x.extent(0),
            (int) x.extent(2),
            (int) x.extent(3),
            (int) x.extent(1),
            (int) w.extent(0),
            (int) w.extent(2),
            (int) w.extent(3),
            1,
            g.padLow().get(0),
            g.padLow().get(1),
            (int) y.extent(2),
            (int) y.extent(3),
            epilogue);
    return Planes.fits(filter, vectorBits) ? Optional.of(filter) : Optional.empty();
  }

  private static boolean isInside(Convolution.Geometry g, int axis, Shape x, Shape w, Shape y) {
    int extent = (int) x.extent(axis + 2);
    int kernel = (int) w.extent(axis + 2);
    return Filter.isInside(extent, kernel, 1, g.padLow().get(axis), (int) y.extent(axis + 2));
  }

  /** Whether the gradient's filter meets its images at each element of the kernel. */
  private static boolean turns(Filter f) {
    int top = f.kernelHeight() - 1 - f.top();
    int left = f.kernelWidth() - 1 - f.left();
    return Filter.isInside(f.outHeight(), f.kernelHeight(), 1, top, f.height())
        && Filter.isInside(f.outWidth(), f.kernelWidth(), 1, left, f.width());
  }
}
