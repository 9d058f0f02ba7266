package kortex.dsl

/** Elementwise sum; shapes broadcast and dtypes promote as NumPy's do. */
public operator fun Tensor.plus(other: Tensor): Tensor = add(other)

/** Elementwise sum with a number, which takes the dtype of the tensor; a fraction makes integers f32. */
public operator fun Tensor.plus(number: Number): Tensor = add(number)

/** Elementwise sum with a number. */
public operator fun Number.plus(tensor: Tensor): Tensor = tensor.add(this)

/** Elementwise difference. */
public operator fun Tensor.minus(other: Tensor): Tensor = sub(other)

/** Elementwise difference with a number. */
public operator fun Tensor.minus(number: Number): Tensor = sub(number)

/** Elementwise difference: number − tensor. */
public operator fun Number.minus(tensor: Tensor): Tensor = tensor.subFrom(this)

/** Elementwise product; [matmul][Tensor.matmul] is the matrix product. */
public operator fun Tensor.times(other: Tensor): Tensor = mul(other)

/** Product with a number. */
public operator fun Tensor.times(number: Number): Tensor = mul(number)

/** Product with a number. */
public operator fun Number.times(tensor: Tensor): Tensor = tensor.mul(this)

/** Elementwise quotient: number / tensor; of integers an f32. */
public operator fun Number.div(tensor: Tensor): Tensor = tensor.divInto(this)

/** [f] of a tensor and a number, in the dtype that their sum would have. */
internal inline fun beside(x: Tensor, number: Number, f: (Tensor, Tensor) -> Tensor): Tensor {
    val whole = number is Int || number is Long || number is Short || number is Byte
    val dtype = if (x.dtype().isFloat) {
        x.dtype()
    } else if (!whole) {
        f32
    } else if (x.dtype() == bool) {
        i64
    } else {
        x.dtype()
    }
    return f(x.cast(dtype), scalar(number, dtype))
}

/** The remainder of number / tensor, which has the sign of the tensor's element. */
public operator fun Number.rem(tensor: Tensor): Tensor = tensor.remInto(this)

/** The negative of each element. */
public operator fun Tensor.unaryMinus(): Tensor = neg()

/** Bool: this < other, elementwise. */
public infix fun Tensor.lt(other: Tensor): Tensor = less(other)

/** Bool: this < number. */
public infix fun Tensor.lt(number: Number): Tensor = less(number)

/** Bool: this ≤ other, elementwise. */
public infix fun Tensor.le(other: Tensor): Tensor = lessOrEqual(other)

/** Bool: this ≤ number. */
public infix fun Tensor.le(number: Number): Tensor = lessOrEqual(number)

/** Bool: this > other, elementwise. */
public infix fun Tensor.gt(other: Tensor): Tensor = greater(other)

/** Bool: this > number. */
public infix fun Tensor.gt(number: Number): Tensor = greater(number)

/** Bool: this ≥ other, elementwise. */
public infix fun Tensor.ge(other: Tensor): Tensor = greaterOrEqual(other)

/** Bool: this ≥ number. */
public infix fun Tensor.ge(number: Number): Tensor = greaterOrEqual(number)

/** Bool: elementwise equality. */
public infix fun Tensor.eq(other: Tensor): Tensor = equal(other)

/** Bool: equality with a number. */
public infix fun Tensor.eq(number: Number): Tensor = equal(number)

/** Where [condition] holds, [a], elsewhere [b]; all broadcast. */
public fun where(condition: Tensor, a: Tensor, b: Tensor): Tensor = condition.select(a, b)

/** Where [condition] holds, [a], elsewhere the number [b]. */
public fun where(condition: Tensor, a: Tensor, b: Number): Tensor = condition.select(a, b)

/** Where [condition] holds, the number [a], elsewhere [b]. */
public fun where(condition: Tensor, a: Number, b: Tensor): Tensor = condition.select(a, b)

/** Where [condition] holds, [a], elsewhere [b]: i64 if both are whole, else f32. */
public fun where(condition: Tensor, a: Number, b: Number): Tensor {
    val dtype = if (listOf(a, b).all { it is Int || it is Long || it is Short || it is Byte }) i64 else f32
    return condition.select(scalar(a, dtype), scalar(b, dtype))
}

/** Replaces the value by the sum, computed now: `w += step`; for `val w = variable(…)`. */
public operator fun Variable.plusAssign(other: Tensor): Unit = assign(add(other))

/** Replaces the value by the difference, computed now: `w -= 0.1 * grad(loss, w)`. */
public operator fun Variable.minusAssign(other: Tensor): Unit = assign(sub(other))

/** Replaces the value by the product, computed now: `w *= 0.99`. */
public operator fun Variable.timesAssign(number: Number): Unit = assign(mul(number))
