package kortex.dsl

import kortex.data.Batches
import kortex.data.Standardizer
import kortex.data.Targets
import kortex.graph.Storage
import kortex.tensor.DataException
import kortex.tensor.SettingException
import kortex.tensor.Shape
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
    public fun batches(
        size: Int, shuffle: Boolean = true, seed: Long = 0, epoch: Long? = null
    ): kotlin.sequences.Sequence<Batch> {
        val plan = Batches(examples.size(), size, shuffle, false, seed)
        val order = plan.order(epoch ?: visits.getAndIncrement())
        return plan.ranges().asSequence().map { batch(order, it.from(), it.count()) }
    }

    private fun batch(order: IntArray, from: Int, count: Int): Batch {
        val input = Storage.zeros(examples.inputType(count.toLong()))
        examples.gatherInputs(order, from, count, input.host())
        val target = Storage.zeros(examples.targetType(count.toLong()))
        examples.gatherTargets(order, from, count, target.host())
        return Batch(Tensor.of(input), Tensor.of(target))
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
public fun <I : Numbers> dataset(input: InputSpec<I>, data: FloatArray, targets: IntArray): Dataset<I, Classes> =
    Dataset(Examples.of(input.input.shape(), data, Targets.Classes.of(*targets)))

/** A dataset of inputs in one row-major array and a label for each step: `targets[i][t]` of example i. */
public fun dataset(
    input: InputSpec<Sequence>, data: FloatArray, targets: Array<IntArray>
): Dataset<Sequence, Labels> = Dataset(Examples.of(input.input.shape(), data, labels(input, targets)))

/** A dataset of inputs in one row-major array and vectors of numbers. */
public fun <I : Numbers> dataset(
    input: InputSpec<I>, data: FloatArray, targets: Array<FloatArray>
): Dataset<I, Values> {
    val width = targets.firstOrNull()?.size ?: 0
    targets.forEachIndexed { i, row ->
        if (row.size != width) {
            throw DataException(
                "target $i has ${row.size} numbers, but target 0 has $width", "Give rows of one length."
            )
        }
    }
    val flat = FloatArray(targets.size * width) { targets[it / width][it % width] }
    return Dataset(Examples.of(input.input.shape(), data, Targets.Values(flat, Shape.of(width.toLong()))))
}

/**
 * A dataset of tokens, `data[i][t]` of example i, and one class for each example.
 *
 * @throws kortex.tensor.DataException when a token is out of range, or examples differ in length
 */
public fun dataset(input: InputSpec<Tokens>, data: Array<IntArray>, targets: IntArray): Dataset<Tokens, Classes> =
    ofTokens(input, data, Targets.Classes.of(*targets))

/**
 * A dataset of tokens, `data[i][t]` of example i, and a label for each of them: `targets[i][t]`, such as the token that
 * follows.
 *
 * @throws kortex.tensor.DataException when a token is out of range, or examples differ in length
 */
public fun dataset(
    input: InputSpec<Tokens>, data: Array<IntArray>, targets: Array<IntArray>
): Dataset<Tokens, Labels> = ofTokens(input, data, labels(input, targets))

private fun <T : TargetKind> ofTokens(
    input: InputSpec<Tokens>, data: Array<IntArray>, targets: Targets
): Dataset<Tokens, T> {
    val flat = steps(input, "tokens", data)
    return Dataset(Examples.ofTokens(input.input.shape().extent(0), input.input.vocabulary(), flat, targets))
}

private fun labels(input: InputSpec<*>, targets: Array<IntArray>) =
    Targets.Labels.of(steps(input, "labels", targets), input.input.shape().take(1))

/** The rows behind each other; each has a number for each step of [input]. */
private fun steps(input: InputSpec<*>, what: String, rows: Array<IntArray>): IntArray {
    val time = input.input.shape().extent(0)
    rows.forEachIndexed { i, row ->
        if (row.size.toLong() != time) {
            throw DataException("example $i has ${row.size} $what, $input has $time steps", "Cut or fill it up.")
        }
    }
    return IntArray(Math.toIntExact(rows.size * time)) { rows[(it / time).toInt()][(it % time).toInt()] }
}

private fun row(numbers: List<Number>) = FloatArray(numbers.size) { numbers[it].toFloat() }
