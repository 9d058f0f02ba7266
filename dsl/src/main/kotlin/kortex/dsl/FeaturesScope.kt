package kortex.dsl

import kortex.model.Dense
import java.util.Optional

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

    /** A block whose input is added to its output; it keeps the number of features (He et al., 2016). */
    public fun residual(block: FeaturesScope.() -> Unit): Out<Features> = current.residual(block)

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
}

/** See [FeaturesScope.dense]. */
public fun Out<Features>.dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Features> {
    val options = DenseOptions().apply(configure)
    return draft.add(
        Dense(units, options.bias, options.init, options.biasInit, Optional.ofNullable(options.penalty())), this
    )
}
