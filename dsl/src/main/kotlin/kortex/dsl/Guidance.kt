package kortex.dsl

import kortex.tensor.SettingException

// The compiler shows these when a call doesn't fit the kind of its scope.
internal const val DENSE_ADVICE = "dense needs features: call flatten { } first"
internal const val CONV_ADVICE = "conv2d needs an image: declare it before flatten { }, in a network(image(…))"
internal const val POOL_ADVICE = "pooling needs an image: declare it before flatten { }, in a network(image(…))"
internal const val FLATTEN_ADVICE = "features are flat already: leave flatten out"
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

/** Behind a call that never compiles. */
internal fun misplaced(advice: String): Nothing = throw SettingException(advice, "See above.")

/** Not on images. */
@Deprecated(DENSE_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("denseOfImage")
public fun Out<Image>.dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Features> =
    misplaced(DENSE_ADVICE)

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
