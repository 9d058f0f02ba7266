package kortex.bench

import kortex.dsl.Features
import kortex.dsl.Image
import kortex.dsl.Network
import kortex.dsl.Out
import kortex.dsl.Sequence
import kortex.dsl.Tokens
import kortex.dsl.add
import kortex.dsl.batchNorm
import kortex.dsl.conv2d
import kortex.dsl.features
import kortex.dsl.image
import kortex.dsl.network
import kortex.dsl.pad
import kortex.dsl.relu
import kortex.dsl.tokens

/** A fully connected network with tanh between its layers. */
internal fun tanhNet(inputs: Int, vararg units: Int): Network<Features, Features> = network(features(inputs)) {
    for (hidden in units.dropLast(1)) {
        dense(hidden)
        tanh()
    }
    dense(units.last())
}

/** A fully connected network with relu between its layers. */
internal fun reluNet(inputs: Int, vararg units: Int): Network<Features, Features> = network(features(inputs)) {
    for (hidden in units.dropLast(1)) {
        dense(hidden)
        relu()
    }
    dense(units.last())
}

/** LeNet-5 with padding in front (LeCun et al., 1998). */
internal fun leNet(): Network<Image, Features> = network(image(1, 28, 28)) {
    conv2d(6, kernel = 5, padding = pad(2))
    tanh()
    avgPool2d(2)
    conv2d(16, kernel = 5)
    tanh()
    avgPool2d(2)
    flatten {
        dense(120)
        tanh()
        dense(84)
        tanh()
        dense(10)
    }
}

/** ResNet-20 for small images, with a convolution in each shortcut that changes the shape (He et al., 2016). */
internal fun resNet20(): Network<Image, Features> = network(image(3, 32, 32)) {
    var x = current.convNorm(16, kernel = 3).relu()
    for (filters in listOf(16, 32, 64)) {
        repeat(3) { block -> x = x.residualBlock(filters, stride = if (block == 0 && filters > 16) 2 else 1) }
    }
    globalAvgPool { dense(10) }
}

private fun Out<Image>.residualBlock(filters: Int, stride: Int): Out<Image> {
    val body = convNorm(filters, kernel = 3, stride = stride).relu().convNorm(filters, kernel = 3)
    val shortcut = if (stride == 1) this else convNorm(filters, kernel = 1, stride = stride)
    return add(body, shortcut).relu()
}

private fun Out<Image>.convNorm(filters: Int, kernel: Int, stride: Int = 1): Out<Image> =
    conv2d(filters, kernel, stride, pad(kernel / 2)) { bias = false }.batchNorm()

/** A long short-term memory that guesses the next character. */
internal fun charLstm(): Network<Tokens, Sequence> = network(tokens(time = 64, vocabulary = 96)) {
    embedding(64) {
        lstm(256)
        dense(96)
    }
}

/** A small transformer that guesses the next token (Radford et al., 2019). */
internal fun smallGpt(): Network<Tokens, Sequence> = network(tokens(time = 128, vocabulary = 512)) {
    embedding(256) {
        positions()
        repeat(4) { transformerBlock(heads = 4) }
        layerNorm()
        dense(512) { bias = false }
    }
}
