package kortex.dsl

import kortex.graph.HostData
import kortex.graph.Tensors
import kortex.tensor.Shape
import kortex.tensor.TensorType
import java.lang.foreign.MemorySegment
import java.nio.Buffer

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

/** 16-bit floats with the range of [f32] and 8 significant bits. */
public val bf16: DType get() = DType.BF16

/** 16-bit floats with 11 significant bits, up to 65504. */
public val f16: DType get() = DType.F16

/** 32-bit integers: class labels. */
public val i32: DType get() = DType.I32

/** 64-bit integers. */
public val i64: DType get() = DType.I64

/** 16-bit integers. */
public val i16: DType get() = DType.I16

/** 8-bit integers. */
public val i8: DType get() = DType.I8

/** 8-bit integers from 0 to 255: pixels. */
public val u8: DType get() = DType.U8

/** Truth values. */
public val bool: DType get() = DType.BOOL

/**
 * A vector of [numbers]: `tensor(1, 2, 3)` has shape `[3]`.
 *
 * @throws kortex.tensor.DTypeException when an integer [dtype] does not hold a number
 */
public fun tensor(vararg numbers: Number, dtype: DType = f32): Tensor = HostData.nested(numbers.asList(), dtype)

/** A vector of bools: `tensor(true, false)` has shape `[2]`. */
public fun tensor(vararg values: Boolean): Tensor = Tensor.of(values, values.size.toLong())

/**
 * A tensor of nested lists or arrays of numbers or bools: `tensor(listOf(listOf(1, 2), listOf(3, 4)))` has shape `[2, 2]`.
 * In the [dtype], or that of the typed arrays within (`listOf(intArrayOf(1, 2))` is i32), else f32.
 *
 * @throws kortex.tensor.ShapeException when rows of one level differ in length, or hold something else
 * @throws kortex.tensor.DTypeException when an integer [dtype] does not hold a number
 */
public fun tensor(rows: List<*>, dtype: DType? = null): Tensor = nested(rows, dtype)

/** The same of nested arrays: `tensor(arrayOf(floatArrayOf(1f, 2f), floatArrayOf(3f, 4f)))`. */
public fun tensor(rows: Array<*>, dtype: DType? = null): Tensor = nested(rows, dtype)

/** The numbers of a range: `tensor(1..3)` has shape `[3]`. */
public fun tensor(numbers: IntProgression, dtype: DType = f32): Tensor = HostData.nested(numbers.toList(), dtype)

/**
 * A vector of the numbers of an array, copied. Like the other typed arrays it keeps its type unless a [dtype] is named.
 *
 * @throws kortex.tensor.DTypeException when an integer [dtype] does not hold a number
 */
public fun tensor(numbers: FloatArray, dtype: DType = f32): Tensor = HostData.nested(numbers, dtype)

/** The same of doubles: f64. */
public fun tensor(numbers: DoubleArray, dtype: DType = f64): Tensor = HostData.nested(numbers, dtype)

/** The same of integers: i32. */
public fun tensor(numbers: IntArray, dtype: DType = i32): Tensor = HostData.nested(numbers, dtype)

/** The same of long integers: i64. */
public fun tensor(numbers: LongArray, dtype: DType = i64): Tensor = HostData.nested(numbers, dtype)

/** The same of short integers: i16. */
public fun tensor(numbers: ShortArray, dtype: DType = i16): Tensor = HostData.nested(numbers, dtype)

/** The same of bytes, which are signed: i8. */
public fun tensor(numbers: ByteArray, dtype: DType = i8): Tensor = HostData.nested(numbers, dtype)

/** The same of truth values: bool. */
public fun tensor(values: BooleanArray, dtype: DType = bool): Tensor = HostData.nested(values, dtype)

/**
 * A tensor on the numbers of a buffer between its position and limit, in the given shape. They are not copied unless
 * their byte order is not the machine's: leave them alone while the tensor is in use.
 *
 * @throws kortex.tensor.DTypeException when [dtype] is not what the buffer holds
 * @throws kortex.tensor.ShapeException when it holds more or fewer numbers
 */
public fun tensor(data: Buffer, vararg shape: Int, dtype: DType = f32): Tensor =
    HostData.of(data, dtype, *LongArray(shape.size) { shape[it].toLong() })

