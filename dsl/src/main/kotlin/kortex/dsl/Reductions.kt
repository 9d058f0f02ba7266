package kortex.dsl

import kortex.tensor.ShapeException

/*
 * Reductions drop the axes they are given, or reduce over all axes when given none. With keepAxes the axes stay, with
 * extent 1, so that the result broadcasts against what it was made from.
 */

/** The sum over [axes]. */
public fun Tensor.sum(vararg axes: Int, keepAxes: Boolean): Tensor = kept(keepAxes, axes) { sum(*axes) }

/** The mean over [axes]; NaN of no elements. */
public fun Tensor.mean(vararg axes: Int, keepAxes: Boolean): Tensor = kept(keepAxes, axes) { mean(*axes) }

/**
 * The largest element over [axes].
 *
 * @throws kortex.tensor.ShapeException when there are no elements
 */
public fun Tensor.max(vararg axes: Int, keepAxes: Boolean): Tensor = kept(keepAxes, axes) { max(*axes) }

/**
 * The smallest element over [axes].
 *
 * @throws kortex.tensor.ShapeException when there are no elements
 */
public fun Tensor.min(vararg axes: Int, keepAxes: Boolean): Tensor = kept(keepAxes, axes) { min(*axes) }

/** The product over [axes]; 1 of no elements. */
public fun Tensor.prod(vararg axes: Int, keepAxes: Boolean): Tensor = kept(keepAxes, axes) { prod(*axes) }

/**
 * The sum of the squared distances from the mean, divided by the number of elements less [correction]: 0, as NumPy's
 * default, for the variance of these elements, 1, as PyTorch's, to estimate that of what they are a sample of.
 */
public fun Tensor.variance(vararg axes: Int, correction: Number = 0, keepAxes: Boolean = false): Tensor =
    kept(keepAxes, axes) { correctedVariance(correction.toDouble(), *axes) }

/** The root of the [variance]; its gradient is 0 where it is 0. */
public fun Tensor.std(vararg axes: Int, correction: Number = 0, keepAxes: Boolean = false): Tensor =
    kept(keepAxes, axes) { correctedStd(correction.toDouble(), *axes) }

/** `log Σ e^x` over [axes], without overflow; −∞ of no elements. */
public fun Tensor.logSumExp(vararg axes: Int, keepAxes: Boolean): Tensor = kept(keepAxes, axes) { logSumExp(*axes) }

/**
 * The norm `(Σ |x|^p)^(1/p)` over [axes]: the length for 2, the largest magnitude for infinity. Where it is 0 its
 * gradient is 0.
 *
 * @throws kortex.tensor.SettingException when [p] is NaN
 */
public fun Tensor.norm(vararg axes: Int, p: Number = 2, keepAxes: Boolean = false): Tensor =
    kept(keepAxes, axes) { norm(p.toDouble(), *vectors(axes)) }

/** Bool: whether an element over [axes] holds, or is not 0; false of none. */
public fun Tensor.any(vararg axes: Int, keepAxes: Boolean): Tensor = kept(keepAxes, axes) { any(*axes) }

/** Bool: whether all elements over [axes] hold, or are not 0; true of none. */
public fun Tensor.all(vararg axes: Int, keepAxes: Boolean): Tensor = kept(keepAxes, axes) { all(*axes) }

/** Whether this bool without axes holds, computed now: `if ((x gt 0).all().toBoolean()) …`. */
public fun Tensor.toBoolean(): Boolean {
    if (type().size() != 1L) {
        throw ShapeException(
            "toBoolean() needs one element, ${type()} has ${type().size()}",
            "Ask for x.all() or x.any() first."
        )
    }
    return item() != 0.0
}

/** The median over all elements: the mean of the two in the middle of an even number. */
public fun Tensor.median(): Tensor = flatten().median(0)

/** The quantile [q] of all elements, between 0 and 1; between two elements in proportion. */
public fun Tensor.quantile(q: Number): Tensor = flatten().quantile(q.toDouble(), 0)

/** [axes], unless one of them is no axis: then it was meant as p. */
private fun Tensor.vectors(axes: IntArray): IntArray {
    val rank = shape().rank()
    axes.find { it !in -rank until rank }?.let {
        throw ShapeException(
            "norm over axis $it of ${type()}, which has rank $rank",
            "Name p if that is what it is: x.norm(p = $it)."
        )
    }
    return axes
}

private inline fun Tensor.kept(keepAxes: Boolean, axes: IntArray, reduce: () -> Tensor): Tensor {
    val reduced = reduce()
    val reducedAxes = if (axes.isEmpty()) IntArray(shape().rank()) { it } else axes
    return if (keepAxes) reduced.withUnitAxes(*reducedAxes) else reduced
}
