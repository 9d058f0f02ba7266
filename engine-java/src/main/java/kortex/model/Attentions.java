package kortex.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kortex.graph.GraphEmit;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.op.Attention.Attend;
import kortex.op.AttentionFormula;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** Attention as a plain function of tensors. */
public final class Attentions {
  private Attentions() {}

  /**
   * {@code softmax(q·kᵀ / √d) · v}: {@code [.., m, d], [.., n, d], [.., n, e] → [.., m, e]}. With
   * {@code causal}, row i sees the first i + 1 keys only.
   */
  public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, boolean causal) {
    return scaledDotProduct(q, k, v, AttentionSettings.of(causal));
  }

  /**
   * {@code softmax(scale · q·kᵀ + mask) · v}: {@code [.., m, d], [.., n, d], [.., n, e] → [.., m,
   * e]} with equal leading axes (Vaswani et al., "Attention is all you need", 2017). The heads, the
   * last of the leading axes, may be a multiple of those of keys and values for queries; then
   * neighbouring heads share them (Ainslie et al., "GQA", 2023). As PyTorch's.
   *
   * <p>A query to which a mask leaves no key gets zeros, and gradients of zero. Long sequences are
   * computed block by block, where the backend can, so that memory grows with their length and not
   * with its square.
   */
  public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, AttentionSettings settings) {
    return mixed(q, k, v, settings, Optional.empty());
  }

  /**
   * The same with weights that are changed before values are weighed, as by dropout. They are
   * stored.
   */
  static Tensor scaledDotProduct(
      Tensor q, Tensor k, Tensor v, AttentionSettings settings, UnaryOperator<Tensor> change) {
    return mixed(q, k, v, settings, Optional.of(change));
  }

  private static Tensor mixed(
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionSettings settings,
      Optional<UnaryOperator<Tensor>> change) {
    List<Value> inputs = new ArrayList<>(List.of(q.value(), k.value(), v.value()));
    double usual = q.shape().rank() == 0 ? 1 : 1 / Math.sqrt(q.shape().extent(-1));
    double scale = settings.scale().orElse(usual);
    // What does not fit is refused before the mask is looked at.
    Tensor plain = mixed(new Attend(settings.causal(), scale, false), inputs);
    settings.mask().ifPresent(mask -> inputs.add(bias(mask, q, k).value()));
    Attend op = new Attend(settings.causal(), scale, settings.mask().isPresent());
    if (change.isPresent()) {
      AttentionFormula<Value> formula = AttentionFormula.of(GraphEmit.INSTANCE, op, inputs);
      Tensor weights = change.get().apply(Tensor.of(formula.softmax().weights()));
      return Tensor.of(formula.mixed(weights.value()));
    }
    return op.biased() ? mixed(op, inputs) : plain;
  }

  private static Tensor mixed(Attend op, List<Value> inputs) {
    return Tensor.of(GraphEmit.INSTANCE.emit(op, inputs).getFirst());
  }

  /** The mask as what is added to the scores, with an extent for each axis of them. */
  private static Tensor bias(Tensor mask, Tensor q, Tensor k) {
    if (mask.dtype() != DType.BOOL && mask.dtype() != q.dtype()) {
      throw new DTypeException(
          "attention takes a mask of bool, or of " + q.dtype() + " to add, got " + mask.type(),
          "Compare it, as in mask.notEqual(0); true is what may be attended to.");
    }
    Shape scores = q.shape().with(-1, k.shape().extent(-2));
    Shape shape = mask.shape();
    while (shape.rank() < scores.rank()) {
      shape = shape.prepend(1);
    }
    if (!scores.broadcast(shape).equals(scores)) {
      throw new ShapeException(
          "attention has scores " + scores + ", the mask is " + mask.type(),
          "Give it that shape, or one that broadcasts to it.");
    }
    Tensor full = mask.reshape(shape.toArray());
    if (shape.extent(-1) != scores.extent(-1)) {
      full = full.broadcastTo(shape.with(-1, scores.extent(-1)).toArray());
    }
    if (mask.dtype() != DType.BOOL) {
      return full;
    }
    TensorType type = new TensorType(q.dtype(), full.shape());
    return full.select(Tensor.full(type, 0), Tensor.full(type, Double.NEGATIVE_INFINITY));
  }
}
