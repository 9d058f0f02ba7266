package kortex.dsl

import kortex.model.CrossEntropy
import kortex.model.Mse
import kortex.model.Loss as LossSpec

/**
 * What training makes small, for networks that give [O] and datasets that want [T].
 *
 * @param O what the network gives
 * @param T what it should answer
 */
public class Loss<O : SignalKind, T : TargetKind> internal constructor(
    /** The loss as a value. */
    public val spec: LossSpec
) {
    override fun toString(): String = spec.toString()
}

/**
 * Cross entropy of the network's outputs as logits and class labels, `[batch, classes]` and `[batch]` or `[batch, time,
 * classes]` and `[batch, time]`: the mean over all labels of `−Σ q · logSoftmax(logits)`, with q of `1 − labelSmoothing` at
 * the label plus `labelSmoothing / classes` everywhere.
 *
 * @param labelSmoothing 0 ≤ labelSmoothing < 1 (Szegedy et al., 2016)
 * @throws kortex.tensor.SettingException when the smoothing is out of range
 */
public fun <T : TargetKind, O : Scores<T>> crossEntropy(labelSmoothing: Double = 0.0): Loss<O, T> =
    Loss(CrossEntropy(labelSmoothing))

/** Mean squared error: the mean of `(output − target)²` over all elements. */
public fun <O : SignalKind> mse(): Loss<O, Values> = Loss(Mse())

/** A loss written by hand: [function] makes a scalar, the mean over the batch, of outputs and targets. */
public fun <O : SignalKind, T : TargetKind> lossOf(
    name: String, function: (output: Tensor, target: Tensor) -> Tensor
): Loss<O, T> = Loss(
    object : LossSpec {
        override fun of(output: Tensor, target: Tensor): Tensor = function(output, target)

        override fun toString(): String = "$name()"
    }
)
