package kortex.dsl

import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kortex.data.Dataset
import kortex.model.Accuracy
import kortex.optimizer.AdamW
import kortex.session.Session
import kortex.train.TrainSettings
import kortex.train.Trainer
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import kortex.model.Loss as LossSpec

class DisplaySpec : StringSpec({
    val data = Dataset.of(Array(8) { floatArrayOf(it.toFloat()) }, IntArray(8) { it / 4 })

    /** What is shown while each look at the clock takes [pause]. */
    fun shown(live: Boolean, pause: Long): Pair<String, History> {
        val bytes = ByteArrayOutputStream()
        var now = 0L
        val console = Console(PrintStream(bytes, true), live) { now += pause; now }
        val settings = TrainSettings.builder(LossSpec.crossEntropy(), AdamW.of(0.01)).epochs(12).batchSize(4)
            .metric(Accuracy()).validation(data).listener(TrainingDisplay(console, "best.safetensors")).build()
        val net = network(features(1)) { dense(2) }
        val history = Trainer.fit(Session.shared(), net.model, data, settings)
        return Pair(bytes.toString(), history)
    }

    "without a terminal there are few lines, and no control characters" {
        val (text, _) = shown(live = false, pause = 1_000_000)
        text shouldNotContain "\u001b"
        text shouldContain "epoch  1/12  loss "
        text shouldContain "epoch 12/12  loss "
        text.lines().size shouldBeLessThan 6
    }

    "a slow training shows each epoch" {
        shown(live = false, pause = 3_000_000_000).first.lines().count { it.startsWith("epoch") } shouldBe 12
    }

    "a terminal has one line that is rewritten" {
        val (text, _) = shown(live = true, pause = 200_000_000)
        text shouldContain "\r\u001b[K"
        text shouldContain "epoch 3/12  ━"
        text shouldContain "  validation accuracy "
        text shouldContain " left"
    }

    "a loop written by hand shows its numbers, now and then" {
        val bytes = ByteArrayOutputStream()
        var now = 0L
        val display = LoopDisplay(Console(PrintStream(bytes, true), live = false) { now += 1_000_000_000; now })
        repeat(4) { display.show(listOf("loss" to 0.5, "epoch" to it)) }
        bytes.toString().lines() shouldBe listOf("step 1  loss 0.5000  epoch 0", "step 3  loss 0.5000  epoch 2", "")
    }

    "the summary names the best epoch and where it is kept" {
        val (text, history) = shown(live = false, pause = 1_000_000)
        text shouldContain "best by validation loss: epoch ${history.best.epoch()}"
        text shouldContain "kept in best.safetensors"
        text shouldContain "samples/s; all epochs done"
    }

    "a plot is an SVG with the curves of both data" {
        val folder = tempdir()
        shown(live = false, pause = 1).second.plot("$folder/curves.svg")
        val svg = folder.resolve("curves.svg").readText()
        svg shouldContain "<svg"
        listOf("loss", "accuracy", "training", "validation", "epoch", "best epoch").forEach { svg shouldContain it }
    }
})
