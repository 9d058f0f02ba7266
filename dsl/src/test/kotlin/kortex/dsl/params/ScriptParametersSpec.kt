package kortex.dsl.params

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kortex.dsl.logScale
import kortex.dsl.param
import kortex.tensor.SettingException

private enum class Cell { GRU, LSTM }

/** A script's declarations, as its compiled class would hold them. */
private class Declarations {
    val hidden by param(128, "width of the hidden layer", range = 32..512)
    val rate by param(1e-3, "learning rate", range = logScale(1e-4, 1e-1))
    val batchSize by param(64L)
    val augment by param(false)
    val optimizer by param("adam", choices = listOf("adam", "sgd"))
    val cell by param(Cell.GRU)
}

private val DECLARED = listOf("hidden", "rate", "batchSize", "augment", "optimizer", "cell")
    .map { DeclaredParam(it, isSwitch = it == "augment") }

private fun parse(vararg args: String, takesArguments: Boolean = false) =
    ScriptParameters.parse("digits.nn.kts", args.asList(), DECLARED, takesArguments)

private fun run(vararg args: String) = parse(*args).run { bind { Declarations() } to this }

private fun failure(vararg args: String) = shouldThrow<ParameterException> { run(*args) }

class ScriptParametersSpec : FunSpec({
    test("outside the host every parameter has its default") {
        val script = Declarations()
        script.hidden shouldBe 128
        script.rate shouldBe 1e-3
        script.cell shouldBe Cell.GRU
    }

    test("values come from the command line, in every spelling") {
        val args = "--hidden 256 --rate=3e-4 --batch-size 1_000 --augment --optimizer sgd --cell lstm".split(' ')
        val (script, parameters) = run(*args.toTypedArray())
        script.hidden shouldBe 256
        script.rate shouldBe 3e-4
        script.batchSize shouldBe 1000L
        script.augment shouldBe true
        script.optimizer shouldBe "sgd"
        script.cell shouldBe Cell.LSTM
        parameters.values() shouldContainExactly mapOf(
            "hidden" to 256, "rate" to 3e-4, "batchSize" to 1000L,
            "augment" to true, "optimizer" to "sgd", "cell" to Cell.LSTM
        )
    }

    test("a property's own spelling is understood, and the last of two flags counts") {
        run("--batchSize", "3", "--batchSize", "5").first.batchSize shouldBe 5L
    }

    test("a switch is set, unset and given a value") {
        run("--augment").first.augment shouldBe true
        run("--no-augment").first.augment shouldBe false
        run("--augment", "false").first.augment shouldBe false
        run("--augment=true").first.augment shouldBe true
        failure("--augment=maybe").what() shouldBe "--augment takes true or false, not maybe"
    }

    test("unknown flags are named all at once, each with the nearest one") {
        val error = shouldThrow<ParameterException> { parse("--hiden", "3", "--learning", "3") }
        error.problems.map { it.what } shouldContainExactly listOf(
            "digits.nn.kts has no parameter --hiden",
            "digits.nn.kts has no parameter --learning"
        )
        error.problems.first().remedy shouldBe "--hidden"
        error.problems.last().remedy shouldContain "--rate"
    }

    test("an ill-typed value is refused with the type and range expected") {
        val error = failure("--rate", "fast")
        error.what() shouldBe "--rate takes a number in 1e-4..0.1 on a log scale, not fast"
        error.remedy() shouldBe "--rate 0.001"
        failure("--hidden", "12.5").what() shouldBe "--hidden takes a whole number in 32..512, not 12.5"
        failure("--cell", "gruu").remedy() shouldBe "--cell gru"
        failure("--optimizer", "adm").what() shouldBe "--optimizer takes one of adam, sgd, not adm"
    }

    test("a value outside the range is refused, and so is what is no number") {
        failure("--hidden", "8").what() shouldBe "--hidden is 8, outside 32..512"
        failure("--rate", "NaN").what() shouldBe "--rate is NaN, not finite"
        failure("--rate", "1d").what() shouldContain "takes a number"
    }

    test("a flag without its value is refused") {
        failure("--hidden").what() shouldBe "--hidden needs a value"
        failure("--hidden", "--augment").what() shouldBe "--hidden needs a value"
    }

    test("negative numbers are values and arguments, not flags") {
        parse("-3", "x", takesArguments = true).arguments shouldContainExactly listOf("-3", "x")
        failure("--hidden", "-3").what() shouldBe "--hidden is -3, outside 32..512"
    }

    test("arguments after -- are the script's, whatever they look like") {
        parse("a", "--", "--help", "-x", takesArguments = true).arguments shouldContainExactly
            listOf("a", "--help", "-x")
    }

    test("an argument that nobody reads is refused") {
        val error = failure("hidden=3")
        error.what() shouldBe "digits.nn.kts takes no argument such as hidden=3"
        error.remedy() shouldBe "--hidden=3"
    }

    test("help leaves the script after its last declaration") {
        val parameters = parse("--help", "--hidden", "not read")
        shouldThrow<HelpRequested> { parameters.bind { Declarations() } }
        parameters.parameters.map { it.name } shouldContainExactly DECLARED.map { it.name }
        shouldThrow<HelpRequested> { parameters.beforeWork() }
        parse().beforeWork()
    }

    test("a declaration inside a function is refused, since nothing knew of it") {
        val error = shouldThrow<SettingException> {
            parse().bind {
                val depth by param(3)
                depth
            }
        }
        error.what() shouldContain "depth"
    }

    test("a default outside its range is the author's error") {
        shouldThrow<SettingException> { object { val depth by param(9, range = 1..5) } }
            .what() shouldBe "the default of parameter depth is 9, outside 1..5"
    }

    test("a log scale starts above zero") {
        shouldThrow<SettingException> { logScale(0.0, 1.0) }
        logScale(1, 100).shouldBeInstanceOf<ClosedRange<Int>>().contains(10) shouldBe true
    }
})
