package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.floats.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kortex.dsl.params.DeclaredParam
import kortex.dsl.params.HelpRequested
import kortex.dsl.params.ScriptParameters
import kortex.tensor.DataException
import kortex.tensor.DeviceException
import kortex.tensor.SettingException
import kotlin.math.abs

private fun net(seed: Long = 0) =
    network(features(2), seed) { dense(8); tanh(); dropout(0.1); dense(2) { l2 = 1e-3 } }

/** Two classes, told apart by which of two numbers is larger. */
private val pairs = List(40) { listOf((it * 7 % 11) / 11.0, (it * 5 % 13) / 13.0) }
private val data = dataset(pairs, pairs.map { (a, b) -> if (a > b) 1 else 0 })
private val curve = dataset(List(9) { listOf(it / 4.0 - 1) }, List(9) { val x = it / 4.0 - 1; x * x })

private fun Network<*, *>.numbers() = parameters.flatMap { it.toFloatArray().toList() }

class TrainSpec : StringSpec({
    "training makes the loss smaller and measures accuracy unasked" {
        val history = train(net(), data) { optimizer = adamW(0.02); epochs = 20; batch = 8; quiet = true }
        history.last.train().loss() shouldBeLessThan history.epochs().first().train().loss() / 2
        history.last.train().metrics().keys shouldBe setOf("accuracy")
    }

    "values are learnt with the mean squared error" {
        val net = network(features(1)) { dense(16); tanh(); dense(1) }
        val history = train(net, curve) {
            loss = mse(); optimizer = adam(0.02); epochs = 150; batch = 9; quiet = true; metrics { mae() }
        }
        history.best.train().loss() shouldBeLessThan 0.01
        history.best.train().metrics().keys shouldBe setOf("mae")
    }

    "images are trained on" {
        val images = dataset(image(1, 2, 2), FloatArray(32) { (it * 7 % 5).toFloat() }, IntArray(8) { it % 2 })
        val net = network(image(1, 2, 2)) { conv2d(2, 3, padding = same); batchNorm(); relu(); flatten { dense(2) } }
        val history = train(net, images) {
            loss = crossEntropy(labelSmoothing = 0.05); epochs = 3; quiet = true; metrics { confusionMatrix() }
        }
        history.best.confusion.flatten().sum() shouldBe 8
    }

    "products run in bf16, and everything else in f32" {
        val wide = network(features(2)) { dense(256); tanh(); dense(256); tanh(); dense(2) }
        val history = train(wide, data) { epochs = 8; batch = 40; precision = bf16; quiet = true }
        history.last.train().loss() shouldBeLessThan history.epochs().first().train().loss()
        wide.parameters.map { it.dtype() }.toSet() shouldBe setOf(f32)
        abs(wide.evaluate(data, precision = bf16).loss() - wide.evaluate(data).loss()) shouldBeLessThan 5e-3
        val x = tensor(pairs)
        val y = tensor(IntArray(pairs.size) { if (pairs[it][0] > pairs[it][1]) 1 else 0 })
        val step = trainStep(wide, adam(1e-3), precision = bf16) { crossEntropy(wide(x), y) }
        abs(step.loss() - history.last.train().loss()) shouldBeLessThan 0.1
    }

    "a precision is f32 or bf16, once" {
        val wrong = shouldThrow<SettingException> { train(net(), data) { precision = f16; quiet = true } }
        wrong.message shouldContain "precision is f16, must be f32 or bf16"
        shouldThrow<SettingException> { train(net(), data) { precision = bf16; precision = f32 } }
            .message shouldContain "precision is set twice: bf16, then f32"
    }

    "the same seed gives the same bits" {
        fun run(order: Long): List<Float> {
            val net = net()
            train(net, data) { epochs = 3; batch = 8; seed = order; quiet = true }
            return net.numbers()
        }
        run(5) shouldBe run(5)
        run(5) shouldNotBe run(6)
    }

    "a loop written by hand makes the same steps" {
        val losses = arrayListOf<Double>()
        val fitted = net()
        train(fitted, data) {
            optimizer = adamW(0.01) { clipNorm = 1.0 }
            epochs = 2; batch = 16; seed = 3; quiet = true
            every(1.steps) { losses += loss.value }
        }
        val looped = net()
        val opt = adamW(0.01) { clipNorm = 1.0 }
        val byHand = (0L..1L).flatMap { epoch ->
            data.batches(16, seed = 3, epoch = epoch).map { (x, y) ->
                trainStep(looped, opt, seed = 3) { crossEntropy(looped(x), y) }.loss()
            }
        }
        byHand.zip(losses).forEach { (a, b) -> abs(a - b) shouldBeLessThan 1e-5 }
        looped.numbers().zip(fitted.numbers()).forEach { (a, b) -> abs(a - b).toDouble() shouldBeLessThan 1e-4 }
    }

    "variables alone are trained" {
        val w = variable(0.0)
        val opt = sgd(0.1, momentum = 0.5, nesterov = true)
        repeat(60) { trainStep(listOf(w), opt) { (w - 3).square().sum() } }
        abs(w.toFloatArray()[0] - 3.0) shouldBeLessThan 1e-3
    }

    "early stopping ends and restores the best epoch" {
        val net = net()
        val history = train(net, data.take(30)) {
            optimizer = adam(0.3); epochs = 200; batch = 8; quiet = true
            validate(data)
            earlyStopping(on = validation.loss, patience = 3, restoreBest = true)
        }
        (history.epochs().size < 200) shouldBe true
        val best = history.best.validation().orElseThrow().loss()
        abs(net.evaluate(data) { accuracy() }.loss() - best) shouldBeLessThan 1e-5
    }

    "checkpoints and saved networks are loaded" {
        val folder = tempdir()
        val net = net()
        train(net, data) { epochs = 2; quiet = true; checkpoint("$folder/best.safetensors") }
        net.save("$folder/last.safetensors")
        val other = net(seed = 9)
        other.load("$folder/last.safetensors")
        other.numbers() shouldBe net.numbers()
        other.load("$folder/best.safetensors")
        shouldThrow<DataException> { network(features(2)) { dense(3) }.load("$folder/last.safetensors") }
    }

    "every runs at steps and epochs, and stops" {
        val seen = arrayListOf<String>()
        val history = train(net(), data) {
            optimizer = sgd(exponential(0.1, decay = 0.5, every = 1.epochs, staircase = true))
            epochs = 9; batch = 10; quiet = true
            every(3.steps) { seen += "step $step in epoch $epoch" }
            every(2.epochs) { if (learningRate.value < 0.1) stop() }
        }
        history.epochs().size shouldBe 2
        seen.take(2) shouldBe listOf("step 3 in epoch 1", "step 6 in epoch 2")
    }

    "settings out of range or given twice are refused, with value and remedy" {
        fun refused(configure: TrainScope<Features, Features, Classes>.() -> Unit) =
            shouldThrow<SettingException> { train(net(), data) { quiet = true; configure() } }.what()
        refused { epochs = 0 } shouldContain "epochs is 0"
        refused { batch = 0 } shouldContain "batch is 0"
        refused { epochs = 2; epochs = 3 } shouldBe "epochs is set twice: 2, then 3"
        refused { loss = crossEntropy(); loss = crossEntropy(0.1) } shouldContain "loss is set twice"
        refused { validate(data); validate(data) } shouldContain "validate is set twice"
        refused { optimizer = adam(-1e-3) } shouldContain "learning rate is -0.001"
        refused { optimizer = sgd(0.1, momentum = 1.5) } shouldContain "momentum is 1.5"
        refused { optimizer = adam(cosine(1e-3, warmup = 90.steps, total = 9.steps)) } shouldContain
            "warmup is 90.steps"
        refused { optimizer = adam { clipNorm = 1.0; clipValue = 1.0 } } shouldContain "clipped in 2 ways"
        refused { every(0.steps) { } } shouldContain "every is 0.steps"
        refused { earlyStopping() } shouldContain "no validation data"
        refused { validate(data); earlyStopping(on = validation.metric("recall")) } shouldContain "recall"
    }

    "a memory budget changes nothing but the memory" {
        val wide = dataset(List(64) { row -> List(8) { (row * 7 + it * 3) % 11 / 11.0 } }, List(64) { it % 2 })
        fun run(budget: MemorySize?): List<Float> {
            val net = network(features(8), seed = 3) { repeat(6) { dense(512); tanh(); dropout(0.1) }; dense(2) }
            train(net, wide) { optimizer = sgd(0.1); epochs = 2; batch = 64; quiet = true; budget?.let { memory = it } }
            return net.numbers()
        }
        val kept = run(null)
        run(7.MiB).zip(kept).forEach { (some, all) -> some shouldBe (all plusOrMinus 1e-5f) }
        val refused = shouldThrow<DeviceException> { run(1.MiB) }
        refused.what() shouldContain "the budget is 1.0 MiB"
        shouldThrow<SettingException> { run(0.MiB) }.what() shouldContain "memory is 0 bytes"
        listOf(2.GiB, 1.5.GiB, 3.MiB).map { it.toString() } shouldBe listOf("2.GiB", "1536.MiB", "3.MiB")
    }

    "more classes than outputs are refused before the first step" {
        val many = dataset(pairs, List(40) { it % 3 })
        shouldThrow<DataException> { train(net(), many) { quiet = true } }.what() shouldContain "3 classes (0, 1, 2)"
    }

    "parameters drive the settings, and help does no work" {
        fun run(vararg args: String): Int {
            val declared = listOf(DeclaredParam("rounds", isSwitch = false))
            return ScriptParameters.parse("tiny.nn.kts", args.asList(), declared, takesArguments = false).bind {
                val rounds by param(1, "epochs to train", range = 1..9)
                train(net(), data) { epochs = rounds; quiet = true }.epochs().size
            }
        }
        run() shouldBe 1
        run("--rounds", "3") shouldBe 3
        shouldThrow<HelpRequested> { run("--help") }
    }
})
