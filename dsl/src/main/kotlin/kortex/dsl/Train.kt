package kortex.dsl

import kortex.dsl.params.ScriptParameters
import kortex.session.Precision
import kortex.session.Session
import kortex.tensor.SettingException
import kortex.train.Evaluation
import kortex.train.Scores
import kortex.train.StepResult
import kortex.train.Trainer
import kortex.model.Loss as LossSpec
import kortex.model.Metric as MetricSpec

/** What early stopping watches: `validation.loss`. */
public typealias Monitor = kortex.train.Monitor

/** What is measured on one set of data: on the validation data or on the training batches. */
public class Watched internal constructor(private val onValidation: Boolean) {
    /** The loss; lower is better. */
    public val loss: Monitor get() = Monitor(onValidation, "loss")

    /** The accuracy; higher is better. */
    public val accuracy: Monitor get() = metric("accuracy")

    /** The metric of that [name], which `metrics { }` declares. */
    public fun metric(name: String): Monitor = Monitor(onValidation, name)
}

/**
 * Trains [net] on [data] and returns what happened. The network is changed in place.
 *
 * What can be wrong is checked before the first step: sizes, classes and outputs, settings, and whether the checkpoint
 * can be written. Equal seeds give equal bits.
 *
 * @throws kortex.tensor.SettingException when a setting is out of range or given twice
 * @throws kortex.tensor.DataException when network and data don't fit
 * @throws kortex.train.TrainingException when the loss is not a number, or a parameter has no gradient
 */
public fun <I : SignalKind, O : SignalKind, T : TargetKind> train(
    net: Network<I, O>, data: Dataset<I, T>, configure: TrainScope<I, O, T>.() -> Unit = {}
): History {
    ScriptParameters.current()?.beforeWork()
    val settings = TrainScope<I, O, T>(data.examples).apply(configure).settings()
    return Trainer.fit(Session.shared(), net.model, data.examples, settings)
}

/**
 * One update of all parameters of [net] from the scalar that [loss] makes, with the penalties that its layers declare:
 * `val step = trainStep(net, opt) { crossEntropy(net(x), y) + 1e-4 * net.weights.l2() }`.
 *
 * Inside [loss] the network is in the training phase. The [optimizer] remembers what it keeps between steps.
 *
 * @param seed what the random numbers of layers follow from; that of the first step counts
 * @param precision what products run in, as [TrainScope.precision] says
 */
public fun trainStep(
    net: Network<*, *>, optimizer: Optimizer, seed: Long = 0, precision: DType = f32, loss: () -> Tensor
): StepResult {
    ScriptParameters.current()?.beforeWork()
    return optimizer.loop(net, seed).run(loss, Precision.of(precision))
}

/** One update of [variables] from the scalar that [loss] makes. */
public fun trainStep(
    variables: List<Variable>, optimizer: Optimizer, seed: Long = 0, precision: DType = f32, loss: () -> Tensor
): StepResult {
    ScriptParameters.current()?.beforeWork()
    if (variables.isEmpty()) throw SettingException("there is nothing to train", "Name at least one variable.")
    return optimizer.loop(variables, seed).run(loss, Precision.of(precision))
}

/**
 * How good the network is on [data]: the loss and the metrics, in the inference phase, with products in [precision] as
 * [TrainScope.precision] says.
 */
public fun <I : SignalKind, O : SignalKind, T : TargetKind> Network<I, O>.evaluate(
    data: Dataset<I, T>, loss: Loss<O, T>? = null, batch: Int = 256, precision: DType = f32,
    metrics: MetricsScope<T>.() -> Unit = {}
): Scores {
    val scope = TrainScope<I, O, T>(data.examples)
    loss?.let { scope.loss = it }
    val spec: LossSpec = scope.loss.spec
    val measured: List<MetricSpec> = MetricsScope<T>().apply(metrics).metrics
    val products = Precision.of(precision)
    return Evaluation.of(Session.shared(), model, data.examples, spec, measured, batch, products).run()
}

/** Only for class labels. */
@Deprecated(MSE_ADVICE, level = DeprecationLevel.ERROR)
public fun <O : SignalKind> TrainScope<*, O, Classes>.mse(): Loss<O, Classes> = misplaced(MSE_ADVICE)

/** Only for class labels. */
@Deprecated(CROSS_ENTROPY_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("crossEntropyOfValues")
public fun <O : SignalKind> TrainScope<*, O, Values>.crossEntropy(labelSmoothing: Double = 0.0): Loss<O, Values> =
    misplaced(CROSS_ENTROPY_ADVICE)

/** Only for class labels. */
@Deprecated(MSE_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("mseOfLabels")
public fun <O : SignalKind> TrainScope<*, O, Labels>.mse(): Loss<O, Labels> = misplaced(MSE_ADVICE)

/** Only for outputs that are a vector for each example. */
@Deprecated(LAST_STEP_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("crossEntropyOfSteps")
public fun TrainScope<*, Sequence, Classes>.crossEntropy(labelSmoothing: Double = 0.0): Loss<Sequence, Classes> =
    misplaced(LAST_STEP_ADVICE)

/** Only for outputs that are a vector for each step. */
@Deprecated(EACH_STEP_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("crossEntropyOfLabels")
public fun TrainScope<*, Features, Labels>.crossEntropy(labelSmoothing: Double = 0.0): Loss<Features, Labels> =
    misplaced(EACH_STEP_ADVICE)

/** Only for outputs that are features. */
@Deprecated(LOGITS_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("crossEntropyOfImages")
public fun TrainScope<*, Image, Classes>.crossEntropy(labelSmoothing: Double = 0.0): Loss<Image, Classes> =
    misplaced(LOGITS_ADVICE)

/** Kinds that don't fit. */
@Deprecated(IMAGE_NETWORK_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("trainImagesOnFeatures")
public fun <O : SignalKind, T : TargetKind> train(
    net: Network<Image, O>, data: Dataset<Features, T>, configure: TrainScope<Image, O, T>.() -> Unit = {}
): History = misplaced(IMAGE_NETWORK_ADVICE)

/** Kinds that don't fit. */
@Deprecated(TOKENS_NETWORK_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("trainTokensOnSequences")
public fun <O : SignalKind, T : TargetKind> train(
    net: Network<Tokens, O>, data: Dataset<Sequence, T>, configure: TrainScope<Tokens, O, T>.() -> Unit = {}
): History = misplaced(TOKENS_NETWORK_ADVICE)

/** Kinds that don't fit. */
@Deprecated(SEQUENCE_NETWORK_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("trainSequencesOnTokens")
public fun <O : SignalKind, T : TargetKind> train(
    net: Network<Sequence, O>, data: Dataset<Tokens, T>, configure: TrainScope<Sequence, O, T>.() -> Unit = {}
): History = misplaced(SEQUENCE_NETWORK_ADVICE)

/** Kinds that don't fit. */
@Deprecated(FEATURES_NETWORK_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("trainFeaturesOnImages")
public fun <O : SignalKind, T : TargetKind> train(
    net: Network<Features, O>, data: Dataset<Image, T>, configure: TrainScope<Features, O, T>.() -> Unit = {}
): History = misplaced(FEATURES_NETWORK_ADVICE)
