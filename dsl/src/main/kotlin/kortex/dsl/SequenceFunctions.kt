package kortex.dsl

import kortex.model.AttentionSettings
import kortex.model.Attentions
import kortex.model.Norms
import java.util.Optional
import java.util.OptionalDouble

/**
 * `softmax(scale · q·kᵀ + mask) · v`: `[.., m, d], [.., n, d], [.., n, e] → [.., m, e]`, with equal leading axes such as
 * batch and heads (Vaswani et al., 2017). Queries may have a multiple of the heads of keys and values; neighbouring heads
 * then share them (Ainslie et al., 2023). Long sequences are computed block by block, without the `[.., m, n]` weights.
 *
 * @param causal whether row i sees the first i + 1 keys only
 * @param mask which keys a query sees (bool, true where it does), or what is added to the scores (the dtype of [q]);
 * broadcast to `[.., m, n]`. A query that sees no key gets zeros
 * @param scale what products of queries and keys are multiplied by, default `1 / √d`
 * @throws kortex.tensor.ShapeException when the axes don't fit
 * @throws kortex.tensor.DTypeException when the dtypes don't
 */
public fun scaledDotProductAttention(
    q: Tensor, k: Tensor, v: Tensor, causal: Boolean = false, mask: Tensor? = null, scale: Double? = null
): Tensor {
    val factor = if (scale == null) OptionalDouble.empty() else OptionalDouble.of(scale)
    return Attentions.scaledDotProduct(q, k, v, AttentionSettings(causal, Optional.ofNullable(mask), factor))
}

/**
 * `(x − mean) / √(variance + epsilon) · scale + shift` with mean and biased variance over the last axis:
 * `[.., n] → [.., n]` (Ba, Kiros and Hinton, 2016).
 *
 * @throws kortex.tensor.ShapeException unless [scale] and [shift] are `[n]`
 */
public fun layerNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon: Double = 1e-5): Tensor =
    Norms.layerNorm(x, scale, shift, epsilon)

/**
 * `x / √(mean of x² + epsilon) · scale` over the last axis: `[.., n] → [.., n]` (Zhang and Sennrich, 2019).
 *
 * @throws kortex.tensor.ShapeException unless [scale] is `[n]`
 */
public fun rmsNorm(x: Tensor, scale: Tensor, epsilon: Double = 1e-5): Tensor = Norms.rmsNorm(x, scale, epsilon)
