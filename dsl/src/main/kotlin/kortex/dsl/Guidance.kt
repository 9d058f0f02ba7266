package kortex.dsl

import kortex.tensor.SettingException
import kortex.tensor.Shape

// The compiler shows these when a call doesn't fit the kind of its scope.
internal const val DENSE_ADVICE = "dense needs features: call flatten { } or globalAvgPool { } first"
internal const val CONV_ADVICE = "conv2d needs an image: declare it before flatten { }, in a network(image(…))"
internal const val POOL_ADVICE = "pooling needs an image: declare it before flatten { }, in a network(image(…))"
internal const val FLATTEN_ADVICE = "features are flat already: leave flatten out"
internal const val TOKENS_ADVICE = "tokens are names, not quantities: call embedding(features) { } first"
internal const val EMBEDDED_ADVICE = "embedding needs tokens: declare network(tokens(time = …, vocabulary = …))"
internal const val SEQUENCE_ADVICE =
    "this needs a sequence: declare network(sequence(…)) or tokens(…), and call it before lastStep { } or flatten { }"
internal const val SEQUENCE_NORM_ADVICE = "batchNorm is for images and features: use layerNorm() on sequences"
internal const val IMAGE_NORM_ADVICE = "this normalises features: use batchNorm() on images"
internal const val LAST_STEP_ADVICE =
    "the network gives a sequence, the dataset one class for each example: end it with lastStep { dense(classes) }"
internal const val EACH_STEP_ADVICE =
    "the dataset has a label for each step: end the network with dense(classes) on the sequence"
internal const val TOKENS_NETWORK_ADVICE =
    "the network takes tokens, the dataset has other inputs: make it with dataset(tokens(…), …)"
internal const val SEQUENCE_NETWORK_ADVICE =
    "the network takes sequences, the dataset has other inputs: make it with dataset(sequence(…), …)"
internal const val MSE_ADVICE = "mse needs Values (a dataset made by values(…)); class labels need crossEntropy()"
internal const val CROSS_ENTROPY_ADVICE =
    "crossEntropy needs Classes (a dataset made by labels(…)); Values need mse()"
internal const val LOGITS_ADVICE =
    "crossEntropy needs a network that ends with features: end it with flatten { dense(classes) }"
internal const val IMAGE_NETWORK_ADVICE =
    "the network takes images, the dataset has features: load it with image(…), or declare network(features(…))"
internal const val FEATURES_NETWORK_ADVICE =
    "the network takes features, the dataset has images: load it with features(…), or declare network(image(…))"
internal const val CLASS_METRIC_ADVICE = "this metric needs Classes (a dataset made by labels(…)); use mae() or mse()"
internal const val VALUE_METRIC_ADVICE =
    "this metric needs Values (a dataset made by values(…)); use accuracy()"

internal const val COMPARE_ADVICE = "tensors are compared element by element: x gt y, x ge y, x lt y, x le y, x eq y"
internal const val SET_ADVICE =
    "a tensor keeps its numbers: x.with(0, value = 1) makes another; val x = variable(…) can be set"

internal const val TRANSFORM_ADVICE = "this makes a function of a function; call what it gives: grad(f)(x), vmap(f)(xs)"
internal const val GRAD_ADVICE =
    "only variables gather gradients: declare val x = variable(…) and call backward(), or say grad(z, x)"

internal const val TRANSPOSE_ADVICE = "say x.transpose(), of the last two axes, or x.permute(…) of all"
internal const val EXTENT_ADVICE = "say x.shape(), and x.shape().extent(0) for an extent"
internal const val ARGMAX_ADVICE = "say x.argMax(axis)"
internal const val ARGMIN_ADVICE = "say x.argMin(axis)"
internal const val RANGE_ADVICE = "say arange(3), or arange(start, stop, step)"
internal const val DRAW_ADVICE = "numbers are drawn from a seed: val random = random(7), then random.normal(3, 3)"

/** Behind a call that never compiles. */
internal fun misplaced(advice: String): Nothing = throw SettingException(advice, "See above.")

