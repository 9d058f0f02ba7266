package kortex.dsl

import kortex.data.Targets
import kortex.model.Accuracy
import kortex.model.CrossEntropy
import kortex.model.Metric
import kortex.model.Mse
import kortex.session.Precision
import kortex.tensor.SettingException
import kortex.train.Callback
import kortex.train.EarlyStopping
import kortex.train.TrainSettings
import kortex.data.Dataset as Examples

/**
 * How to train, inside `train(net, data) { }`. Everything has a default, and nothing can be set twice.
 *
 * @param I what the network takes
 * @param O what the network gives
 * @param T what it should answer
 */
@NnDsl
public class TrainScope<I : SignalKind, O : SignalKind, T : TargetKind> internal constructor(
    private val data: Examples
) {
    private var givenLoss: Loss<O, T>? by Once("loss", null)
    private var validationData: Examples? by Once("validate", null)
    private var chosenMetrics: List<Metric>? by Once("metrics", null)
    private var stopping: EarlyStopping? by Once("earlyStopping", null)
    private var checkpointFile: String? by Once("checkpoint", null)
    private var resumeFile: String? by Once("resume", null)
    private val repeated = ArrayList<Every>()

    /** What is made small; [crossEntropy] for class labels and [mse] for values by default. */
    public var loss: Loss<O, T>
        get() = givenLoss ?: Loss(if (data.targets() is Targets.Values) Mse() else CrossEntropy(0.0))
        set(value) {
            givenLoss = value
        }

    /** How parameters follow from gradients; [adamW] with a rate of 1e-3 by default. */
    public var optimizer: Optimizer by Once("optimizer", adamW())

    /** How often the whole dataset is visited, 1 or more; 10 by default. */
    public var epochs: Int by Once("epochs", DEFAULT_EPOCHS)

    /** Examples in a step, 1 or more; 32 by default. The last batch of an epoch may be smaller. */
    public var batch: Int by Once("batch", DEFAULT_BATCH)

    /** What the order of the examples and the random numbers of layers follow from; 0 by default. */
    public var seed: Long by Once("seed", 0L)

    /**
     * What products and convolutions run in, [f32] or [bf16]; f32 by default. With bf16 their operands are rounded and
     * summed in f32, which is faster on processors with AVX512-BF16 or AMX; on others the training says why it runs in
     * f32. Parameters, what the optimizer remembers, and checkpoints are f32 in any case.
     */
    public var precision: DType by Once("precision", f32)

    /** Whether nothing is printed but what the script prints; false by default. */
    public var quiet: Boolean by Once("quiet", false)

    /**
     * The most memory that a step may take, such as `2.GiB`: for parameters, what the optimizer remembers, the batch and
     * all that is computed; no bound by default. Where that is too little to keep every value for the backward pass,
     * layers are computed again there: the results are the same up to rounding, and the training says what it costs.
     * When even that does not fit, the training is refused before its first step.
     */
    public var memory: MemorySize? by Once("memory", null)

    /** What is measured on the data given to [validate], to be watched: `earlyStopping(on = validation.loss)`. */
    public val validation: Watched get() = Watched(onValidation = true)

    /** What is measured on the training batches, to be watched. */
    public val training: Watched get() = Watched(onValidation = false)

    /** Measures the network on [data] after every epoch. */
    public fun validate(data: Dataset<I, T>) {
        validationData = data.examples
    }

    /** What to measure on training batches and validation data; accuracy for class labels by default. */
    public fun metrics(block: MetricsScope<T>.() -> Unit) {
        chosenMetrics = MetricsScope<T>().apply(block).metrics
    }

    /**
     * Ends the training when it no longer gets better.
     *
     * @param on what is watched; the validation loss by default
     * @param patience epochs without improvement after which the training ends, 1 or more
     * @param minDelta how much better an improvement must be, 0 or more
     * @param restoreBest whether the network ends with the parameters of its best epoch
     */
    public fun earlyStopping(
        on: Monitor = validation.loss, patience: Int = 5, minDelta: Double = 0.0, restoreBest: Boolean = true
    ) {
        stopping = EarlyStopping(on, patience, minDelta, restoreBest)
    }

    /** Keeps the best epoch in a safetensors file, whose [path] is relative to the script's folder. */
    public fun checkpoint(path: String) {
        checkpointFile = path
    }

    /** Goes on from the checkpoint at [path], with its parameters, optimizer and epoch. */
    public fun resume(path: String) {
        resumeFile = path
    }

    /** Runs [block] again and again: `every(100.steps) { log(loss, learningRate) }`. */
    public fun every(span: TrainingSpan, block: EveryScope.() -> Unit) {
        if (span.span.count() < 1) {
            throw SettingException("every is $span, must be 1 or more", "Use every(100.steps) or every(1.epochs).")
        }
        repeated += Every(span, block)
    }

    internal fun settings(): TrainSettings {
        val display = if (quiet) null else TrainingDisplay(Console.standard(), checkpointFile)
        val builder = TrainSettings.builder(loss.spec, optimizer.spec).epochs(epochs).batchSize(batch).seed(seed)
        builder.precision(Precision.of(precision))
        measured().forEach { builder.metric(it) }
        validationData?.let { builder.validation(it) }
        stopping?.let { builder.earlyStopping(it) }
        checkpointFile?.let { builder.checkpoint(fileOf(it)) }
        resumeFile?.let { builder.resume(fileOf(it)) }
        memory?.let { builder.memory(it.bytes) }
        val say: (String) -> Unit = display?.let { it::say } ?: { line -> println(line) }
        repeated.forEach { builder.callback(it.callback(say)) }
        display?.let { builder.listener(it) }
        return builder.build()
    }

    private fun measured(): List<Metric> =
        chosenMetrics ?: if (data.targets() is Targets.Values) emptyList() else listOf(Accuracy())

    private companion object {
        const val DEFAULT_EPOCHS = 10
        const val DEFAULT_BATCH = 32
    }
}

private class Every(private val span: TrainingSpan, private val block: EveryScope.() -> Unit) {
    fun callback(say: (String) -> Unit): Callback = when (span) {
        is Steps -> EverySteps(span.count, block, say)
        is Epochs -> EveryEpochs(span.count, block, say)
    }
}
