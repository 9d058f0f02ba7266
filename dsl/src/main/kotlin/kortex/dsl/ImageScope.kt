package kortex.dsl

import kortex.model.Size2d

/** The layers of images, `[batch, channels, height, width]`. */
public class ImageScope internal constructor(draft: NetworkDraft) : LayerScope<Image>(draft) {
    /**
     * A convolution: `[batch, channels, h, w] → [batch, filters, h', w']` with
     * `h' = ⌊(h + padding − reach) / stride⌋ + 1`, `reach = (kernel − 1) · dilation + 1`.
     *
     * @param filters channels of the output
     * @param kernel extent of the window, for both axes
     * @param stride elements from window to window
     * @param padding zeros around the image: [valid] for none, [same] for an output of `⌈h / stride⌉`, or [pad]
     * @param groups blocks of channels that don't see each other; divides channels and filters
     * @param dilation distance of neighbouring elements of the window
     * @param configure initialisers, bias, penalty
     * @throws kortex.tensor.SettingException when a size is below 1
     */
    public fun conv2d(
        filters: Int, kernel: Int, stride: Int = 1, padding: Padding = valid, groups: Int = 1, dilation: Int = 1,
        configure: ConvOptions.() -> Unit = {}
    ): Out<Image> = current.conv2d(filters, kernel, stride, padding, groups, dilation, configure)

    /** A convolution with windows of different height and width: `conv2d(16, kernel = size(3, 5))`. */
    public fun conv2d(
        filters: Int, kernel: Size2d, stride: Size2d = size(1, 1), padding: Padding = valid, groups: Int = 1,
        dilation: Size2d = size(1, 1), configure: ConvOptions.() -> Unit = {}
    ): Out<Image> = current.conv2d(filters, kernel, stride, padding, groups, dilation, configure)

    /**
     * The largest element of each window: `[batch, channels, h, w] → [batch, channels, h', w']`.
     *
     * @param size extent of the window, for both axes
     * @param stride elements from window to window; windows lie side by side by default
     * @param padding elements around the image, which are never the largest
     */
    public fun maxPool2d(size: Int = 2, stride: Int = size, padding: Padding = valid): Out<Image> =
        current.maxPool2d(size, stride, padding)

    /** The mean of each window, padding left out; sizes as for [maxPool2d]. */
    public fun avgPool2d(size: Int = 2, stride: Int = size, padding: Padding = valid): Out<Image> =
        current.avgPool2d(size, stride, padding)

    /**
     * A block whose input is added to its output, so that it learns the difference (He et al., 2016). The block keeps
     * the shape: `padding = same`, stride 1, as many filters as channels; or [shortcut] brings the input to the shape of
     * the output.
     *
     * @param shortcut layers between the input and the addition, such as
     *   `residual(shortcut = { conv2d(32, kernel = 1, stride = 2) { bias = false }; batchNorm() }) { … }`; none by default
     */
    public fun residual(shortcut: (ImageScope.() -> Unit)? = null, block: ImageScope.() -> Unit): Out<Image> =
        current.residual(shortcut, block)

    /** The elements of each image in one row, `[batch, …] → [batch, n]`, and the layers of features behind. */
    public fun flatten(block: FeaturesScope.() -> Unit = {}): Out<Features> = current.flatten(block)

    /** The mean of each channel over all places, `[batch, channels, h, w] → [batch, channels]`, and the layers behind. */
    public fun globalAvgPool(block: FeaturesScope.() -> Unit = {}): Out<Features> = current.globalAvgPool(block)

    /** Not on images. */
    @Deprecated(DENSE_ADVICE, level = DeprecationLevel.ERROR)
    public fun dense(units: Int, configure: DenseOptions.() -> Unit = {}): Out<Features> = misplaced(DENSE_ADVICE)

    /** Not on images. */
    @Deprecated(IMAGE_NORM_ADVICE, level = DeprecationLevel.ERROR)
    public fun layerNorm(epsilon: Double = 1e-5): Out<Image> = misplaced(IMAGE_NORM_ADVICE)

    /** Not on images. */
    @Deprecated(IMAGE_NORM_ADVICE, level = DeprecationLevel.ERROR)
    public fun rmsNorm(epsilon: Double = 1e-5): Out<Image> = misplaced(IMAGE_NORM_ADVICE)

    /** Not on images. */
    @Deprecated(SEQUENCE_ADVICE, level = DeprecationLevel.ERROR)
    public fun lstm(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
        misplaced(SEQUENCE_ADVICE)

    /** Not on images. */
    @Deprecated(SEQUENCE_ADVICE, level = DeprecationLevel.ERROR)
    public fun gru(units: Int, configure: RecurrentOptions.() -> Unit = {}): Out<Sequence> =
        misplaced(SEQUENCE_ADVICE)

    /** Not on images. */
    @Deprecated(SEQUENCE_ADVICE, level = DeprecationLevel.ERROR)
    public fun attention(
        heads: Int, causal: Boolean = true, configure: DenseOptions.() -> Unit = {}
    ): Out<Sequence> = misplaced(SEQUENCE_ADVICE)

    /** Not on images. */
    @Deprecated(EMBEDDED_ADVICE, level = DeprecationLevel.ERROR)
    public fun embedding(features: Int): Out<Sequence> = misplaced(EMBEDDED_ADVICE)
}
