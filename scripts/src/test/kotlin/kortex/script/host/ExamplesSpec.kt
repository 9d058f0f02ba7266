package kortex.script.host

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeGreaterThanOrEqual
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.copyTo
import kotlin.io.path.copyToRecursively
import kotlin.io.path.fileSize
import kotlin.math.abs

@OptIn(ExperimentalPathApi::class)
class ExamplesSpec : FunSpec({
    val examples = Path.of("examples")
    val bench = Bench()

    fun example(name: String, vararg args: String): Ran {
        val copy = bench.folder.resolve(name)
        if (!Files.exists(copy)) examples.resolve(name).copyTo(copy)
        return bench.run(name, *args)
    }

    beforeSpec {
        examples.resolve("data").copyToRecursively(bench.folder.resolve("data"), followLinks = false)
    }

    test("digits are recognised, and the network is kept") {
        val ran = example("digits.nn.kts")
        ran.err shouldBe ""
        ran.code shouldBe ExitCode.OK
        val accuracy = Regex("""validation loss [\d.]+, accuracy ([\d.]+)""").findAll(ran.out).last().groupValues[1]
        accuracy.toDouble() shouldBeGreaterThanOrEqual 0.98
        bench.folder.resolve("digits.safetensors").fileSize().toDouble() shouldBeGreaterThan 4.0 * 76_650
        Files.readString(bench.folder.resolve("digits.svg")) shouldContain "<svg"
    }

    test("the same seed prints the same losses") {
        val losses = List(2) {
            val ran = example("iris.nn.kts", "--width", "12")
            ran.code shouldBe ExitCode.OK
            Regex("""epoch \d+: .*""").findAll(ran.out).last().value
        }
        losses[0] shouldBe losses[1]
    }

    test("irises are told apart") {
        val right = Regex("""right: ([\d.]+) of 30""").find(example("iris.nn.kts").out)
        right?.groupValues.orEmpty()[1].toDouble() shouldBeGreaterThanOrEqual 28.0
    }

    test("the low level starts with z = 4 and its gradient 2/3, and fits a line") {
        val out = example("linear.nn.kts").out
        out shouldContain "z = 4.0\n"
        out shouldContain "dz/dx = [0.6666667 0.6666667 0.6666667]"
        val slope = Regex("""slope = \[([-\d.]+)]""").find(out)?.groupValues.orEmpty()[1].toDouble()
        slope shouldBeGreaterThan 2.95
        slope shouldBeLessThan 3.05
    }

    test("seven parameters learn five points by heart") {
        val rows = example("overfit.nn.kts").out.lines().filter { it.contains("best:") || it.contains("last:") }
        val errors = rows.map { row -> row.trim().split(Regex("\\s+")).slice(1..2).map { it.toDouble() } }
        val (line, polynomial) = errors[1] to errors[3]
        polynomial[0] shouldBeLessThan line[0]
        polynomial[1] shouldBeGreaterThan line[1]
        // Early stopping looked back to where the validation error was lowest.
        errors[2][1] shouldBeLessThan polynomial[1]
    }

    test("a cubic is fitted alike by hand, by the engine, and by a compiled loop") {
        val rows = example("cubic.nn.kts").out.lines().filter { it.contains("[") }
        val weights = rows.map { row ->
            Regex("""-?[\d.]+(e[-+]\d+)?""").findAll(row.substringAfter("[")).map { it.value.toDouble() }.toList()
        }
        weights.size shouldBe 4
        for (other in weights.drop(1)) {
            for (k in 0..3) abs(weights[0][k] - other[k]) shouldBeLessThan if (other === weights[3]) 0.02 else 1e-8
        }
    }

    test("Newton's method ends where the gradient is zero, and the gradient is right") {
        val out = example("logistic.nn.kts").out
        val row = Regex("""gradient there: \[(.*)]""").find(out)?.groupValues.orEmpty()[1]
        val gradient = row.trim().split(Regex("\\s+"))
        gradient.size shouldBe 3
        gradient.forEach { abs(it.toDouble()) shouldBeLessThan 1e-6 }
        out shouldContain "gradients agree"
    }

    test("two layers separate two spirals") {
        val right = Regex("""right: ([\d.]+)""").find(example("two-layers.nn.kts").out)?.groupValues.orEmpty()[1]
        right.toDouble() shouldBeGreaterThan 0.95
    }

    test("a recurrent network says what it was taught") {
        val sentence = "how much wood would a woodchuck chuck if a woodchuck could chuck wood? "
        example("char-rnn.nn.kts").out shouldContain sentence
    }
})
