package kortex.dsl

import kortex.tensor.Shape
import kortex.tensor.ShapeException
import kortex.tensor.TensorType

/** An n-dimensional array, computed when its numbers are asked for. */
public typealias Tensor = kortex.graph.Tensor

/** A tensor whose value can be replaced and whose gradient can be asked for. */
public typealias Variable = kortex.graph.Variable

/** The type of one element. */
public typealias DType = kortex.tensor.DType

/** 32-bit floats: what networks use. */
public val f32: DType get() = DType.F32

/** 64-bit floats. */
public val f64: DType get() = DType.F64

/** 32-bit integers: class labels. */
public val i32: DType get() = DType.I32

/** 64-bit integers. */
public val i64: DType get() = DType.I64

/** A vector of [numbers]: `tensor(1, 2, 3)` has shape `[3]`. */
public fun tensor(vararg numbers: Number, dtype: DType = f32): Tensor =
    dense(numbers.map { it.toDouble() }, Shape.of(numbers.size.toLong()), dtype)

/**
 * A tensor of nested lists of numbers: `tensor(listOf(listOf(1, 2), listOf(3, 4)))` has shape `[2, 2]`.
 *
 * @throws ShapeException when lists of one level differ in length, or hold something other than numbers
 */
public fun tensor(rows: List<*>, dtype: DType = f32): Tensor {
    val numbers = ArrayList<Double>()
    val shape = extents(rows)
    collect(rows, shape, 0, numbers)
    return dense(numbers, Shape.of(shape), dtype)
}

private fun extents(rows: Any?): List<Int> =
    if (rows is List<*>) listOf(rows.size) + (rows.firstOrNull()?.let { extents(it) }.orEmpty()) else emptyList()

private fun collect(value: Any?, shape: List<Int>, depth: Int, into: MutableList<Double>) {
    when {
        value is Number && depth == shape.size -> into += value.toDouble()
        value is List<*> && depth < shape.size && value.size == shape[depth] ->
            value.forEach { collect(it, shape, depth + 1, into) }
        else -> throw ShapeException(
            "the nested lists are not a tensor of shape $shape: found $value at depth $depth",
            "Give numbers in lists of equal length."
        )
    }
}

private fun dense(numbers: List<Double>, shape: Shape, dtype: DType): Tensor =
    if (dtype == f32) {
        Tensor.of(FloatArray(numbers.size) { numbers[it].toFloat() }, *shape.toArray())
    } else {
        Tensor.of(numbers.toDoubleArray(), *shape.toArray()).cast(dtype)
    }

/** One number, without axes. */
public fun scalar(value: Number, dtype: DType = f32): Tensor =
    Tensor.full(TensorType(dtype, Shape.SCALAR), value.toDouble())

/** [value] everywhere, in the given shape. */
public fun full(value: Number, vararg shape: Int, dtype: DType = f32): Tensor =
    Tensor.full(type(shape, dtype), value.toDouble())

/** All 0, in the given shape. */
public fun zeros(vararg shape: Int, dtype: DType = f32): Tensor = full(0, *shape, dtype = dtype)

/** All 1, in the given shape. */
public fun ones(vararg shape: Int, dtype: DType = f32): Tensor = full(1, *shape, dtype = dtype)

/** 0, 1, …, [count] − 1. */
public fun iota(count: Int, dtype: DType = f32): Tensor = Tensor.iota(type(intArrayOf(count), dtype), 0)

/** [count] numbers from [start] to [end], both included, in equal steps. */
public fun linspace(start: Number, end: Number, count: Int, dtype: DType = f32): Tensor {
    val step = if (count > 1) (end.toDouble() - start.toDouble()) / (count - 1) else 0.0
    return dense(List(count) { start.toDouble() + it * step }, Shape.of(count.toLong()), dtype)
}

private fun type(shape: IntArray, dtype: DType) = TensorType(dtype, Shape.of(shape.map { it.toLong() }))

/** A vector that can be trained: `variable(1.0, 2.0, 3.0)` has shape `[3]`. */
public fun variable(vararg numbers: Number, dtype: DType = f32): Variable = variable(tensor(*numbers, dtype = dtype))

/** A variable that starts from [initial], computed now. */
public fun variable(initial: Tensor, name: String = ""): Variable = Variable.of(name, initial)
