package kortex.dsl

import kortex.model.Embedding

/** The layer of tokens, `[batch, time]` whole numbers: [embedding] makes a sequence of them. */
@NnDsl
public class TokensScope internal constructor(private val draft: NetworkDraft) {
    /** The tokens. */
    public val current: Out<Tokens> get() = draft.current()

    /**
     * A trained vector for each token, `[batch, time] → [batch, time, features]`, and the layers of sequences behind. The
     * block's last line decides the kind: `embedding(64) { lstm(128); lastStep { dense(2) } }` makes features.
     *
     * @param features extent of each vector
     * @param deviation of the normal numbers that the vectors start from, 0 or more
     * @throws kortex.tensor.SettingException when there are no features
     */
    public fun <O : SignalKind> embedding(
        features: Int, deviation: Double = 1.0, block: SequenceScope.() -> Out<O>
    ): Out<O> = current.embedding(features, deviation, block)

    /** A trained vector for each token, `[batch, time] → [batch, time, features]`. */
    public fun embedding(features: Int, deviation: Double = 1.0): Out<Sequence> =
        current.embedding(features, deviation)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun lstm(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun gru(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun simpleRnn(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
        misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun positions(deviation: Double = 0.02): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun attention(
        heads: Int, causal: Boolean = true, configure: DenseOptions.() -> Unit = {}
    ): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun transformerBlock(heads: Int, expansion: Int = 4, causal: Boolean = true): Out<Sequence> =
        misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun layerNorm(epsilon: Double = 1e-5): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun dropout(rate: Double): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun relu(): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun tanh(): Out<Sequence> = misplaced(TOKENS_ADVICE)

    /** Not on tokens. */
    @Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
    public fun flatten(block: FeaturesScope.() -> Unit = {}): Out<Features> = misplaced(TOKENS_ADVICE)
}

/** See [TokensScope.embedding]. */
public fun <O : SignalKind> Out<Tokens>.embedding(
    features: Int, deviation: Double = 1.0, block: SequenceScope.() -> Out<O>
): Out<O> = draft.into(Embedding(draft.input.vocabulary(), features, deviation), this) { SequenceScope(draft).block() }

/** See [TokensScope.embedding]. */
public fun Out<Tokens>.embedding(features: Int, deviation: Double = 1.0): Out<Sequence> =
    embedding(features, deviation) { current }

/** Not on tokens. */
@Deprecated(TOKENS_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("denseOfTokens")
public fun Out<Tokens>.dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Sequence> =
    misplaced(TOKENS_ADVICE)
