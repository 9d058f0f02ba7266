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

/** An amount of memory: `2.GiB`, `512.MiB`. */
@JvmInline
public value class MemorySize internal constructor(
    /** How much, in bytes. */
    public val bytes: Long
) {
    override fun toString(): String = if (bytes % GIB == 0L) "${bytes / GIB}.GiB" else "${bytes / MIB}.MiB"
}

/** This number of gibibytes, of 2³⁰ bytes. */
public val Int.GiB: MemorySize get() = MemorySize(this * GIB)

/** This number of gibibytes, of 2³⁰ bytes: `1.5.GiB`. */
public val Double.GiB: MemorySize get() = MemorySize((this * GIB).toLong())

/** This number of mebibytes, of 2²⁰ bytes. */
public val Int.MiB: MemorySize get() = MemorySize(this * MIB)

private const val MIB = 1L shl 20
private const val GIB = 1L shl 30