/** Not on images. */
@Deprecated(DENSE_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("denseOfImage")
public fun Out<Image>.dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Features> =
    misplaced(DENSE_ADVICE)

/** Not on sequences. */
@Deprecated(SEQUENCE_NORM_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("batchNormOfSequence")
public fun Out<Sequence>.batchNorm(momentum: Double = 0.1, epsilon: Double = 1e-5): Out<Sequence> =
    misplaced(SEQUENCE_NORM_ADVICE)

/** Not on features. */
@Deprecated(CONV_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("conv2dOfFeatures")
public fun Out<Features>.conv2d(
    filters: Int, kernel: Int, stride: Int = 1, padding: Padding = valid, groups: Int = 1, dilation: Int = 1,
    configure: ConvOptions.() -> Unit = {}
): Out<Image> = misplaced(CONV_ADVICE)

/** Not of tensors. */
@Deprecated(COMPARE_ADVICE, level = DeprecationLevel.ERROR)
public operator fun Tensor.compareTo(other: Any): Int = misplaced(COMPARE_ADVICE)

/** Not of tensors that are no variables. */
@Deprecated(SET_ADVICE, level = DeprecationLevel.ERROR)
public operator fun Tensor.set(vararg index: Any, value: Any): Unit = misplaced(SET_ADVICE)

/** Not with the argument. */
@Deprecated(TRANSFORM_ADVICE, ReplaceWith("grad(f)(x)"), DeprecationLevel.ERROR)
public fun grad(f: (Tensor) -> Tensor, x: Tensor): Tensor = misplaced(TRANSFORM_ADVICE)

/** Not with the argument. */
@Deprecated(TRANSFORM_ADVICE, ReplaceWith("jacobian(f)(x)"), DeprecationLevel.ERROR)
public fun jacobian(f: (Tensor) -> Tensor, x: Tensor): Tensor = misplaced(TRANSFORM_ADVICE)

/** Not with the argument. */
@Deprecated(TRANSFORM_ADVICE, ReplaceWith("hessian(f)(x)"), DeprecationLevel.ERROR)
public fun hessian(f: (Tensor) -> Tensor, x: Tensor): Tensor = misplaced(TRANSFORM_ADVICE)

/** Not with the argument. */
@Deprecated(TRANSFORM_ADVICE, ReplaceWith("vmap(f)(x)"), DeprecationLevel.ERROR)
public fun vmap(f: (Tensor) -> Tensor, x: Tensor): Tensor = misplaced(TRANSFORM_ADVICE)

/** Not of tensors that are no variables. */
@Deprecated(GRAD_ADVICE, level = DeprecationLevel.ERROR)
public val Tensor.grad: Tensor get() = misplaced(GRAD_ADVICE)

/** Not by this name. */
@Deprecated(TRANSPOSE_ADVICE, ReplaceWith("transpose()"), DeprecationLevel.ERROR)
@Suppress("PropertyName", "ktlint:standard:property-naming")
public val Tensor.T: Tensor get() = misplaced(TRANSPOSE_ADVICE)

/** Not by brackets. */
@Deprecated(EXTENT_ADVICE, ReplaceWith("extent(axis)"), DeprecationLevel.ERROR)
public operator fun Shape.get(axis: Int): Long = misplaced(EXTENT_ADVICE)

/** Not as a property. */
@Deprecated(EXTENT_ADVICE, ReplaceWith("shape()"), DeprecationLevel.ERROR)
public val Tensor.shape: Shape get() = misplaced(EXTENT_ADVICE)

/** Not by this name. */
@Deprecated(ARGMAX_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("argmaxOfThis")
public fun Tensor.argmax(vararg axes: Int): Tensor = misplaced(ARGMAX_ADVICE)

/** Not by this name. */
@Deprecated(ARGMIN_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("argminOfThis")
public fun Tensor.argmin(vararg axes: Int): Tensor = misplaced(ARGMIN_ADVICE)

/** Not by this name. */
@Deprecated(ARGMAX_ADVICE, level = DeprecationLevel.ERROR)
public fun argmax(x: Tensor, vararg axes: Int): Tensor = misplaced(ARGMAX_ADVICE)

/** Not by this name. */
@Deprecated(ARGMIN_ADVICE, level = DeprecationLevel.ERROR)
public fun argmin(x: Tensor, vararg axes: Int): Tensor = misplaced(ARGMIN_ADVICE)

/** Not by this name. */
@Deprecated(RANGE_ADVICE, ReplaceWith("arange(*numbers)"), DeprecationLevel.ERROR)
public fun range(vararg numbers: Number): Tensor = misplaced(RANGE_ADVICE)

/** Not without a seed. */
@Deprecated(DRAW_ADVICE, level = DeprecationLevel.ERROR)
public fun normal(vararg shape: Int): Tensor = misplaced(DRAW_ADVICE)

/** Not without a seed. */
@Deprecated(DRAW_ADVICE, level = DeprecationLevel.ERROR)
public fun uniform(vararg shape: Int): Tensor = misplaced(DRAW_ADVICE)
