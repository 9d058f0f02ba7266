package kortex.dsl

/** The sum of the elements so far, over the flattened tensor, as NumPy's: `[size]`. */
public fun Tensor.cumsum(): Tensor = flatten().cumsum(0)

/** The product of the elements so far, over the flattened tensor: `[size]`. */
public fun Tensor.cumprod(): Tensor = flatten().cumprod(0)

/** The largest element so far, over the flattened tensor: `[size]`. */
public fun Tensor.cumMax(): Tensor = flatten().cumMax(0)

/** The smallest element so far, over the flattened tensor: `[size]`. */
public fun Tensor.cumMin(): Tensor = flatten().cumMin(0)

/**
 * Each element less the one before it along [axis], which gets one shorter: `[n]` becomes `[n − 1]`.
 *
 * @throws kortex.tensor.ShapeException when there is no such axis
 */
public fun Tensor.diff(axis: Int = -1): Tensor {
    val along = moveAxis(axis, 0)
    if (along.shape().extent(0) == 0L) return this
    return (along[from(1)] - along[until(-1)]).moveAxis(0, axis)
}

/**
 * Whether all elements are near each other, computed now: `|a − b| ≤ atol + rtol · |b|`, as NumPy's. Equal infinities
 * are; NaN is near nothing. Shapes broadcast.
 */
public fun allClose(a: Tensor, b: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8): Boolean {
    val x = a.cast(f64)
    val y = b.cast(f64)
    val near = (x - y).abs() le (y.abs() * rtol + atol)
    return ((x eq y) or (near and y.isFinite())).all().toBoolean()
}
