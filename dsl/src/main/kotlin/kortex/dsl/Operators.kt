package kortex.dsl

/** Elementwise sum; shapes broadcast as NumPy's do. */
public operator fun Tensor.plus(other: Tensor): Tensor = add(other)

/** Elementwise sum with a number. */
public operator fun Tensor.plus(number: Number): Tensor = add(number.toDouble())

/** Elementwise sum with a number. */
public operator fun Number.plus(tensor: Tensor): Tensor = tensor.add(toDouble())

/** Elementwise difference. */
public operator fun Tensor.minus(other: Tensor): Tensor = sub(other)

/** Elementwise difference with a number. */
public operator fun Tensor.minus(number: Number): Tensor = sub(number.toDouble())

/** Elementwise difference: number − tensor. */
public operator fun Number.minus(tensor: Tensor): Tensor = Tensor.full(tensor.type(), toDouble()).sub(tensor)

/** Elementwise product; [matmul][Tensor.matmul] is the matrix product. */
public operator fun Tensor.times(other: Tensor): Tensor = mul(other)

/** Product with a number. */
public operator fun Tensor.times(number: Number): Tensor = mul(number.toDouble())

/** Product with a number. */
public operator fun Number.times(tensor: Tensor): Tensor = tensor.mul(toDouble())

/** Quotient with a number. */
public operator fun Tensor.div(number: Number): Tensor = this.div(number.toDouble())

/** Elementwise quotient: number / tensor. */
public operator fun Number.div(tensor: Tensor): Tensor = Tensor.full(tensor.type(), toDouble()).div(tensor)

/** The negative of each element. */
public operator fun Tensor.unaryMinus(): Tensor = neg()

/** Bool: this < other, elementwise. */
public infix fun Tensor.lt(other: Tensor): Tensor = less(other)

/** Bool: this < number. */
public infix fun Tensor.lt(number: Number): Tensor = less(like(number))

/** Bool: this ≤ other, elementwise. */
public infix fun Tensor.le(other: Tensor): Tensor = lessOrEqual(other)

/** Bool: this ≤ number. */
public infix fun Tensor.le(number: Number): Tensor = lessOrEqual(like(number))

/** Bool: this > other, elementwise. */
public infix fun Tensor.gt(other: Tensor): Tensor = other.less(this)

/** Bool: this > number. */
public infix fun Tensor.gt(number: Number): Tensor = like(number).less(this)

/** Bool: this ≥ other, elementwise. */
public infix fun Tensor.ge(other: Tensor): Tensor = other.lessOrEqual(this)

/** Bool: this ≥ number. */
public infix fun Tensor.ge(number: Number): Tensor = like(number).lessOrEqual(this)

/** Bool: elementwise equality. */
public infix fun Tensor.eq(other: Tensor): Tensor = equal(other)

/** Bool: equality with a number. */
public infix fun Tensor.eq(number: Number): Tensor = equal(like(number))

/** Where [condition] holds, [a], elsewhere [b]; all broadcast. */
public fun where(condition: Tensor, a: Tensor, b: Tensor): Tensor = condition.select(a, b)

private fun Tensor.like(number: Number) = Tensor.full(type(), number.toDouble())