/** A tensor on a memory segment (heap, native or mapped), in the given shape; not copied. */
public fun tensor(data: MemorySegment, vararg shape: Int, dtype: DType = f32): Tensor =
    HostData.of(type(shape, dtype), data)

/** One number, without axes. */
public fun scalar(value: Number, dtype: DType = f32): Tensor =
    Tensor.full(TensorType(dtype, Shape.SCALAR), value)

/** [value] everywhere, in the given shape. */
public fun full(value: Number, vararg shape: Int, dtype: DType = f32): Tensor =
    Tensor.full(type(shape, dtype), value)

/** All 0, in the given shape. */
public fun zeros(vararg shape: Int, dtype: DType = f32): Tensor = full(0, *shape, dtype = dtype)

/** All 1, in the given shape. */
public fun ones(vararg shape: Int, dtype: DType = f32): Tensor = full(1, *shape, dtype = dtype)

/** 0, 1, …, [count] − 1. */
public fun iota(count: Int, dtype: DType = f32): Tensor = Tensor.iota(type(intArrayOf(count), dtype), 0)

/** 0, 1, … below [stop]: i64 if that is an integer, else f32, or [dtype]. */
public fun arange(stop: Number, dtype: DType? = null): Tensor = arange(0, stop, 1, dtype)

/**
 * `start + i * step` for i = 0, 1, … before [stop], none when [step] points away: i64 if all three are integers, else
 * f32, or [dtype].
 *
 * @throws kortex.tensor.SettingException when [step] is 0
 */
public fun arange(start: Number, stop: Number, step: Number = 1, dtype: DType? = null): Tensor =
    if (dtype == null) Tensors.arange(start, stop, step) else Tensors.arange(start, stop, step, dtype)

/** [count] numbers from [start] to [end], both included, in equal steps. */
public fun linspace(start: Number, end: Number, count: Int, dtype: DType = f32): Tensor =
    Tensors.linspace(start, end, count.toLong(), dtype)

/** `[rows, columns]` of 1 on the diagonal that starts [diagonal] columns to the right, and of 0 elsewhere. */
public fun eye(rows: Int, columns: Int = rows, diagonal: Int = 0, dtype: DType = f32): Tensor =
    Tensors.eye(rows.toLong(), columns.toLong(), diagonal.toLong(), dtype)

/** All 0, in the shape of [x], and in its dtype or [dtype]. */
public fun zerosLike(x: Tensor, dtype: DType = x.dtype()): Tensor = fullLike(x, 0, dtype)

/** All 1, in the shape of [x], and in its dtype or [dtype]. */
public fun onesLike(x: Tensor, dtype: DType = x.dtype()): Tensor = fullLike(x, 1, dtype)

/** [value] everywhere, in the shape of [x], and in its dtype or [dtype]. */
public fun fullLike(x: Tensor, value: Number, dtype: DType = x.dtype()): Tensor =
    Tensor.full(TensorType(dtype, x.shape()), value)

private fun nested(rows: Any, dtype: DType?): Tensor = when {
    dtype != null -> HostData.nested(rows, dtype)
    isTyped(rows) -> HostData.nested(rows)
    else -> HostData.nested(rows, f32)
}

/** Whether the first row at the bottom is an array that says what its elements are. */
private fun isTyped(rows: Any?): Boolean = when (rows) {
    is List<*> -> isTyped(rows.firstOrNull())
    is Array<*> -> isTyped(rows.firstOrNull())
    is DoubleArray, is FloatArray, is LongArray, is IntArray, is ShortArray, is ByteArray, is BooleanArray -> true
    else -> false
}

private fun type(shape: IntArray, dtype: DType) = TensorType(dtype, Shape.of(shape.map { it.toLong() }))

/** A vector that can be trained: `variable(1.0, 2.0, 3.0)` has shape `[3]`. */
public fun variable(vararg numbers: Number, dtype: DType = f32): Variable = variable(tensor(*numbers, dtype = dtype))

/** A variable that starts from [initial], computed now. */
public fun variable(initial: Tensor, name: String = ""): Variable = Variable.of(name, initial)
