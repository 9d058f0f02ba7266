package kortex.dsl

import kortex.model.LayerNorm
import kortex.model.RmsNorm

/** The layers of features, `[batch, n]`. */
public class FeaturesScope internal constructor(draft: NetworkDraft) : LayerScope<Features>(draft) {
    /**
     * A fully connected layer: `y = x·Wᵀ + b`, `[batch, n] → [batch, units]`.
     *
     * @param units extent of the output
     * @param configure initialisers, bias, penalty
     * @throws kortex.tensor.SettingException when there are no units
     */
    public fun dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Features> =
        current.dense(units, configure)

    /**
     * `(x − mean) / √(variance + epsilon) · scale + shift` with mean and variance over the features of each example (Ba,
     * Kiros and Hinton, 2016), the same in training and inference.
     *
     * @param epsilon above 0
     * @throws kortex.tensor.SettingException when epsilon is not above 0
     */
    public fun layerNorm(epsilon: Double = 1e-5): Out<Features> = current.layerNorm(epsilon)

    /**
     * `x / √(mean of x² + epsilon) · scale`, the mean over the features of each example (Zhang and Sennrich, 2019).
     *
     * @param epsilon above 0
     * @throws kortex.tensor.SettingException when epsilon is not above 0
     */
    public fun rmsNorm(epsilon: Double = 1e-5): Out<Features> = current.rmsNorm(epsilon)

    /** A block whose input is added to its output; see [ImageScope.residual]. */
    public fun residual(
        shortcut: (FeaturesScope.() -> Unit)? = null, block: FeaturesScope.() -> Unit
    ): Out<Features> = current.residual(shortcut, block)

    /** Not on features. */
    @Deprecated(CONV_ADVICE, level = DeprecationLevel.ERROR)
    public fun conv2d(
        filters: Int, kernel: Int, stride: Int = 1, padding: Padding = valid, groups: Int = 1, dilation: Int = 1,
        configure: ConvOptions.() -> Unit = {}
    ): Out<Features> = misplaced(CONV_ADVICE)

    /** Not on features. */
    @Deprecated(POOL_ADVICE, level = DeprecationLevel.ERROR)
    public fun maxPool2d(size: Int = 2, stride: Int = size, padding: Padding = valid): Out<Features> =
        misplaced(POOL_ADVICE)

    /** Not on features. */
    @Deprecated(POOL_ADVICE, level = DeprecationLevel.ERROR)
    public fun avgPool2d(size: Int = 2, stride: Int = size, padding: Padding = valid): Out<Features> =
        misplaced(POOL_ADVICE)

    /** Not on features. */
    @Deprecated(FLATTEN_ADVICE, level = DeprecationLevel.ERROR)
    public fun flatten(block: FeaturesScope.() -> Unit = {}): Out<Features> = misplaced(FLATTEN_ADVICE)

    /** Not on features. */
    @Deprecated(FLATTEN_ADVICE, level = DeprecationLevel.ERROR)
    public fun globalAvgPool(block: FeaturesScope.() -> Unit = {}): Out<Features> = misplaced(FLATTEN_ADVICE)

    /** Not on features. */
    @Deprecated(SEQUENCE_ADVICE, level = DeprecationLevel.ERROR)
    public fun lastStep(block: FeaturesScope.() -> Unit = {}): Out<Features> = misplaced(SEQUENCE_ADVICE)

    /** Not on features. */
    @Deprecated(SEQUENCE_ADVICE, level = DeprecationLevel.ERROR)
    public fun lstm(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
        misplaced(SEQUENCE_ADVICE)

    /** Not on features. */
    @Deprecated(SEQUENCE_ADVICE, level = DeprecationLevel.ERROR)
    public fun gru(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
        misplaced(SEQUENCE_ADVICE)

    /** Not on features. */
    @Deprecated(SEQUENCE_ADVICE, level = DeprecationLevel.ERROR)
    public fun attention(
        heads: Int, causal: Boolean = true, configure: DenseOptions.() -> Unit = {}
    ): Out<Sequence> = misplaced(SEQUENCE_ADVICE)

    /** Not on features. */
    @Deprecated(EMBEDDED_ADVICE, level = DeprecationLevel.ERROR)
    public fun embedding(features: Int): Out<Sequence> = misplaced(EMBEDDED_ADVICE)
}

/** See [FeaturesScope.dense]. */
public fun Out<Features>.dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Features> =
    draft.add(DenseOptions().apply(configure).layer(units), this)

/** See [FeaturesScope.layerNorm]. */
public fun Out<Features>.layerNorm(epsilon: Double = 1e-5): Out<Features> = draft.add(LayerNorm(epsilon), this)

/** See [FeaturesScope.rmsNorm]. */
public fun Out<Features>.rmsNorm(epsilon: Double = 1e-5): Out<Features> = draft.add(RmsNorm(epsilon), this)
