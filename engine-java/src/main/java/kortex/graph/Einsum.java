package kortex.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;

/**
 * Sums of products in Einstein's notation, as NumPy's {@code einsum}: {@code "ij,jk->ik"} is the
 * matrix product, {@code "bii->b"} the traces of matrices, {@code "...i,...i->..."} inner products
 * of whatever the leading axes are. Labels that the result does not name are summed over; without
 * an arrow the result has the labels that occur once, in alphabetical order, after the axes of an
 * ellipsis.
 *
 * <p>Any number of operands is contracted in pairs, in an order chosen for little memory and then
 * little work. Axes under an ellipsis broadcast; axes of one label must have one extent.
 */
public final class Einsum {
  private Einsum() {}

  /**
   * Evaluates an equation. Throws {@link kortex.tensor.ShapeException}, which quotes it and marks
   * the wrong place, when it is malformed or does not fit the operands.
   */
  public static Tensor of(String equation, Tensor... operands) {
    for (Tensor operand : operands) {
      if (operand.dtype() != operands[0].dtype()) {
        throw new DTypeException(
            "einsum needs tensors of one dtype, got "
                + operands[0].type()
                + " and "
                + operand.type(),
            "Cast one of them: x.cast(" + operands[0].dtype() + ").");
      }
    }
    EinsumEquation parsed = EinsumEquation.parse(equation);
    EinsumEquation.Labelled labelled =
        parsed.label(List.of(operands).stream().map(Tensor::type).toList());
    List<Contraction> factors = new ArrayList<>();
    for (int i = 0; i < operands.length; i++) {
      factors.add(squeezed(operands[i], labelled.inputs().get(i), labelled));
    }
    Tensor product = Contraction.all(factors, present(labelled.output(), factors));
    Shape shape = Shape.of(labelled.output().stream().map(labelled::extent).toList());
    return Tensor.of(GraphEmit.INSTANCE.reshape(product.value(), shape));
  }

  /** An operand without the axes of extent 1 that broadcast. */
  private static Contraction squeezed(
      Tensor x, List<Integer> labels, EinsumEquation.Labelled labelled) {
    List<Integer> kept = new ArrayList<>();
    List<Long> extents = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      if (labels.get(i) >= 0 || x.shape().extent(i) != 1) {
        kept.add(labels.get(i));
        extents.add(x.shape().extent(i));
      }
    }
    Shape shape = Shape.of(extents);
    return new Contraction(Tensor.of(GraphEmit.INSTANCE.reshape(x.value(), shape)), kept);
  }

  /** The labels of the result that some factor has; the others are of extent 1. */
  private static List<Integer> present(List<Integer> output, List<Contraction> factors) {
    Set<Integer> all = new LinkedHashSet<>();
    factors.forEach(f -> all.addAll(f.labels()));
    return output.stream().filter(all::contains).toList();
  }
}
