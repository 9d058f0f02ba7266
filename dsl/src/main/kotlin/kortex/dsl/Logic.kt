package kortex.dsl

/** Bool: this ≠ other, elementwise; NaN differs from everything. */
public infix fun Tensor.ne(other: Tensor): Tensor = notEqual(other)

/** Bool: this ≠ number. */
public infix fun Tensor.ne(number: Number): Tensor = notEqual(Tensor.full(type(), number.toDouble()))

/** Logical and of bools, bitwise and of integers; shapes broadcast. */
public infix fun Tensor.and(other: Tensor): Tensor = this.and(other)

/** Logical or of bools, bitwise or of integers; shapes broadcast. */
public infix fun Tensor.or(other: Tensor): Tensor = this.or(other)

/** Logical exclusive or of bools, bitwise of integers; shapes broadcast. */
public infix fun Tensor.xor(other: Tensor): Tensor = this.xor(other)

/** Integers times 2^[bits]; 0 for bits below 0 or from the size of the dtype on. */
public infix fun Tensor.shl(bits: Int): Tensor = shiftLeft(Tensor.full(type(), bits.toDouble()))

/** ⌊this / 2^[bits]⌋ of integers, of the sign of this. */
public infix fun Tensor.shr(bits: Int): Tensor = shiftRight(Tensor.full(type(), bits.toDouble()))
