package kortex.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;

/**
 * The gradient of a function beside central differences in double.
 *
 * @param checked how many elements were compared
 * @param wrong how many of them differ by more than {@code tolerance · (1 + |difference|)}
 * @param worst the element with the largest error; empty if nothing was compared
 * @param tolerance the error that counts as rounding
 */
public record GradCheck(int checked, int wrong, Optional<Element> worst, double tolerance) {
  /** Above this many elements of an argument, some in equal distances are compared. */
  private static final int MOST = 500;

  private static final double TOLERANCE = 1e-6;

  /** The step for x of order 1: rounding and truncation are equally small. */
  private static final double STEP = Math.cbrt(Math.ulp(1.0));

  /**
   * One derivative.
   *
   * @param argument the number of the tensor among those of the argument
   * @param position where in it, an index for each axis
   * @param gradient what differentiation says
   * @param difference what differences say
   */
  public record Element(int argument, List<Long> position, double gradient, double difference) {
    /** The difference of both, relative for large ones. NaN counts as infinite. */
    public double error() {
      double error = Math.abs(gradient - difference) / (1 + Math.abs(difference));
      return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }
  }

  /** Checks the gradient of a scalar function of one f64 tensor. */
  public static GradCheck of(Function<Tensor, Tensor> f, Tensor x) {
    return of(Structure.tensor(), f, x);
  }

  /**
   * Checks the gradient of a scalar function at {@code x}, computed now. Throws {@link
   * DTypeException} unless all tensors are f64: differences of smaller floats are mostly rounding.
   */
  public static <T> GradCheck of(Structure<T> structure, Function<T, Tensor> f, T x) {
    List<Tensor> leaves = structure.leaves(x);
    for (int i = 0; i < leaves.size(); i++) {
      if (leaves.get(i).dtype() != DType.F64) {
        throw new DTypeException(
            "gradCheck needs f64, argument " + i + " is " + leaves.get(i).type(),
            "Cast it: x.cast(f64), and what the function captures as well.");
      }
    }
    List<Tensor> gradients = structure.leaves(Transforms.grad(structure, f).apply(x));
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      double[] at = leaves.get(i).toDoubleArray();
      double[] gradient = gradients.get(i).toDoubleArray();
      int stride = Math.max(1, Math.ceilDiv(at.length, MOST));
      for (int j = 0; j < at.length; j += stride) {
        int leaf = i;
        int element = j;
        double difference = difference(h -> moved(structure, f, x, leaf, element, h), at[j]);
        elements.add(new Element(i, position(leaves.get(i).shape(), j), gradient[j], difference));
      }
    }
    return report(elements);
  }

  private static GradCheck report(List<Element> elements) {
    Optional<Element> worst = Optional.empty();
    int wrong = 0;
    for (Element element : elements) {
      wrong += element.error() > TOLERANCE ? 1 : 0;
      if (worst.isEmpty() || element.error() > worst.get().error()) {
        worst = Optional.of(element);
      }
    }
    return new GradCheck(elements.size(), wrong, worst, TOLERANCE);
  }

  private static double difference(Function<Double, Double> f, double x) {
    double h = STEP * Math.max(1, Math.abs(x));
    return (f.apply(h) - f.apply(-h)) / (2 * h);
  }

  private static <T> double moved(
      Structure<T> structure, Function<T, Tensor> f, T x, int leaf, int element, double h) {
    List<Tensor> leaves = new ArrayList<>(structure.leaves(x));
    double[] values = leaves.get(leaf).toDoubleArray();
    values[element] += h;
    leaves.set(leaf, Tensor.of(values, leaves.get(leaf).shape().toArray()));
    return f.apply(structure.with(x, leaves)).item();
  }

  private static List<Long> position(Shape shape, long element) {
    List<Long> out = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      out.add(element / shape.strides()[axis] % shape.extent(axis));
    }
    return out;
  }

  /** Whether no element differs. */
  public boolean passed() {
    return wrong == 0;
  }

  /** One line: how many agree, and the worst of them. */
  @Override
  public String toString() {
    String verdict =
        passed()
            ? "gradients agree: " + checked + " elements within " + tolerance
            : "gradients differ: "
                + wrong
                + " of "
                + checked
                + " elements by more than "
                + tolerance;
    return worst
        .map(e ->
            String.format(
                Locale.ROOT,
                "%s; worst: argument %d at %s, gradient %.9g, difference quotient %.9g",
                verdict,
                e.argument(),
                e.position(),
                e.gradient(),
                e.difference()))
        .orElse(verdict);
  }
}
