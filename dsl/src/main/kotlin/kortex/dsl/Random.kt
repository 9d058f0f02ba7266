package kortex.dsl

import kortex.graph.Draws
import kortex.graph.KeyStream
import kortex.tensor.Shape
import kortex.tensor.TensorType

/**
 * What random numbers are a function of: the same key gives the same ones. `split` and `fold` make other keys of it;
 * inside [vmap], `Key.of(k)` is the key of a member of `key.keys(n)`.
 */
public typealias Key = kortex.graph.Key

/** The key of a [seed]. */
public fun key(seed: Long): Key = Key.of(seed)

/**
 * Random numbers in a row from a [seed]: every draw gives others.
 *
 *     val random = random(7)
 *     val x = random.normal(64, 10)
 *     val y = random.randint(64, low = 0, high = 10, dtype = i32)
 */
public fun random(seed: Long): KeyStream = KeyStream.of(seed)

/**
 * Uniform numbers from [low] to [high] in the given shape: multiples of 2⁻²⁴ of the distance, in f64 of 2⁻⁵³.
 *
 * @throws kortex.tensor.DTypeException when [dtype] is no float
 */
public fun Draws.uniform(vararg shape: Int, low: Number = 0, high: Number = 1, dtype: DType = f32): Tensor =
    type(shape, dtype).let { type ->
        if (low == 0 && high == 1) uniform(type) else uniform(type, low.toDouble(), high.toDouble())
    }

/** Normal numbers in the given shape. */
public fun Draws.normal(vararg shape: Int, mean: Number = 0, deviation: Number = 1, dtype: DType = f32): Tensor =
    type(shape, dtype).let { type ->
        if (mean == 0 && deviation == 1) normal(type) else normal(type, mean.toDouble(), deviation.toDouble())
    }

/**
 * Normal numbers in the given shape, of which only those from [low] to [high] deviations from the mean count.
 *
 * @throws kortex.tensor.SettingException unless [low] < [high]
 */
public fun Draws.truncatedNormal(
    vararg shape: Int,
    low: Number = -2,
    high: Number = 2,
    mean: Number = 0,
    deviation: Number = 1,
    dtype: DType = f32
): Tensor = truncatedNormal(type(shape, dtype), low.toDouble(), high.toDouble()) * deviation + mean

/**
 * Integers from [low] to [high] − 1 in the given shape.
 *
 * @throws kortex.tensor.SettingException unless [low] < [high]
 */
public fun Draws.randint(vararg shape: Int, low: Long = 0, high: Long, dtype: DType = i64): Tensor =
    randint(type(shape, dtype), low, high)

/** Exponential numbers of the given [mean], in the given shape. */
public fun Draws.exponential(vararg shape: Int, mean: Number = 1, dtype: DType = f32): Tensor =
    exponential(type(shape, dtype)) * mean

/** Bool in the given shape: true with the [probability]. A tensor of probabilities goes to `bernoulli(p)`. */
public fun Draws.bernoulli(vararg shape: Int, probability: Number): Tensor =
    bernoulli(Shape.of(shape.map { it.toLong() }), probability.toDouble())

/** [x] with its members along [axis] in random order. */
public fun Draws.shuffled(x: Tensor, axis: Int = 0): Tensor = shuffle(x, axis)

private fun type(shape: IntArray, dtype: DType) = TensorType(dtype, Shape.of(shape.map { it.toLong() }))
