package kortex.dsl

import kortex.optimizer.Adam
import kortex.optimizer.AdamW
import kortex.optimizer.Clip
import kortex.optimizer.Constant
import kortex.optimizer.Moments
import kortex.optimizer.Sgd
import kortex.session.Session
import kortex.tensor.SettingException
import kortex.train.TrainStep
import java.util.IdentityHashMap
import kortex.optimizer.Optimizer as OptimizerSpec

/**
 * How parameters follow from their gradients; made by [sgd], [adam] and [adamW].
 *
 * In a hand-written loop it remembers, for each network or list of variables, what the algorithm keeps between steps.
 * [train] starts afresh each time.
 */
public class Optimizer internal constructor(
    /** The algorithm as a value. */
    public val spec: OptimizerSpec
) {
    private val loops = IdentityHashMap<Any, TrainStep>()
    private val variableLoops = HashMap<List<Variable>, TrainStep>()

    internal fun loop(net: Network<*, *>, seed: Long): TrainStep =
        loops.getOrPut(net.model) { TrainStep.of(Session.shared(), net.model, spec, seed) }

    internal fun loop(variables: List<Variable>, seed: Long): TrainStep =
        variableLoops.getOrPut(variables) { TrainStep.of(Session.shared(), variables, spec, seed) }

    override fun toString(): String = spec.toString()
}

/** What all optimizers can be told. */
@NnDsl
public sealed class OptimizerOptions(decay: Double) {
    /** The weight decay, 0 or more. For [adamW] decoupled from the gradient and 0.01 by default, else 0. */
    public var weightDecay: Double by Once("weightDecay", decay)

    /** The largest Euclidean norm of each parameter's gradient, above 0; longer ones are shortened. */
    public var clipNorm: Double? by Once("clipNorm", null)

    /** The largest Euclidean norm of all gradients together, above 0 (Pascanu et al., 2013). */
    public var clipGlobalNorm: Double? by Once("clipGlobalNorm", null)

    /** The largest absolute value of an element of a gradient, above 0. */
    public var clipValue: Double? by Once("clipValue", null)

    internal fun finish(spec: OptimizerSpec): Optimizer {
        val clips = listOfNotNull(
            clipNorm?.let { Clip.Norm(it) }, clipGlobalNorm?.let { Clip.GlobalNorm(it) }, clipValue?.let { Clip.Value(it) }
        )
        if (clips.size > 1) {
            throw SettingException("gradients are clipped in ${clips.size} ways: $clips", "Keep one of them.")
        }
        return Optimizer(clips.fold(spec) { whole, clip -> whole.clipped(clip) })
    }
}

/** The options of [sgd]. */
public class SgdOptions internal constructor() : OptimizerOptions(decay = 0.0)

/** The options of [adam] and [adamW]. */
public class AdamOptions internal constructor(decay: Double) : OptimizerOptions(decay) {
    /** The decay of the running mean of gradients, 0 ≤ beta1 < 1. */
    public var beta1: Double by Once("beta1", Moments.DEFAULT.beta1())

    /** The decay of the running mean of squared gradients, 0 ≤ beta2 < 1. */
    public var beta2: Double by Once("beta2", Moments.DEFAULT.beta2())

    /** Added to the root of the mean of squares, above 0. */
    public var epsilon: Double by Once("epsilon", Moments.DEFAULT.epsilon())

    internal fun moments() = Moments(beta1, beta2, epsilon)
}

/**
 * Stochastic gradient descent: with `g ← gradient + weightDecay · p` and `v ← momentum · v + g`, a parameter moves by
 * `−rate · v`, or by `−rate · (g + momentum · v)` with [nesterov].
 *
 * @param rate the learning rate
 * @param momentum 0 ≤ momentum < 1
 * @param nesterov looks ahead (Sutskever et al., 2013); needs momentum
 * @throws SettingException when a value is out of range
 */
public fun sgd(
    rate: Schedule, momentum: Double = 0.0, nesterov: Boolean = false, configure: SgdOptions.() -> Unit = {}
): Optimizer {
    val options = SgdOptions().apply(configure)
    return options.finish(Sgd(rate, momentum, nesterov, options.weightDecay))
}

/** Stochastic gradient descent with a constant [rate]. */
public fun sgd(
    rate: Double = 1e-2, momentum: Double = 0.0, nesterov: Boolean = false, configure: SgdOptions.() -> Unit = {}
): Optimizer = sgd(Constant(rate), momentum, nesterov, configure)

/**
 * Adam (Kingma and Ba, 2015): a parameter moves by `−rate · m̂ / (√v̂ + epsilon)`, with the corrected running means m̂
 * of its gradient and v̂ of the squares.
 *
 * @throws SettingException when a value is out of range
 */
public fun adam(rate: Schedule, configure: AdamOptions.() -> Unit = {}): Optimizer {
    val options = AdamOptions(decay = 0.0).apply(configure)
    return options.finish(Adam(rate, options.moments(), options.weightDecay))
}

/** Adam with a constant [rate]. */
public fun adam(rate: Double = 1e-3, configure: AdamOptions.() -> Unit = {}): Optimizer =
    adam(Constant(rate), configure)

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019): `p ← p · (1 − rate · weightDecay)`, then Adam's move.
 *
 * @throws SettingException when a value is out of range
 */
public fun adamW(rate: Schedule, configure: AdamOptions.() -> Unit = {}): Optimizer {
    val options = AdamOptions(decay = 0.01).apply(configure)
    return options.finish(AdamW(rate, options.moments(), options.weightDecay))
}

/** Adam with decoupled weight decay and a constant [rate]. */
public fun adamW(rate: Double = 1e-3, configure: AdamOptions.() -> Unit = {}): Optimizer =
    adamW(Constant(rate), configure)
