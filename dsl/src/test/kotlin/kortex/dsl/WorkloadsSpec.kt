package kortex.dsl

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe

/**
 * The networks by which Kortex is measured, in the language. The parameters are as many as those of the same networks in
 * PyTorch; small ones of the same form learn a batch by heart.
 */
class WorkloadsSpec : StringSpec({
    fun perceptron(vararg sizes: Int, activation: FeaturesScope.() -> Unit) = network(features(sizes.first())) {
        for (units in sizes.drop(1).dropLast(1)) {
            dense(units)
            activation()
        }
        dense(sizes.last())
    }

    fun leNet(size: Int, first: Int, second: Int) = network(image(1, size, size)) {
        conv2d(6, kernel = 5, padding = pad(2)); tanh(); avgPool2d(2)
        conv2d(16, kernel = 5); tanh(); avgPool2d(2)
        flatten { dense(first); tanh(); dense(second); tanh(); dense(10) }
    }

    fun ImageScope.conv(filters: Int, kernel: Int, stride: Int = 1) {
        conv2d(filters, kernel, stride, padding = pad(kernel / 2)) { bias = false }
        batchNorm()
    }

    fun ImageScope.basicBlock(filters: Int, stride: Int) {
        val shortcut: ImageScope.() -> Unit = { conv(filters, kernel = 1, stride) }
        residual(if (stride == 1) null else shortcut) {
            conv(filters, kernel = 3, stride); relu()
            conv(filters, kernel = 3)
        }
        relu()
    }

    fun resNet(size: Int, blocks: Int, vararg stages: Int) = network(image(3, size, size)) {
        conv(stages.first(), kernel = 3); relu()
        for (filters in stages) {
            repeat(blocks) { basicBlock(filters, stride = if (it == 0 && filters != stages.first()) 2 else 1) }
        }
        globalAvgPool { dense(10) }
    }

    fun characters(time: Int, vocabulary: Int, embedded: Int, units: Int) =
        network(tokens(time, vocabulary)) { embedding(embedded) { lstm(units); dense(vocabulary) } }

    fun gpt(time: Int, vocabulary: Int, width: Int, heads: Int, blocks: Int) =
        network(tokens(time, vocabulary)) {
            embedding(width, deviation = 0.02) {
                positions()
                repeat(blocks) { transformerBlock(heads) }
                layerNorm()
                dense(vocabulary) { bias = false }
            }
        }

    "W1 is a small perceptron" { perceptron(4, 16, 16, 3) { tanh() }.parameterCount shouldBe 403 }

    "W2 is a perceptron" { perceptron(784, 512, 512, 10) { relu() }.parameterCount shouldBe 669_706 }

    "W3 is LeNet-5" { leNet(28, 120, 84).parameterCount shouldBe 61_706 }

    "W4 is ResNet-20" { resNet(32, 3, 16, 32, 64).parameterCount shouldBe 272_474 }

    // PyTorch has a second bias for each of the 4 · 256 gates, which is only ever added to the first.
    "W5 is an LSTM of characters" { characters(64, 96, 64, 256).parameterCount shouldBe 360_544 - 4 * 256 }

    "W6 is a small GPT" { gpt(128, 512, 256, 4, 4).parameterCount shouldBe 3_454_464 }

    "W7 is a wide perceptron" { perceptron(4096, 4096, 4096, 1000) { relu() }.parameterCount shouldBe 37_659_624 }

    /** The losses of some steps on one batch. */
    fun losses(net: Network<*, *>, optimizer: Optimizer, x: Tensor, y: Tensor): List<Double> =
        List(6) { trainStep(net, optimizer) { crossEntropy(net(x), y) }.loss() }

    fun learns(name: String, net: Network<*, *>, optimizer: Optimizer, x: Tensor, y: Tensor) {
        val losses = losses(net, optimizer, x, y)
        withClue("$name: $losses") {
            losses.all { it.isFinite() } shouldBe true
            losses.last() shouldBeLessThan losses.first() - 0.02
        }
    }

    "small ones learn a batch by heart" {
        val random = random(3)
        fun labels(classes: Int, vararg shape: Int) = random.randint(*shape, high = classes.toLong())
        learns(
            "W1", perceptron(4, 16, 16, 3) { tanh() }, sgd(0.1), random.normal(16, 4), labels(3, 16)
        )
        learns(
            "W2", perceptron(12, 16, 16, 10) { relu() }, adam(1e-2), random.normal(8, 12), labels(10, 8)
        )
        learns("W3", leNet(12, 16, 12), sgd(0.05, momentum = 0.9), random.normal(4, 1, 12, 12), labels(10, 4))
        learns(
            "W4", resNet(8, 1, 4, 8, 16), sgd(0.05, momentum = 0.9) { weightDecay = 1e-4 },
            random.normal(4, 3, 8, 8), labels(10, 4)
        )
        learns("W5", characters(7, 11, 6, 8), adam(1e-2), labels(11, 3, 7), labels(11, 3, 7))
        learns("W6", gpt(7, 11, 8, 2, 2), adamW(1e-2) { weightDecay = 0.01 }, labels(11, 3, 7), labels(11, 3, 7))
        learns("W7", perceptron(32, 32, 32, 20) { relu() }, adam(1e-2), random.normal(8, 32), labels(20, 8))
    }

    "W8 answers one example" {
        perceptron(784, 512, 512, 10) { relu() }(zeros(1, 784)).shape().toString() shouldBe "[1, 10]"
        resNet(32, 3, 16, 32, 64)(zeros(1, 3, 32, 32)).toFloatArray().all { it.isFinite() } shouldBe true
    }
})
