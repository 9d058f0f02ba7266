package kortex.dsl

import declared.convBlock
import declared.tooLargeKernel
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.SettingException
import kortex.tensor.ShapeException

class NetworkBuilderSpec : StringSpec({
    "a last flatten makes the network one of features" {
        val net: Network<Image, Features> = network(image(1, 8, 8)) {
            convBlock(4)
            residual { convBlock(4) }
            maxPool2d(2)
            flatten { dense(16) { bias = false; init = glorotUniform }; relu(); dropout(0.2); dense(10) }
        }
        net.spec.outputShape().toString() shouldBe "[10]"
        net.parameters.map { it.name() } shouldContain "flatten/dense1/weight"
        net.spec.toString() shouldBe """
            network(image(1, 8, 8)) {
                conv2d(4, kernel = 3, padding = same)
                batchNorm()
                relu()
                residual {
                    conv2d(4, kernel = 3, padding = same)
                    batchNorm()
                    relu()
                }
                maxPool2d(2)
                flatten {
                    dense(16, bias = false)
                    relu()
                    dropout(0.2)
                    dense(10)
                }
            }
        """.trimIndent()
    }

    "scope style and value style say the same" {
        val scoped = network(image(2, 6, 6)) {
            residual { conv2d(2, kernel = 3, padding = same); relu() }
            avgPool2d(2)
            flatten { dense(3) }
        }
        val valued = network(image(2, 6, 6)) {
            current.residual { conv2d(2, kernel = 3, padding = same).relu() }.avgPool2d(2).flatten { dense(3) }
        }
        scoped.spec shouldBe valued.spec
    }

    "values make any graph without cycles" {
        val net = network(image(1, 6, 6)) {
            val a = conv2d(16, 3)
            val b = a.conv2d(16, 3, padding = same)
            val c = a.conv2d(16, 1)
            add(a, b) + c
        }
        net.spec.outputShape().toString() shouldBe "[16, 4, 4]"
        net.spec.nodes().map { it.inputs() } shouldContainExactly
            listOf(listOf(-1), listOf(0), listOf(0), listOf(0, 1), listOf(3, 2))
    }

    "the returned value is the output, wherever it was declared" {
        val net = network(features(3)) {
            val first = dense(5)
            dense(7)
            first
        }
        net.spec.outputShape().toString() shouldBe "[5]"
    }

    "convolutions take groups, dilation, padding and sizes for each axis" {
        val net = network(image(4, 9, 9)) {
            conv2d(8, kernel = size(3, 1), stride = size(2, 1), padding = pad(1)) { l2 = 1e-4; bias = false }
            conv2d(8, 3, groups = 4, dilation = 2, padding = pad(top = 2, bottom = 2))
            flatten()
        }
        net.spec.shapes().map { it.toString() } shouldContainExactly listOf("[8, 5, 11]", "[8, 5, 7]", "[280]")
    }

    "a layer written by hand has parameters and a function" {
        val scale = layer("scale") {
            val g by weight(features) { constant(2.0) }
            forward { x -> x * g }
        }
        val net = network(features(3)) { scale(); layer("shift") { forward { it + 1 } } }
        net.parameters.map { it.name() } shouldContainExactly listOf("scale1/g")
        net(tensor(listOf(listOf(1, 2, 3)))).toFloatArray().toList() shouldBe listOf(3f, 5f, 7f)
    }

    "a layer written by hand must say what it does, and keep the axes" {
        shouldThrow<ShapeException> {
            network(features(3)) { layer("nothing") { } }
        }.what() shouldContain "layer nothing has no forward"
        shouldThrow<ShapeException> {
            network(features(3)) { layer("folded") { forward { it.sum(1) } } }
        }.what() shouldContain "changes the number of axes"
    }

    "all problems are told at once, with file, line, path and shapes" {
        val error = shouldThrow<ShapeException> { tooLargeKernel() }
        error.what() shouldContain "2 problems in this network"
        error.what() shouldContain "at conv1   Networks.kt:10  conv2d(4, kernel = 9)"
        error.what() shouldContain "at flatten/residual1/add1   Networks.kt:13"
        error.what() shouldContain "add needs inputs of one shape, got [3] and [4]"
        error.what() shouldContain "flatten/dense1 [3] (line 12)"
    }

    "an option is set once" {
        val error = shouldThrow<SettingException> { network(features(2)) { dense(3) { l2 = 0.1; l2 = 0.2 } } }
        error.what() shouldBe "l2 is set twice: 0.1, then 0.2"
    }

    "a value belongs to one network" {
        val stray = arrayListOf<Out<Features>>()
        network(features(2)) { dense(3).also { stray += it } }
        shouldThrow<SettingException> { network(features(2)) { add(dense(3), stray.first()) } }
    }

    "the same seed gives the same parameters" {
        fun weights(seed: Long) = network(features(2), seed) { dense(3) }.parameters.first().toFloatArray().toList()
        (weights(1) == weights(1)) shouldBe true
        (weights(1) == weights(2)) shouldBe false
    }
})
