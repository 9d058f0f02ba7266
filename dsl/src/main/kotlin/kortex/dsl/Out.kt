package kortex.dsl

import kortex.model.Activation
import kortex.model.Add
import kortex.model.BatchNorm
import kortex.model.Dropout
import kortex.model.Flatten
import kortex.model.GlobalAvgPool
import kortex.model.LastStep
import kortex.model.Layer

/**
 * The value of a layer inside a `network { }` block: what other layers can read.
 *
 * Every layer call returns one, so any graph without cycles can be written by value:
 * `val a = conv2d(16, 3); val b = a.conv2d(16, 3, padding = same); add(a, b)`. A layer called without a value reads
 * the one declared last.
 *
 * @param K what its axes mean
 */
public class Out<out K : SignalKind> internal constructor(internal val draft: NetworkDraft, internal val node: Int) {
    /** The sum of two values of one shape, as [add] gives it. */
    public operator fun plus(other: Out<@UnsafeVariance K>): Out<K> = add(this, other)

    override fun toString(): String = "the value of layer $node"
}

/** The sum of values of one shape: `[batch, …] → [batch, …]`. */
public fun <K : SignalKind> add(first: Out<K>, second: Out<K>, vararg more: Out<K>): Out<K> =
    first.draft.add(Add(), first, second, *more)

/** See [LayerScope.relu]. */
public fun <K : Numbers> Out<K>.relu(): Out<K> = draft.add(Activation.RELU, this)

/** See [LayerScope.tanh]. */
public fun <K : Numbers> Out<K>.tanh(): Out<K> = draft.add(Activation.TANH, this)

/** See [LayerScope.sigmoid]. */
public fun <K : Numbers> Out<K>.sigmoid(): Out<K> = draft.add(Activation.SIGMOID, this)

/** See [LayerScope.gelu]. */
public fun <K : Numbers> Out<K>.gelu(): Out<K> = draft.add(Activation.GELU, this)

/** See [LayerScope.silu]. */
public fun <K : Numbers> Out<K>.silu(): Out<K> = draft.add(Activation.SILU, this)

/** See [LayerScope.softmax]. */
public fun <K : Numbers> Out<K>.softmax(): Out<K> = draft.add(Activation.SOFTMAX, this)

/** See [LayerScope.logSoftmax]. */
public fun <K : Numbers> Out<K>.logSoftmax(): Out<K> = draft.add(Activation.LOG_SOFTMAX, this)

/** See [LayerScope.dropout]. */
public fun <K : Numbers> Out<K>.dropout(rate: Double): Out<K> = draft.add(Dropout(rate), this)

/** See [LayerScope.batchNorm]. */
public fun <K : Numbers> Out<K>.batchNorm(momentum: Double = 0.1, epsilon: Double = 1e-5): Out<K> =
    draft.add(BatchNorm(momentum, epsilon), this)

/** See [ImageScope.residual]. */
@JvmName("imageResidual")
public fun Out<Image>.residual(
    shortcut: (ImageScope.() -> Unit)? = null, block: ImageScope.() -> Unit
): Out<Image> = residual(this, ::ImageScope, shortcut, block)

/** See [FeaturesScope.residual]. */
@JvmName("featuresResidual")
public fun Out<Features>.residual(
    shortcut: (FeaturesScope.() -> Unit)? = null, block: FeaturesScope.() -> Unit
): Out<Features> = residual(this, ::FeaturesScope, shortcut, block)

/** See [SequenceScope.residual]. */
@JvmName("sequenceResidual")
public fun Out<Sequence>.residual(
    shortcut: (SequenceScope.() -> Unit)? = null, block: SequenceScope.() -> Unit
): Out<Sequence> = residual(this, ::SequenceScope, shortcut, block)

/** See [ImageScope.flatten]. */
public fun Out<Image>.flatten(block: FeaturesScope.() -> Unit = {}): Out<Features> =
    toFeatures(Flatten(), block)

/** See [SequenceScope.flatten]. */
@JvmName("flattenSequence")
public fun Out<Sequence>.flatten(block: FeaturesScope.() -> Unit = {}): Out<Features> =
    toFeatures(Flatten(), block)

/** See [ImageScope.globalAvgPool]. */
@JvmName("globalAvgPoolOfImage")
public fun Out<Image>.globalAvgPool(block: FeaturesScope.() -> Unit = {}): Out<Features> =
    toFeatures(GlobalAvgPool(), block)

/** See [SequenceScope.globalAvgPool]. */
@JvmName("globalAvgPoolOfSequence")
public fun Out<Sequence>.globalAvgPool(block: FeaturesScope.() -> Unit = {}): Out<Features> =
    toFeatures(GlobalAvgPool(), block)

/** See [SequenceScope.lastStep]. */
public fun Out<Sequence>.lastStep(block: FeaturesScope.() -> Unit = {}): Out<Features> =
    toFeatures(LastStep(), block)

/** Adds a layer whose output is features, and the layers of [block] in a scope of its name. */
private fun Out<*>.toFeatures(layer: Layer, block: FeaturesScope.() -> Unit): Out<Features> {
    draft.into(layer, this) { FeaturesScope(draft).block() }
    return draft.current()
}

/** [block] with its entry, or what [shortcut] makes of it, added to its output. */
internal fun <K : Numbers, S : LayerScope<K>> residual(
    entry: Out<K>, scope: (NetworkDraft) -> S, shortcut: (S.() -> Unit)?, block: S.() -> Unit
): Out<K> {
    val draft = entry.draft
    draft.scope("residual") {
        draft.continueFrom(entry)
        val around = if (shortcut == null) entry else draft.named("shortcut") { scope(draft).shortcut() }
        draft.continueFrom(entry)
        scope(draft).block()
        draft.add<K>(Add(), around, draft.current<K>())
    }
    return draft.current()
}
