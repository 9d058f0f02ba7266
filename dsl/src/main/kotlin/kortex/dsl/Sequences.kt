package kortex.dsl

import kortex.model.Attention
import kortex.model.Dense
import kortex.model.Gru
import kortex.model.LayerNorm
import kortex.model.Lstm
import kortex.model.Positions
import kortex.model.RmsNorm
import kortex.model.SimpleRnn
import kortex.model.TransformerBlock
import java.util.Optional

/** See [SequenceScope.dense]. */
@JvmName("denseOfSequence")
public fun Out<Sequence>.dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Sequence> =
    draft.add(DenseOptions().apply(configure).layer(units), this)

/** See [SequenceScope.positions]. */
public fun Out<Sequence>.positions(deviation: Double = 0.02): Out<Sequence> = draft.add(Positions(deviation), this)

/** See [SequenceScope.layerNorm]. */
@JvmName("layerNormOfSequence")
public fun Out<Sequence>.layerNorm(epsilon: Double = 1e-5): Out<Sequence> = draft.add(LayerNorm(epsilon), this)

/** See [SequenceScope.rmsNorm]. */
@JvmName("rmsNormOfSequence")
public fun Out<Sequence>.rmsNorm(epsilon: Double = 1e-5): Out<Sequence> = draft.add(RmsNorm(epsilon), this)

/** See [SequenceScope.lstm]. */
public fun Out<Sequence>.lstm(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
    draft.add(Lstm(RecurrentOptions(units).apply(configure).settings()), this)

/** See [SequenceScope.gru]. */
public fun Out<Sequence>.gru(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
    draft.add(Gru(RecurrentOptions(units).apply(configure).settings()), this)

/** See [SequenceScope.simpleRnn]. */
public fun Out<Sequence>.simpleRnn(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
    draft.add(SimpleRnn(RecurrentOptions(units).apply(configure).settings()), this)

/** See [SequenceScope.attention]. */
public fun Out<Sequence>.attention(
    heads: Int, causal: Boolean = true, configure: AttentionOptions.() -> Unit = {}
): Out<Sequence> {
    val options = AttentionOptions().apply(configure)
    val penalty = Optional.ofNullable(options.penalty())
    val bias = options.bias
    return draft.add(
        Attention(heads, causal, options.dropout, bias, options.init, options.biasInit, penalty), this
    )
}

/** See [SequenceScope.transformerBlock]. */
public fun Out<Sequence>.transformerBlock(
    heads: Int, expansion: Int = 4, causal: Boolean = true
): Out<Sequence> = draft.add(TransformerBlock(heads, expansion, causal), this)

internal fun DenseOptions.layer(units: Int) = Dense(units, bias, init, biasInit, Optional.ofNullable(penalty()))
