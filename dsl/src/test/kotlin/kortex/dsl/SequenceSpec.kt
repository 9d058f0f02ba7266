package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.DataException
import kortex.tensor.SettingException
import kortex.tensor.ShapeException
import kotlin.random.Random

class SequenceSpec : StringSpec({
    "tokens become a sequence, and a sequence features" {
        val net: Network<Tokens, Features> = network(tokens(time = 9, vocabulary = 20)) {
            embedding(8) {
                positions()
                transformerBlock(heads = 2, causal = false)
                gru(6)
                lastStep { dense(3) }
            }
        }
        net.spec.outputShape().toString() shouldBe "[3]"
        net.spec.toString() shouldBe """
            network(tokens(time = 9, vocabulary = 20)) {
                embedding(8) {
                    positions()
                    transformerBlock(2, causal = false)
                    gru(6)
                    lastStep {
                        dense(3)
                    }
                }
            }
        """.trimIndent()
        net.toString() shouldBe """
            layer                        output  parameters   FLOPs
            input                        [9]
            embedding                    [9, 8]         160
            embedding/positions1         [9, 8]          72      72
            embedding/transformerBlock1  [9, 8]         872  19,152
            embedding/gru1               [9, 6]         276   5,184
            embedding/lastStep           [6]
            embedding/lastStep/dense1    [3]             21      39
            total                                     1,401  24,447
        """.trimIndent()
    }

    "every layer of sequences prints as the script has it" {
        val net = network(sequence(time = 5, features = 6)) {
            layerNorm(); rmsNorm(epsilon = 1e-6); positions(deviation = 0.5)
            lstm(6) { bias = false }
            simpleRnn(6)
            attention(3, causal = false) { bias = false }
            transformerBlock(2, expansion = 2)
            residual(shortcut = { dense(4) }) { dense(8); silu(); dense(4) }
            logSoftmax()
            globalAvgPool()
        }
        net.spec.toString() shouldBe """
            network(sequence(time = 5, features = 6)) {
                layerNorm()
                rmsNorm(epsilon = 1.0E-6)
                positions(deviation = 0.5)
                lstm(6, bias = false)
                simpleRnn(6)
                attention(3, causal = false, bias = false)
                transformerBlock(2, expansion = 2, causal = true)
                residual(shortcut = {
                    dense(4)
                }) {
                    dense(8)
                    silu()
                    dense(4)
                }
                logSoftmax()
                globalAvgPool()
            }
        """.trimIndent()
        net.spec shouldBe network(sequence(time = 5, features = 6)) {
            current.layerNorm().rmsNorm(1e-6).positions(0.5).lstm(6) { bias = false }.simpleRnn(6)
                .attention(3, causal = false) { bias = false }.transformerBlock(2, expansion = 2)
                .residual(shortcut = { dense(4) }) { dense(8).silu().dense(4) }.logSoftmax().globalAvgPool()
        }.spec
        net.spec shouldNotBe network(sequence(time = 5, features = 6)) { layerNorm(); globalAvgPool() }.spec
    }

    "parameters have names for checkpoints" {
        val net = network(sequence(time = 5, features = 4)) { gru(3); dense(4); attention(2) }
        net.parameters.map { it.name() + it.shape() } shouldContainExactly listOf(
            "gru1/weight[9, 4]", "gru1/recurrent[9, 3]", "gru1/bias[9]", "gru1/recurrentBias[3]",
            "dense1/weight[4, 3]", "dense1/bias[4]",
            "attention1/qkv/weight[12, 4]", "attention1/qkv/bias[12]",
            "attention1/out/weight[4, 4]", "attention1/out/bias[4]"
        )
    }

    "weights start as PyTorch's do" {
        val net = network(tokens(time = 3, vocabulary = 400)) {
            embedding(50) { positions(); lstm(100) { recurrentInit = zeros(); l2 = 0.5 } }
        }
        fun deviation(name: String) = net.parameter(name).square().mean().item()
        (deviation("embedding/weight") in 0.95..1.05) shouldBe true
        (deviation("embedding/positions1/weight") in 0.0003..0.0005) shouldBe true
        // Uniform in ±1/√units.
        (deviation("embedding/lstm1/weight") in 0.0032..0.0035) shouldBe true
        net.parameter("embedding/lstm1/weight").abs().max().item() shouldBeGreaterThan 0.099
        deviation("embedding/lstm1/recurrent") shouldBe 0.0
    }

    "a shortcut brings the input to the shape of the output" {
        val net = network(image(3, 8, 8)) {
            residual(shortcut = { conv2d(8, kernel = 1, stride = 2) { bias = false }; batchNorm() }) {
                conv2d(8, kernel = 3, stride = 2, padding = same); relu()
                residual { relu() }
            }
            globalAvgPool { dense(2) }
        }
        net.spec.nodes().map { it.path() } shouldContainExactly listOf(
            "residual1/shortcut/conv1", "residual1/shortcut/batchNorm1", "residual1/conv1", "residual1/relu1",
            "residual1/residual1/relu1", "residual1/residual1/add1", "residual1/add1",
            "globalAvgPool", "globalAvgPool/dense1"
        )
        net.spec.toString() shouldBe """
            network(image(3, 8, 8)) {
                residual(shortcut = {
                    conv2d(8, kernel = 1, stride = 2, bias = false)
                    batchNorm()
                }) {
                    conv2d(8, kernel = 3, stride = 2, padding = same)
                    relu()
                    residual {
                        relu()
                    }
                }
                globalAvgPool {
                    dense(2)
                }
            }
        """.trimIndent()
    }

    "sizes that don't fit are told with a remedy, all at once" {
        val error = shouldThrow<ShapeException> {
            network(tokens(time = 4, vocabulary = 5)) {
                embedding(6) {
                    attention(4)
                    transformerBlock(heads = 5)
                    residual { dense(7) }
                    lstm(3)
                    lastStep { dense(2) }
                }
            }
        }
        error.what() shouldContain "3 problems in this network"
        error.what() shouldContain "attention with 4 heads cannot divide the features of [4, 6]"
        error.what() shouldContain "Try: Choose heads that divide 6."
        error.what() shouldContain "attention with 5 heads cannot divide the features of [4, 6]"
        error.what() shouldContain "add needs inputs of one shape, got [4, 6] and [4, 7]"
        error.what() shouldContain "tokens(time = 4, vocabulary = 5) → embedding [4, 6]"
    }

    "numbers out of range are told where they are written" {
        val small = sequence(time = 2, features = 4)
        val wrongs: Map<String, () -> Any> = mapOf(
            "units is 0" to { network(small) { lstm(0) } },
            "units is -1" to { network(small) { gru(-1) } },
            "heads is 0" to { network(small) { attention(0) } },
            "expansion is 0" to { network(small) { transformerBlock(2, expansion = 0) } },
            "epsilon is 0.0" to { network(small) { layerNorm(0.0) } },
            "epsilon is -1.0" to { network(small) { rmsNorm(-1.0) } },
            "deviation is -1.0" to { network(small) { positions(-1.0) } },
            "vocabulary is 0" to { tokens(time = 3, vocabulary = 0) },
            "features is 0" to { network(tokens(time = 3, vocabulary = 2)) { embedding(0) } }
        )
        for ((what, wrong) in wrongs) shouldThrow<SettingException> { wrong() }.what() shouldContain what
        shouldThrow<ShapeException> { sequence(time = 0, features = 4) }.what() shouldContain "sequence"
    }

    "a network of tokens takes whole numbers of its vocabulary" {
        val net = network(tokens(time = 2, vocabulary = 5)) { embedding(3) }
        net(tensor(listOf(listOf(0, 4)), dtype = i64)).shape().toString() shouldBe "[1, 2, 3]"
        shouldThrow<ShapeException> { net(zeros(1, 2)) }.what() shouldBe
            "the network takes i32[batch, 2], got f32[1, 2]"
        val outside = shouldThrow<DataException> { net(tensor(listOf(listOf(0, 5)), dtype = i32)).toFloatArray() }
        outside.what() shouldContain "token 5 at [0, 1] is out of range for a vocabulary of 5"
        shouldThrow<DataException> { net(tensor(listOf(listOf(-1, 1)), dtype = i32)).toFloatArray() }
    }

    "train learns the token that follows, and one class for each sequence" {
        val random = Random(5)
        val texts = Array(60) { Random(it).nextInt(4).let { start -> IntArray(6) { t -> (start + t) % 4 } } }
        val following = Array(60) { i -> IntArray(6) { t -> (texts[i][t] + 1) % 4 } }
        val steps = dataset(tokens(time = 6, vocabulary = 4), texts, following).split(seed = 1)
        val each = network(tokens(time = 6, vocabulary = 4)) { embedding(8) { simpleRnn(8); dense(4) } }
        train(each, steps.train) {
            loss = crossEntropy(); optimizer = adam(0.02); epochs = 30; quiet = true
            metrics { accuracy(); confusionMatrix() }
            validate(steps.test)
        }
        each.evaluate(steps.test) { accuracy() }.metrics()["accuracy"] shouldBe 1.0

        val whole = dataset(tokens(time = 6, vocabulary = 4), texts, IntArray(60) { texts[it][0] })
        val one = network(tokens(time = 6, vocabulary = 4)) { embedding(8) { lstm(8); lastStep { dense(4) } } }
        train(one, whole) { optimizer = adam(0.05); epochs = 25; quiet = true }
        one.evaluate(whole) { accuracy() }.metrics()["accuracy"] shouldBe 1.0

        val signals = FloatArray(40 * 12) { random.nextFloat() }
        val larger = Array(40) { i -> IntArray(4) { t -> if (signals[i * 12 + t * 3] > 0.5f) 1 else 0 } }
        val numbers = network(sequence(time = 4, features = 3)) { dense(8); tanh(); dense(2) }
        val history = train(numbers, dataset(sequence(time = 4, features = 3), signals, larger)) {
            optimizer = adam(0.05); epochs = 20; quiet = true
        }
        history.last.train().loss() shouldBeLessThan history.epochs().first().train().loss()
    }

    "attention of tensors takes masks, scales and shared heads" {
        val q = Tensor.of(FloatArray(24) { it * 0.1f }, 1, 2, 3, 4)
        val k = Tensor.of(FloatArray(12) { 1f - it / 5f }, 1, 1, 3, 4)
        val first = tensor(true, false, false)
        val onlyFirst = scaledDotProductAttention(q, k, k, mask = first)
        for (row in onlyFirst.toFloatArray().toList().chunked(4)) row shouldBe k.toFloatArray().take(4)
        val flat = scaledDotProductAttention(q, k, k, scale = 0.0).toFloatArray()
        flat[0].toDouble() shouldBe (0.2 plusOrMinus 1e-6)
        val causal = scaledDotProductAttention(q, k, k, causal = true).toFloatArray()
        causal.take(4) shouldBe k.toFloatArray().take(4)
        shouldThrow<ShapeException> { scaledDotProductAttention(q, k, k, mask = tensor(true, false)) }
            .what() shouldContain "do not broadcast"
        shouldThrow<SettingException> { scaledDotProductAttention(q, k, k, scale = Double.NaN) }
    }

    "dropped weights of attention train, and are all there in inference" {
        val net = network(sequence(time = 4, features = 4)) {
            attention(2, causal = false) { dropout = 0.5 }
            globalAvgPool { dense(2) }
        }
        net.spec.toString() shouldContain "attention(2, causal = false, dropout = 0.5)"
        val x = Tensor.of(FloatArray(48) { (it % 7) * 0.3f }, 3, 4, 4)
        net(x).toFloatArray().toList() shouldBe net(x).toFloatArray().toList()
        val signals = FloatArray(20 * 16) { (it % 11) * 0.1f }
        val data = dataset(sequence(time = 4, features = 4), signals, IntArray(20) { it % 2 })
        val history = train(net, data) { optimizer = adam(0.01); epochs = 3; quiet = true }
        history.epochs().size shouldBe 3
        shouldThrow<SettingException> {
            network(sequence(time = 4, features = 4)) {
                attention(2) { dropout = 1.0 }
                globalAvgPool { dense(2) }
            }
        }.what() shouldContain "attention dropout is 1.0"
    }

    "datasets of tokens say what is wrong" {
        val input = tokens(time = 2, vocabulary = 3)
        shouldThrow<DataException> { dataset(input, arrayOf(intArrayOf(0, 3)), intArrayOf(0)) }.what() shouldContain
            "token 1 of example 0 is 3, but the vocabulary has 3"
        shouldThrow<DataException> { dataset(input, arrayOf(intArrayOf(0)), intArrayOf(0)) }.what() shouldContain
            "example 0 has 1 tokens, tokens(time = 2, vocabulary = 3) has 2 steps"
        shouldThrow<DataException> { dataset(input, arrayOf(intArrayOf(0, 1)), arrayOf(intArrayOf(0, -1))) }
            .what() shouldContain "label 1 of example 0 is -1"
        val rows = arrayOf(intArrayOf(0, 1), intArrayOf(2, 2))
        val data = dataset(input, rows, arrayOf(intArrayOf(1, 0), intArrayOf(2, 5)))
        val net = network(tokens(time = 2, vocabulary = 3)) { embedding(2) { dense(3) } }
        shouldThrow<DataException> { train(net, data) }.what() shouldContain "has 6 classes, the network has 3 outputs"
        val smaller = network(tokens(time = 2, vocabulary = 2)) { embedding(2) { dense(6) } }
        shouldThrow<DataException> { train(smaller, data) }.what() shouldContain
            "has tokens of a vocabulary of 3, that of the network has 2"
        shouldThrow<DataException> { data.standardize() }.what() shouldContain "the inputs are tokens"
        val (x, y) = data.all()
        x.type().toString() shouldBe "i32[2, 2]"
        y.toList() shouldBe listOf(listOf(1, 0), listOf(2, 5))
    }
})
