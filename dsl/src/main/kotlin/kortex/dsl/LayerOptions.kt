package kortex.dsl

import kortex.model.Initializer
import kortex.model.RecurrentSettings
import kortex.model.Regularizer
import kortex.tensor.SettingException
import java.util.Optional

/** The ways to choose the first values of a parameter; `in` and `out` are the values that flow in and out. */
@NnDsl
public sealed class InitScope {
    /** Uniform in ±√(6 / (in + out)): the default of dense layers (Glorot and Bengio, 2010). */
    public val glorotUniform: Initializer get() = Initializer.glorotUniform()

    /** Normal with deviation √(2 / (in + out)). */
    public val glorotNormal: Initializer get() = Initializer.glorotNormal()

    /** Uniform in ±√(6 / in). */
    public val heUniform: Initializer get() = Initializer.heUniform()

    /** Normal with deviation √(2 / in): the default of convolutions (He et al., 2015). */
    public val heNormal: Initializer get() = Initializer.heNormal()

    /** Uniform in ±√(3 / in). */
    public val lecunUniform: Initializer get() = Initializer.lecunUniform()

    /** Normal with deviation √(1 / in) (LeCun et al., 1998). */
    public val lecunNormal: Initializer get() = Initializer.lecunNormal()

    /** All zeros. */
    public fun zeros(): Initializer = Initializer.zeros()

    /** All ones. */
    public fun ones(): Initializer = Initializer.ones()

    /** One [value] everywhere. */
    public fun constant(value: Double): Initializer = Initializer.constant(value)

    /** Uniform in [[low], [high]). */
    public fun uniform(low: Double, high: Double): Initializer = Initializer.uniform(low, high)

    /** Normal, with the given [mean] and standard [deviation]. */
    public fun normal(mean: Double = 0.0, deviation: Double = 1.0): Initializer = Initializer.normal(mean, deviation)
}

/** The first value of one parameter of a layer written by hand. */
public class WeightInit internal constructor() : InitScope()

/** What can be chosen for a layer with a weight: `dense(64) { init = glorotUniform; bias = false; l2 = 1e-4 }`. */
public sealed class WeightOptions(
    defaultInit: Initializer, defaultBiasInit: Initializer = Initializer.zeros()
) : InitScope() {
    /** How the weight starts. */
    public var init: Initializer by Once("init", defaultInit)

    /** How the bias starts; zeros by default, but for recurrent layers as the weight. */
    public var biasInit: Initializer by Once("biasInit", defaultBiasInit)

    /** Whether a number for each output is added; true by default. */
    public var bias: Boolean by Once("bias", true)

    /** The factor of the penalty `l2 · Σw²` on the weight, 0 or more; none by default. */
    public var l2: Double by Once("l2", 0.0)

    /** The factor of the penalty `l1 · Σ|w|` on the weight, 0 or more; none by default. */
    public var l1: Double by Once("l1", 0.0)

    internal fun penalty(): Regularizer? = when {
        l1 != 0.0 && l2 != 0.0 -> throw SettingException(
            "both l1 = $l1 and l2 = $l2 are set for one layer",
            "Keep one of them, or add the other to the loss of a hand-written loop."
        )
        l1 != 0.0 -> Regularizer.L1(l1)
        l2 != 0.0 -> Regularizer.L2(l2)
        else -> null
    }
}

/** The options of [FeaturesScope.dense]; the weight starts from `glorotUniform`. */
public class DenseOptions internal constructor() : WeightOptions(Initializer.glorotUniform())

/** The options of [SequenceScope.attention]; both weights start from `glorotUniform`. */
public class AttentionOptions internal constructor() : WeightOptions(Initializer.glorotUniform()) {
    /** The probability with which a weight of a step is 0 in training; the others are divided by what is left. */
    public var dropout: Double by Once("dropout", 0.0)
}

/** The options of [ImageScope.conv2d]; the weight starts from `heNormal`. */
public class ConvOptions internal constructor() : WeightOptions(Initializer.heNormal())

/** The options of [SequenceScope.lstm] and its like; all starts uniform in ±1/√units, as PyTorch's. */
public class RecurrentOptions internal constructor(private val units: Int) :
    WeightOptions(RecurrentSettings.initializer(units), RecurrentSettings.initializer(units)) {
    /** How the weight of the step before starts. */
    public var recurrentInit: Initializer by Once("recurrentInit", RecurrentSettings.initializer(units))

    internal fun settings() =
        RecurrentSettings(units, bias, init, recurrentInit, biasInit, Optional.ofNullable(penalty()))
}
