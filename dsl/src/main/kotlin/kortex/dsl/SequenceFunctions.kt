package kortex.dsl

import kortex.model.Attentions
import kortex.model.Norms

/**
 * `softmax(q·kᵀ / √d) · v`: `[.., m, d], [.., n, d], [.., n, e] → [.., m, e]`, with equal leading axes such as batch and
 * heads (Vaswani et al., 2017).
 *
 * @param causal whether row i sees the first i + 1 keys only
 * @throws kortex.tensor.ShapeException when the axes don't fit
 */
public fun scaledDotProductAttention(q: Tensor, k: Tensor, v: Tensor, causal: Boolean = false): Tensor =
    Attentions.scaledDotProduct(q, k, v, causal)

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
