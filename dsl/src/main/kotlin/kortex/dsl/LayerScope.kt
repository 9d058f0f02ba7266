package kortex.dsl

/**
 * The layers that take any kind of value. Inside the block each layer reads the value declared last and gives the next.
 *
 * @param K what the axes of the values mean
 */
@NnDsl
public sealed class LayerScope<K : Numbers> protected constructor(internal val draft: NetworkDraft) {
    /** The value declared last: what the next layer reads. */
    public val current: Out<K> get() = draft.current()

    /** `max(x, 0)`, elementwise; its gradient at 0 is 0. */
    public fun relu(): Out<K> = current.relu()

    /** The hyperbolic tangent, elementwise. */
    public fun tanh(): Out<K> = current.tanh()

    /** `1 / (1 + e^−x)`, elementwise. */
    public fun sigmoid(): Out<K> = current.sigmoid()

    /** `x · Φ(x)`, exact, elementwise (Hendrycks and Gimpel, 2016). */
    public fun gelu(): Out<K> = current.gelu()

    /** `x / (1 + e^−x)`, elementwise (Ramachandran, Zoph and Le, 2017). */
    public fun silu(): Out<K> = current.silu()

    /**
     * `e^x / Σ e^x` over the last axis. Not in front of [crossEntropy], which takes logits: it would be applied twice.
     */
    public fun softmax(): Out<K> = current.softmax()

    /**
     * `x − log Σ e^x` over the last axis. Not in front of [crossEntropy], which takes logits and has it inside.
     */
    public fun logSoftmax(): Out<K> = current.logSoftmax()

    /**
     * In training each element is 0 with probability [rate], else divided by `1 − rate`; in inference nothing happens
     * (Srivastava et al., 2014).
     *
     * @param rate 0 ≤ rate < 1
     * @throws kortex.tensor.SettingException when the rate is out of range
     */
    public fun dropout(rate: Double): Out<K> = current.dropout(rate)

    /**
     * Batch normalisation: `(x − mean) / √(variance + epsilon) · scale + shift` for each channel or feature, with mean
     * and variance of the batch in training and their running values in inference (Ioffe and Szegedy, 2015).
     *
     * @param momentum the weight of a new batch in the running values, 0 to 1
     * @param epsilon above 0
     */
    public open fun batchNorm(momentum: Double = 0.1, epsilon: Double = 1e-5): Out<K> =
        current.batchNorm(momentum, epsilon)

    /** Adds a layer written by hand, here: see the function [kortex.dsl.layer]. */
    public fun layer(name: String, define: HandLayerScope.() -> Unit): Out<K> = HandLayer(name, define)()

    /** Adds a layer written by hand. Its output has as many axes as its input. */
    public operator fun HandLayer.invoke(): Out<K> = draft.add(layer(), current)

    /** Adds a layer written by hand that reads [input]. */
    public operator fun HandLayer.invoke(input: Out<K>): Out<K> = draft.add(layer(), input)
}
