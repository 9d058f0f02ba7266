package kortex.dsl

import kortex.model.AvgPool2d
import kortex.model.Conv2d
import kortex.model.MaxPool2d
import kortex.model.Size2d
import kortex.model.Window2d
import java.util.Optional

/** Zeros around an image before a window moves over it: [valid], [same] or [pad]. */
public typealias Padding = kortex.model.Padding

/** No padding: windows lie inside the image. */
public val valid: Padding get() = kortex.model.Padding.VALID

/** As much padding as makes the output `⌈extent / stride⌉`; an odd element goes at the end. */
public val same: Padding get() = kortex.model.Padding.SAME

/** The same number of elements on all four sides. */
public fun pad(all: Int): Padding = kortex.model.Padding.of(all, all)

/** A number of elements for each side. */
public fun pad(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0): Padding =
    kortex.model.Padding.Explicit(top, bottom, left, right)

/** A height and a width, in elements. */
public fun size(height: Int, width: Int): Size2d = Size2d(height, width)

/** See [ImageScope.conv2d]. */
public fun Out<Image>.conv2d(
    filters: Int, kernel: Int, stride: Int = 1, padding: Padding = valid, groups: Int = 1, dilation: Int = 1,
    configure: ConvOptions.() -> Unit = {}
): Out<Image> =
    conv2d(filters, Size2d.of(kernel), Size2d.of(stride), padding, groups, Size2d.of(dilation), configure)

/** See [ImageScope.conv2d]. */
public fun Out<Image>.conv2d(
    filters: Int, kernel: Size2d, stride: Size2d = size(1, 1), padding: Padding = valid, groups: Int = 1,
    dilation: Size2d = size(1, 1), configure: ConvOptions.() -> Unit = {}
): Out<Image> {
    val options = ConvOptions().apply(configure)
    val penalty = Optional.ofNullable(options.penalty())
    val layer = Conv2d(
        filters, kernel, stride, padding, dilation, groups, options.bias, options.init, options.biasInit, penalty
    )
    return draft.add(layer, this)
}

/** See [ImageScope.maxPool2d]. */
public fun Out<Image>.maxPool2d(size: Int = 2, stride: Int = size, padding: Padding = valid): Out<Image> =
    draft.add(MaxPool2d(window(size, stride, padding)), this)

/** See [ImageScope.avgPool2d]. */
public fun Out<Image>.avgPool2d(size: Int = 2, stride: Int = size, padding: Padding = valid): Out<Image> =
    draft.add(AvgPool2d(window(size, stride, padding)), this)

private fun window(size: Int, stride: Int, padding: Padding) = Window2d(Size2d.of(size), Size2d.of(stride), padding)
