package kortex.dsl

/** The layers of sequences, `[batch, time, features]`. */
public class SequenceScope internal constructor(draft: NetworkDraft) : LayerScope<Sequence>(draft) {
    /**
     * A fully connected layer, the same at each step: `y = x·Wᵀ + b`, `[batch, time, n] → [batch, time, units]`.
     *
     * @param units features of the output
     * @param configure initialisers, bias, penalty
     * @throws kortex.tensor.SettingException when there are no units
     */
    public fun dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Sequence> =
        current.dense(units, configure)

    /**
     * Adds a trained vector to each step, so that what follows knows where it is: `[batch, time, n]` in and out
     * (Gehring et al., 2017).
     *
     * @param deviation of the normal numbers that the vectors start from, 0 or more
     */
    public fun positions(deviation: Double = 0.02): Out<Sequence> = current.positions(deviation)

    /** See [FeaturesScope.layerNorm]: over the features of each step. */
    public fun layerNorm(epsilon: Double = 1e-5): Out<Sequence> = current.layerNorm(epsilon)

    /** See [FeaturesScope.rmsNorm]: over the features of each step. */
    public fun rmsNorm(epsilon: Double = 1e-5): Out<Sequence> = current.rmsNorm(epsilon)

    /**
     * Long short-term memory (Hochreiter and Schmidhuber, 1997): `[batch, time, n] → [batch, time, units]`, the output
     * at each step; [lastStep] takes that of the last. As PyTorch's, with one bias for its two.
     *
     * @param units features of the output
     * @param configure initialisers, bias, penalty
     * @throws kortex.tensor.SettingException when there are no units
     */
    public fun lstm(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
        current.lstm(units, configure)

    /** A gated recurrent unit (Cho et al., 2014), as PyTorch's; otherwise as [lstm]. */
    public fun gru(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
        current.gru(units, configure)

    /** `h' = tanh(x·Wᵀ + h·Uᵀ + b)` at each step (Elman, 1990), as PyTorch's RNN; otherwise as [lstm]. */
    public fun simpleRnn(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
        current.simpleRnn(units, configure)

    /**
     * Multi-head self-attention: each step asks the steps and takes a mixture of what they answer, `[batch, time, n]` in
     * and out (Vaswani et al., 2017). Long sequences are computed block by block: memory grows with their length, not
     * with its square, unless weights are dropped out.
     *
     * @param heads how many attend side by side, each over `n / heads` features; divides n
     * @param causal whether a step sees no later step, as in a language model
     * @param configure initialisers, bias, dropout of the weights, penalty
     * @throws kortex.tensor.SettingException when there are no heads
     */
    public fun attention(
        heads: Int, causal: Boolean = true, configure: AttentionOptions.() -> Unit = {}
    ): Out<Sequence> = current.attention(heads, causal, configure)

    /**
     * A block of a transformer with the norm in front (Xiong et al., 2020): attention, then two dense layers with [gelu]
     * between, each behind a layer norm and added to its input; `[batch, time, n]` in and out.
     *
     * @param heads how many attend side by side; divides n
     * @param expansion the first dense layer has `expansion · n` units
     * @param causal whether a step sees no later step, as in a language model
     * @throws kortex.tensor.SettingException when there are no heads or no inner units
     */
    public fun transformerBlock(heads: Int, expansion: Int = 4, causal: Boolean = true): Out<Sequence> =
        current.transformerBlock(heads, expansion, causal)

    /** A block whose input is added to its output; see [ImageScope.residual]. */
    public fun residual(
        shortcut: (SequenceScope.() -> Unit)? = null, block: SequenceScope.() -> Unit
    ): Out<Sequence> = current.residual(shortcut, block)

    /** The last step, `[batch, time, n] → [batch, n]`, and the layers of features behind. */
    public fun lastStep(block: FeaturesScope.() -> Unit = {}): Out<Features> = current.lastStep(block)

    /** The mean of each feature over all steps, `[batch, time, n] → [batch, n]`, and the layers of features behind. */
    public fun globalAvgPool(block: FeaturesScope.() -> Unit = {}): Out<Features> = current.globalAvgPool(block)

    /** All steps of each sequence in one row, `[batch, time, n] → [batch, time·n]`, and the layers of features behind. */
    public fun flatten(block: FeaturesScope.() -> Unit = {}): Out<Features> = current.flatten(block)

    /** Not on sequences. */
    @Deprecated(SEQUENCE_NORM_ADVICE, level = DeprecationLevel.ERROR)
    override fun batchNorm(momentum: Double, epsilon: Double): Out<Sequence> = misplaced(SEQUENCE_NORM_ADVICE)

    /** Not on sequences. */
    @Deprecated(CONV_ADVICE, level = DeprecationLevel.ERROR)
    public fun conv2d(
        filters: Int, kernel: Int, stride: Int = 1, padding: Padding = valid, groups: Int = 1, dilation: Int = 1,
        configure: ConvOptions.() -> Unit = {}
    ): Out<Image> = misplaced(CONV_ADVICE)

    /** Not on sequences. */
    @Deprecated(POOL_ADVICE, level = DeprecationLevel.ERROR)
    public fun maxPool2d(size: Int = 2, stride: Int = size, padding: Padding = valid): Out<Image> =
        misplaced(POOL_ADVICE)

    /** Not on sequences. */
    @Deprecated(POOL_ADVICE, level = DeprecationLevel.ERROR)
    public fun avgPool2d(size: Int = 2, stride: Int = size, padding: Padding = valid): Out<Image> =
        misplaced(POOL_ADVICE)

    /** Not on sequences. */
    @Deprecated(EMBEDDED_ADVICE, level = DeprecationLevel.ERROR)
    public fun embedding(features: Int): Out<Sequence> = misplaced(EMBEDDED_ADVICE)
}
