package kortex.dsl

import kortex.graph.Counting
import kortex.graph.Ordering

/**
 * Elements by position or by truth value, as NumPy's advanced indexing.
 *
 * With integers, `x[i, j]` has the elements at `i` of axis 0 and `j` of axis 1: the indices broadcast to one shape, which
 * replaces the axes they index; −1 is the last element. With one bool tensor, `x[x gt 0]` has the elements where it
 * holds; that mask is computed now, because it decides the shape. Gradients flow to the elements taken.
 *
 * @throws kortex.tensor.DataException when the result is computed and an index is out of range
 * @throws kortex.tensor.ShapeException when the indices do not broadcast, or a mask does not fit the first axes
 */
public operator fun Tensor.get(index: Tensor, vararg more: Tensor): Tensor =
    if (index.dtype() == DType.BOOL && more.isEmpty()) masked(index) else at(index, *more)

/** The rows at [index]: `[n, rest..]` becomes `[index.., rest..]`. An embedding is `table.take(tokens)`. */
public fun Tensor.take(index: Tensor): Tensor = take(index, 0)

/** The positions that put the elements along the last axis in order; NaN last either way. */
public fun Tensor.argsort(descending: Boolean = false): Tensor = argsort(-1, descending)

/** The parts at each position of axis 0, so that `for (row in x)` goes through them. */
public operator fun Tensor.iterator(): Iterator<Tensor> = unstack(0).iterator()

/** The elements along the last axis in order. NaN comes last either way; equal elements keep their order. */
public fun Tensor.sorted(descending: Boolean = false, axis: Int = -1): Tensor = sort(axis, descending)

/** The [k] largest elements along the last axis, largest first, and their positions: `val (values, indices) = x.topK(5)`. */
public fun Tensor.topK(k: Int): Ordering.TopK = topK(k, -1)

/** The elements. */
public operator fun Ordering.TopK.component1(): Tensor = values()

/** Where they were. */
public operator fun Ordering.TopK.component2(): Tensor = indices()

/** The different elements in ascending order. */
public operator fun Counting.Unique.component1(): Tensor = values()

/** For each element the position of its value. */
public operator fun Counting.Unique.component2(): Tensor = inverse()

/** How often each value occurs. */
public operator fun Counting.Unique.component3(): Tensor = counts()

/** How many elements are in each range. */
public operator fun Counting.Histogram.component1(): Tensor = counts()

/** The bounds of the ranges, one more than there are ranges. */
public operator fun Counting.Histogram.component2(): Tensor = edges()

/** Counts of elements in [bins] equal ranges from the first to the last number of [range]. */
public fun Tensor.histogram(bins: Int, range: ClosedFloatingPointRange<Double>): Counting.Histogram =
    histogram(bins, range.start, range.endInclusive)
