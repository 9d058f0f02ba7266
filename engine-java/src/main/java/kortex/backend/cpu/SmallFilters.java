package kortex.backend.cpu;

import java.util.List;
import java.util.Optional;
import kortex.backend.cpu.emit.Filter;
import kortex.op.Convolution;
import kortex.op.Epilogue;
import kortex.op.Format;
import kortex.plan.Plan;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Which convolutions run as generated code: those of few images with channels last, whose weights a
 * library would rearrange at each call, and between which it would begin anew each time.
 */
final class SmallFilters {
  private static final double MOST_FLOPS = 1 << 26;

  private static final int MOST_WEIGHTS = 1 << 20;

  private static final int LARGEST_KERNEL = 7;

  private SmallFilters() {}

  /** The filter that a step computes, if it is a small one. */
  static Optional<Filter> of(Plan plan, Plan.OpStep step) {
    if (!(step.op() instanceof Convolution.Conv conv)) {
      return Optional.empty();
    }
    Shape x = plan.buffers().get(step.inputs().get(0)).type().shape();
    TensorType w = plan.buffers().get(step.inputs().get(1)).type();
    Shape y = plan.buffers().get(step.outputs().getFirst()).type().shape();
    return w.dtype() == DType.F32 ? of(conv.geometry(), x, w.shape(), y, step.epilogue()) : none();
  }

  private static Optional<Filter> none() {
    return Optional.empty();
  }

  private static Optional<Filter> of(
      Convolution.Geometry g, Shape x, Shape w, Shape y, Epilogue epilogue) {
    boolean plain =
        g.format() == Format.CHANNELS_LAST
            && x.rank() == 4
            && g.groups() == 1
            && g.dilation().equals(List.of(1, 1))
            && g.strides().get(0).equals(g.strides().get(1))
            && Filter.takes(epilogue);
    if (!plain || x.size() == 0 || w.size() == 0 || w.size() > MOST_WEIGHTS) {
      return none();
    }
    double flops = 2.0 * y.size() * w.size() / w.extent(0);
    boolean inside =
        isInside(g, 0, x, w, y) && isInside(g, 1, x, w, y) && w.extent(3) <= LARGEST_KERNEL;
    if (y.size() == 0 || flops > MOST_FLOPS || !inside) {
      return none();
    }
    return Optional.of(
        new Filter(
            (int) x.extent(0),
            (int) x.extent(1),
            (int) x.extent(2),
            (int) x.extent(3),
            (int) w.extent(0),
            (int) w.extent(2),
            (int) w.extent(3),
            g.strides().getFirst(),
            g.padLow().get(0),
            g.padLow().get(1),
            (int) y.extent(1),
            (int) y.extent(2),
            epilogue));
  }

  private static boolean isInside(Convolution.Geometry g, int axis, Shape x, Shape w, Shape y) {
    return Filter.isInside(
        (int) x.extent(axis + 1),
        (int) w.extent(axis + 2),
        g.strides().get(axis),
        g.padLow().get(axis),
        (int) y.extent(axis + 1));
  }
}
