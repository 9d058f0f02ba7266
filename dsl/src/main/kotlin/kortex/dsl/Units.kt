package kortex.dsl

import kortex.optimizer.Span

/** A stretch of training: [Steps] or [Epochs]. */
public sealed interface TrainingSpan {
    /** The same for the engine. */
    public val span: Span
}

/** A number of updates: `100.steps`. */
@JvmInline
public value class Steps internal constructor(
    /** How many. */
    public val count: Long
) : TrainingSpan {
    override val span: Span get() = Span.steps(count)

    override fun toString(): String = "$count.steps"
}

/** A number of visits of the whole dataset: `5.epochs`. */
@JvmInline
public value class Epochs internal constructor(
    /** How many. */
    public val count: Int
) : TrainingSpan {
    override val span: Span get() = Span.epochs(count.toDouble())

    override fun toString(): String = "$count.epochs"
}

/** This number of updates. */
public val Int.steps: Steps get() = Steps(toLong())

/** This number of visits of the whole dataset. */
public val Int.epochs: Epochs get() = Epochs(this)
