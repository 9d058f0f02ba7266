package kortex.dsl

import kortex.graph.Joining
import kortex.graph.PadMode

/** The neighbours mirrored at the outermost element: `c b | a b c d | c b`. */
public val reflect: PadMode get() = PadMode.REFLECT

/** The neighbours mirrored at the edge: `b a | a b c d | d c`. */
public val symmetric: PadMode get() = PadMode.SYMMETRIC

/** The outermost element again and again: `a a | a b c d | d d`. */
public val edge: PadMode get() = PadMode.EDGE

/** The other end: `c d | a b c d | a b`. */
public val wrap: PadMode get() = PadMode.WRAP

/**
 * Tensors one behind the other along [axis]: `[2, 5]` and `[3, 5] → [5, 5]`. Their other extents are equal.
 *
 * @throws kortex.tensor.ShapeException when they are not, or for scalars, which [stack] takes
 */
public fun concat(vararg parts: Tensor, axis: Int = 0): Tensor = Joining.concat(parts.toList(), axis)

/** Tensors one behind the other along [axis]. */
public fun concat(parts: List<Tensor>, axis: Int = 0): Tensor = Joining.concat(parts, axis)

/** Tensors of one shape side by side along a new axis: three of `[5] → [3, 5]`, or `[5, 3]` with `axis = 1`. */
public fun stack(vararg parts: Tensor, axis: Int = 0): Tensor = Joining.stack(parts.toList(), axis)

/** Tensors of one shape side by side along a new axis. */
public fun stack(parts: List<Tensor>, axis: Int = 0): Tensor = Joining.stack(parts, axis)

/** The tensors at each position of [axis], without that axis: what [stack] puts together. */
public fun Tensor.unstack(axis: Int = 0): List<Tensor> = unstack(axis)

/** The coordinates of the grid over some vectors: one tensor `[n0, n1, …]` for each, which runs along its own axis. */
public fun meshgrid(vararg vectors: Tensor): List<Tensor> = Joining.meshgrid(vectors.toList())

/** Parts of the given [sizes] along [axis]; together they are the whole axis. */
public fun Tensor.split(sizes: List<Int>, axis: Int = 0): List<Tensor> =
    split(LongArray(sizes.size) { sizes[it].toLong() }, axis)

/**
 * [count] parts of equal extent along [axis].
 *
 * @throws kortex.tensor.ShapeException when [count] does not divide the extent; [chunk] then makes the last one smaller
 */
public fun Tensor.split(count: Int, axis: Int = 0): List<Tensor> = split(count, axis)

/** At most [count] parts of equal extent along [axis], but for the last, which may be smaller. */
public fun Tensor.chunk(count: Int, axis: Int = 0): List<Tensor> = chunk(count, axis)

/**
 * [value] [low] times before and [high] times behind the elements along [axis].
 *
 * @throws kortex.tensor.DTypeException when [value] does not fit the dtype
 */
public fun Tensor.pad(axis: Int = -1, low: Int = 0, high: Int = 0, value: Number = 0): Tensor =
    pad(axis, low.toLong(), high.toLong(), value)

/**
 * [low] elements before and [high] behind along [axis], taken from this tensor as [mode] says: [reflect], [symmetric],
 * [edge] or [wrap].
 *
 * @throws kortex.tensor.ShapeException when it has too few
 */
public fun Tensor.pad(axis: Int = -1, low: Int = 0, high: Int = 0, mode: PadMode): Tensor =
    pad(axis, low.toLong(), high.toLong(), mode)

/** The elements moved by [shift] positions along [axis]; the last come first. */
public fun Tensor.roll(shift: Int, axis: Int = 0): Tensor = roll(shift.toLong(), axis)

/** Each element [count] times in a row along [axis]: `[1, 2] → [1, 1, 2, 2]`. */
public fun Tensor.repeat(count: Int, axis: Int = 0): Tensor = repeat(count.toLong(), axis)

/**
 * Windows of [size] neighbours along [axis], one every [step] positions: the axis counts the windows, a new last axis
 * the positions in one.
 */
public fun Tensor.windows(axis: Int = -1, size: Int, step: Int = 1): Tensor =
    windows(axis, size.toLong(), step.toLong())

/** The elements on and below a [diagonal] of the last two axes, 0 above; diagonals above the main one are above 0. */
public fun Tensor.tril(diagonal: Int = 0): Tensor = tril(diagonal.toLong())

/** The elements on and above a [diagonal] of the last two axes, 0 below. */
public fun Tensor.triu(diagonal: Int = 0): Tensor = triu(diagonal.toLong())

/** The elements of a [diagonal] of the last two axes: `[m, n] → [min(m, n)]`. */
public fun Tensor.diagonal(diagonal: Int = 0): Tensor = diagonal(diagonal.toLong())

/** Matrices with the last axis on a [diagonal] and 0 elsewhere: `[n] → [n, n]`. */
public fun Tensor.diag(diagonal: Int = 0): Tensor = diag(diagonal.toLong())
