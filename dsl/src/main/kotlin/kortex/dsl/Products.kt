package kortex.dsl

import kortex.graph.Einsum

/**
 * Sums of products in Einstein's notation, as NumPy's: `einsum("ij,jk->ik", a, b)` is the matrix product,
 * `einsum("bii->b", x)` the traces of matrices. Labels that the result does not name are summed over; without an arrow
 * the result has the labels that occur once, in alphabetical order. `...` stands for axes that broadcast.
 *
 * Any number of operands is contracted in pairs, in an order chosen for little memory and then little work.
 *
 * @throws kortex.tensor.ShapeException when the equation is malformed or does not fit: it shows the place
 * @throws kortex.tensor.DTypeException when the operands differ in dtype
 */
public fun einsum(equation: String, vararg operands: Tensor): Tensor = Einsum.of(equation, *operands)

/** The sum of products of two vectors of one length. */
public infix fun Tensor.dot(other: Tensor): Tensor = this.dot(other)

/** All products of an element of this and one of [other]: `[m] · [n] → [m, n]`, flattened. */
public infix fun Tensor.outer(other: Tensor): Tensor = this.outer(other)

/** The matrix product, as NumPy's `@`. */
public infix fun Tensor.matmul(other: Tensor): Tensor = this.matmul(other)
