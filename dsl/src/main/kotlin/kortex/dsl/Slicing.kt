package kortex.dsl

import kortex.graph.Slice
import kortex.graph.Variable
import kortex.tensor.DTypeException
import kortex.tensor.ShapeException

/** The whole axis: `x[all, 0]` is the first column; `x[all step -1]` is reversed. */
public val all: Slice.Between get() = Slice.all()

/** All axes that the other indices leave: `x[ellipsis, 0]` takes one position of the last axis. */
public val ellipsis: Slice get() = Slice.ELLIPSIS

/** A new axis of extent 1: `x[newAxis]` has shape `[1, …]`. */
public val newAxis: Slice get() = Slice.NEW_AXIS

/** From [begin] on; below 0 counts from the end: `x[from(-2)]` is the last two. */
public fun from(begin: Int): Slice.Between = Slice.from(begin.toLong())

/** Everything before [end]; below 0 counts from the end: `x[until(-1)]` is all but the last. */
public fun until(end: Int): Slice.Between = Slice.until(end.toLong())

/** Every [step]th position; below 0 backwards: `x[from(1) step 2]`, `x[all step -1]`. */
public infix fun Slice.Between.step(step: Int): Slice.Between = by(step.toLong())

/**
 * A part of this tensor: one index for each axis from the first on; axes without one are taken whole.
 *
 * | index | takes |
 * |---|---|
 * | `2`, `-1` | one position, the axis is dropped; below 0 counts from the end |
 * | `1..3`, `0 until 5`, `1..9 step 2`, `5 downTo 1` | the positions of the range: `1..3` is 1, 2 and 3 |
 * | `-3..-1` | the last three |
 * | `1..-2`, `1 until -1` | from 1 to the last but one |
 * | `from(2)`, `until(-1)`, `all`, each with `step` | open ranges |
 * | `ellipsis` | all axes that the other indices leave |
 * | `newAxis` | a new axis of extent 1 |
 * | one tensor among others | the positions in it, or where a bool vector holds: its axes take the place of the axis |
 * | one tensor | the positions in it, or where a bool vector holds; its axes take the place of the axis |
 *
 * Ranges are cut where they leave the axis, single positions must be on it. Differentiable, and read without a copy.
 *
 * @throws ShapeException for a position outside of its axis, too many indices, an index of another kind, or a range
 *   from a position of 0 or more to −1, which is what Kotlin makes of `0 until 0`: say `until(0)` or `from(0)`
 */
public operator fun Tensor.get(vararg index: Any): Tensor {
    val at = index.indexOfFirst { it is Tensor }
    return if (at < 0) slice(*slices(index)) else taken(index, at)
}

/** The whole axis in the place of the tensor, then what the tensor takes along what that axis has become. */
private fun Tensor.taken(index: Array<out Any>, at: Int): Tensor {
    val others = slices(Array(index.size) { if (it == at) all else index[it] })
    val open = shape().rank() - others.count { it != ellipsis && it != newAxis }
    val axis = (0 until at).sumOf { if (others[it] == ellipsis) {
        open
    } else if (others[it] is Slice.At) {
        0
    } else {
        1
    } }
    val rest = slice(*others)
    val taken = index[at] as Tensor
    if (taken.dtype() != DType.BOOL) return rest.take(taken, axis)
    if (taken.shape().rank() != 1 || taken.shape().extent(0) != rest.shape().extent(axis)) {
        throw ShapeException(
            "a mask ${taken.type()} does not fit axis $axis of ${rest.type()}",
            "Give a bool vector of ${rest.shape().extent(axis)}."
        )
    }
    return rest.take(taken.nonzero().squeeze(1), axis)
}

/**
 * This tensor with the part at [index] (see [get]) replaced by [value], which broadcasts:
 * `x.with(0, all, value = row)`. Neither changes; differentiable in both.
 */
public fun Tensor.with(vararg index: Any, value: Tensor): Tensor = with(value, *slices(index))

/**
 * This tensor with the part at [index] (see [get]) replaced by one number: `x.with(0, value = 1)`.
 *
 * @throws DTypeException when the number does not fit the dtype
 */
public fun Tensor.with(vararg index: Any, value: Number): Tensor = with(value, *slices(index))

/**
 * This tensor with the elements at [index] replaced by [value], which broadcasts. [index] is of integers, one tensor for
 * each axis from the first on, or one bool tensor whose shape broadcasts to this one's.
 */
public fun Tensor.with(index: Tensor, vararg more: Tensor, value: Tensor): Tensor {
    if (index.dtype() != DType.BOOL || more.isNotEmpty()) return putAt(value, index, *more)
    if (value.dtype() != dtype()) {
        throw DTypeException("cannot put ${value.type()} into ${type()}", "Cast it: x.cast(${dtype()}).")
    }
    return where(index.broadcastTo(shape()), value.broadcastTo(shape()), this)
}

/** This tensor with the elements at [index] replaced by one number: `x.with(x lt 0, value = 0)`. */
public fun Tensor.with(index: Tensor, vararg more: Tensor, value: Number): Tensor =
    with(index, *more, value = scalar(value, dtype()))

/**
 * Replaces the part of this variable at [index] (see [get]) by [value], which broadcasts, computed now: `w[0] = row`.
 * Tensors made from the variable before keep the old value.
 */
public operator fun Variable.set(vararg index: Any, value: Tensor): Unit = assign(with(value, *slices(index)))

/** Replaces the part of this variable at [index] (see [get]) by one number: `w[0, all] = 0`. */
public operator fun Variable.set(vararg index: Any, value: Number): Unit = assign(with(value, *slices(index)))

/** Replaces the elements at [index] (see [with]) by [value], which broadcasts, computed now. */
public operator fun Variable.set(index: Tensor, vararg more: Tensor, value: Tensor): Unit =
    assign(with(index, *more, value = value))

/** Replaces the elements at [index] (see [with]) by one number: `w[w lt 0] = 0`. */
public operator fun Variable.set(index: Tensor, vararg more: Tensor, value: Number): Unit =
    assign(with(index, *more, value = value))

private fun slices(index: Array<out Any>): Array<Slice> = Array(index.size) { slice(index[it]) }

private fun slice(index: Any): Slice = when (index) {
    is Slice -> index
    is Int -> Slice.at(index.toLong())
    is Long -> Slice.at(index)
    is IntProgression -> range(index, index.first.toLong(), index.last.toLong(), index.step.toLong())
    is LongProgression -> range(index, index.first, index.last, index.step)
    is Tensor -> throw ShapeException(
        "only one tensor can index together with ranges, and only to read; a second is ${index.type()}",
        "Index twice: x[i, j] with tensors first, then with ranges."
    )
    else -> throw ShapeException(
        "cannot index with $index, a ${index::class.simpleName}",
        "Use whole numbers, ranges of them, from, until, all, ellipsis or newAxis."
    )
}

private fun range(written: Any, first: Long, last: Long, step: Long): Slice {
    val crossesEnd = first >= 0 && if (step > 0) last == -1L else last < 0
    if (crossesEnd) {
        throw ShapeException(
            "the range $written goes from the front of the axis to $last, which may mean the end or nothing",
            if (step > 0) "Say from($first) for the rest, or until(0) for nothing." else "Say all step $step."
        )
    }
    val open = if (step > 0) last == -1L else last == 0L
    val begin = Slice.from(first)
    return (if (open) begin else Slice.of(first, if (step > 0) last + 1 else last - 1)).by(step)
}
