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
