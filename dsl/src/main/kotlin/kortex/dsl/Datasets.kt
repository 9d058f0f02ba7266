package kortex.dsl

import kortex.data.Batches
import kortex.data.Standardizer
import kortex.data.Targets
import kortex.tensor.SettingException
import java.lang.foreign.MemorySegment
import java.util.concurrent.atomic.AtomicLong
import kortex.data.Dataset as Examples

/**
 * Examples in memory: for each an input and a target. Never empty; all numbers are finite.
 *
 * @param I what the inputs are
 * @param T what the targets are
 */
public class Dataset<I : SignalKind, T : TargetKind> internal constructor(
    /** The engine's dataset. */
    public val examples: Examples
) {
    private val visits = AtomicLong()

    /** Number of examples. */
    public val size: Int get() = examples.size()

    /**
     * Two disjoint parts of the shuffled examples that together are all of them.
     *
     * @param train the fraction of the first part, between 0 and 1
     * @param seed the same seed gives the same parts
     * @param stratified whether the fraction is kept within each class
     */
    public fun split(train: Double = 0.8, seed: Long = 0, stratified: Boolean = false): Split<I, T> {
        val split = if (stratified) examples.splitStratified(train, seed) else examples.split(train, seed)
        return Split(Dataset(split.train()), Dataset(split.test()))
    }

    /**
     * The same examples with inputs of mean 0 and deviation 1 for each feature or channel. Before a split, prefer
     * [Split.standardize], which measures on the train part alone.
     */
    public fun standardize(): Dataset<I, T> = Dataset(Standardizer.fit(examples).apply(examples))

    /** The first [count] examples, or all when there are fewer. */
    public fun take(count: Int): Dataset<I, T> = Dataset(examples.slice(0, minOf(count, size)))

    /**
     * One epoch of batches, for a loop written by hand: `for ((x, y) in data.batches(64)) { … }`. The last may be
     * smaller.
     *
     * @param size examples in a batch
     * @param shuffle whether in an order of its own for each epoch
     * @param seed what the orders follow from
     * @param epoch which order; by default each call takes the next, from 0
     */
    public fun batches(size: Int, shuffle: Boolean = true, seed: Long = 0, epoch: Long? = null): Sequence<Batch> {
        val plan = Batches(examples.size(), size, shuffle, false, seed)
        val order = plan.order(epoch ?: visits.getAndIncrement())
        return plan.ranges().asSequence().map { batch(order, it.from(), it.count()) }
    }

    private fun batch(order: IntArray, from: Int, count: Int): Batch {
        val x = FloatArray(examples.inputType(count.toLong()).size().toInt())
        examples.gatherInputs(order, from, count, MemorySegment.ofArray(x))
        val type = examples.targetType(count.toLong())
        val target = kortex.graph.Storage.zeros(type)
        examples.gatherTargets(order, from, count, target.host())
        return Batch(Tensor.of(x, *examples.inputType(count.toLong()).shape().toArray()), Tensor.of(target))
    }

    /** All examples as one batch. */
    public fun all(): Batch = batch(IntArray(size) { it }, 0, size)

    override fun toString(): String = examples.toString()
}

/** The inputs [x] and targets [y] of some examples: `val (x, y) = batch`. */
public data class Batch(public val x: Tensor, public val y: Tensor)

/** The names of the classes: label i means the name at i. */
public val Dataset<*, Classes>.classes: List<String>
    get() = when (val targets = examples.targets()) {
        is Targets.Classes -> targets.names()
        else -> throw SettingException("the dataset has $targets, no classes", "Make it with labels(…).")
    }

/** The part of a dataset to learn from, and the part to test on. */
public data class Split<I : SignalKind, T : TargetKind>(
    public val train: Dataset<I, T>, public val test: Dataset<I, T>
) {
    /** Both parts with inputs of mean 0 and deviation 1, as measured on the train part. */
    public fun standardize(): Split<I, T> {
        val standardizer = Standardizer.fit(train.examples)
        return Split(Dataset(standardizer.apply(train.examples)), Dataset(standardizer.apply(test.examples)))
    }

    override fun toString(): String = "train: $train\ntest: $test"
}

/** A dataset of feature vectors and class labels, counted from 0. */
@JvmName("datasetOfLabels")
public fun dataset(inputs: List<List<Number>>, targets: List<Int>): Dataset<Features, Classes> =
    dataset(inputs.map { row(it) }.toTypedArray(), targets.toIntArray())

/** A dataset of feature vectors and one number for each. */
@JvmName("datasetOfNumbers")
public fun dataset(inputs: List<List<Number>>, targets: List<Double>): Dataset<Features, Values> =
    dataset(inputs, targets.map { listOf(it) })

/** A dataset of feature vectors and vectors of numbers. */
@JvmName("datasetOfVectors")
public fun dataset(inputs: List<List<Number>>, targets: List<List<Number>>): Dataset<Features, Values> =
    Dataset(Examples.of(inputs.map { row(it) }.toTypedArray(), targets.map { row(it) }.toTypedArray()))

/** A dataset of feature vectors and class labels, counted from 0. */
public fun dataset(inputs: Array<FloatArray>, targets: IntArray): Dataset<Features, Classes> =
    Dataset(Examples.of(inputs, targets))

/** A dataset of feature vectors and vectors of numbers. */
public fun dataset(inputs: Array<FloatArray>, targets: Array<FloatArray>): Dataset<Features, Values> =
    Dataset(Examples.of(inputs, targets))

/** A dataset of inputs in one row-major array, such as `dataset(image(1, 8, 8), pixels, labels)`. */
public fun <I : SignalKind> dataset(input: InputSpec<I>, data: FloatArray, targets: IntArray): Dataset<I, Classes> =
    Dataset(Examples.of(input.input.shape(), data, Targets.Classes.of(*targets)))

private fun row(numbers: List<Number>) = FloatArray(numbers.size) { numbers[it].toFloat() }
