package kortex.dsl

import kortex.model.Activations

/** `log(1 + e^x)`, without overflow. */
public fun softplus(x: Tensor): Tensor = x.softplus()

/** `log(1 / (1 + e^−x))`, without overflow. */
public fun logSigmoid(x: Tensor): Tensor = x.logSigmoid()

/** [x] above 0, `slope · x` elsewhere. */
public fun leakyRelu(x: Tensor, slope: Double = 0.01): Tensor = Activations.leakyRelu(x, slope)

/**
 * [x] above 0, `slopes · x` elsewhere: one slope, or one for each channel, which are axis 1.
 *
 * @throws kortex.tensor.ShapeException for another number of slopes
 */
public fun prelu(x: Tensor, slopes: Tensor): Tensor = Activations.prelu(x, slopes)

/** [x] above 0, `alpha (e^x − 1)` elsewhere. */
public fun elu(x: Tensor, alpha: Double = 1.0): Tensor = Activations.elu(x, alpha)

/** [elu] scaled so that it keeps mean 0 and variance 1. */
public fun selu(x: Tensor): Tensor = Activations.selu(x)

/** [x] above 0, `alpha (e^(x / alpha) − 1)` elsewhere. */
public fun celu(x: Tensor, alpha: Double = 1.0): Tensor = Activations.celu(x, alpha)

/** `x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`, which is near [gelu]. */
public fun geluTanh(x: Tensor): Tensor = Activations.geluTanh(x)

/** `x / (1 + e^−x)`, also called swish. */
public fun silu(x: Tensor): Tensor = Activations.silu(x)

/** `x · tanh(log(1 + e^x))`. */
public fun mish(x: Tensor): Tensor = Activations.mish(x)

/** `x / (1 + |x|)`. */
public fun softsign(x: Tensor): Tensor = Activations.softsign(x)

/** `(x + 3) / 6`, held between 0 and 1. */
public fun hardSigmoid(x: Tensor): Tensor = Activations.hardSigmoid(x)

/** `x · hardSigmoid(x)`. */
public fun hardSwish(x: Tensor): Tensor = Activations.hardSwish(x)

/**
 * The first half of [axis] times the sigmoid of the second: `[.., 2n] → [.., n]`.
 *
 * @throws kortex.tensor.ShapeException when the extent is odd
 */
public fun glu(x: Tensor, axis: Int = -1): Tensor = Activations.glu(x, axis)

/**
 * [silu] of the first half of [axis] times the second: `[.., 2n] → [.., n]`.
 *
 * @throws kortex.tensor.ShapeException when the extent is odd
 */
public fun swiglu(x: Tensor, axis: Int = -1): Tensor = Activations.swiglu(x, axis)
