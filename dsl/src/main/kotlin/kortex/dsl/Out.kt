package kortex.dsl

import kortex.model.Activation
import kortex.model.Add
import kortex.model.BatchNorm
import kortex.model.Dropout
import kortex.model.Flatten

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
public fun <K : SignalKind> Out<K>.relu(): Out<K> = draft.add(Activation.RELU, this)

/** See [LayerScope.tanh]. */
public fun <K : SignalKind> Out<K>.tanh(): Out<K> = draft.add(Activation.TANH, this)

/** See [LayerScope.sigmoid]. */
public fun <K : SignalKind> Out<K>.sigmoid(): Out<K> = draft.add(Activation.SIGMOID, this)

/** See [LayerScope.gelu]. */
public fun <K : SignalKind> Out<K>.gelu(): Out<K> = draft.add(Activation.GELU, this)

/** See [LayerScope.softmax]. */
public fun <K : SignalKind> Out<K>.softmax(): Out<K> = draft.add(Activation.SOFTMAX, this)

/** See [LayerScope.dropout]. */
public fun <K : SignalKind> Out<K>.dropout(rate: Double): Out<K> = draft.add(Dropout(rate), this)

/** See [LayerScope.batchNorm]. */
public fun <K : SignalKind> Out<K>.batchNorm(momentum: Double = 0.1, epsilon: Double = 1e-5): Out<K> =
    draft.add(BatchNorm(momentum, epsilon), this)

/** See [ImageScope.residual]. */
@JvmName("imageResidual")
public fun Out<Image>.residual(block: ImageScope.() -> Unit): Out<Image> =
    residual(this) { ImageScope(draft).block() }

/** See [FeaturesScope.residual]. */
@JvmName("featuresResidual")
public fun Out<Features>.residual(block: FeaturesScope.() -> Unit): Out<Features> =
    residual(this) { FeaturesScope(draft).block() }

/** See [ImageScope.flatten]. */
public fun Out<Image>.flatten(block: FeaturesScope.() -> Unit = {}): Out<Features> {
    draft.flatten(Flatten(), this) { FeaturesScope(draft).block() }
    return draft.current()
}

internal fun <K : SignalKind> residual(entry: Out<K>, block: () -> Unit): Out<K> {
    entry.draft.continueFrom(entry)
    entry.draft.scope("residual") {
        block()
        entry.draft.add<K>(Add(), entry, entry.draft.current<K>())
    }
    return entry.draft.current()
}
