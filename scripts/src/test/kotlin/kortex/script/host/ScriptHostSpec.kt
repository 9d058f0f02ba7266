package kortex.script.host

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith

private const val DIGITS = """
#!/usr/bin/env nn
// test.nn.kts: recognises digits
// in a few lines
enum class Cell { GRU, LSTM }

val hidden by param(128, "width of the hidden layer", range = 32..512)
val rate by param(1e-3, "learning rate", range = logScale(1e-4, 1e-1))
val augment by param(false, "flip the images")
val cell by param(Cell.GRU, "the recurrent cell")
println("training ${'$'}hidden ${'$'}rate ${'$'}augment ${'$'}cell ${'$'}{sqrt(4.0)}")
"""

class ScriptHostSpec : FunSpec({
    val bench = Bench()

    test("parameters come from the command line, the rest has its defaults") {
        bench.runText(DIGITS.trim(), "--hidden", "64", "--augment", "--cell=lstm").out shouldBe
            "training 64 0.001 true LSTM 2.0\n"
    }

    test("help lists the parameters and runs nothing after them") {
        val ran = bench.runText(DIGITS.trim(), "--help")
        ran.code shouldBe ExitCode.OK
        ran.err shouldBe ""
        ran.out shouldStartWith "test.nn.kts: recognises digits\nin a few lines\n\nUsage: nn run "
        ran.out shouldContain "\n  --hidden INT   width of the hidden layer (a whole number, 32..512, default 128)\n"
        ran.out shouldContain "\n  --rate NUMBER  learning rate (a number, 1e-4..0.1 on a log scale, default 0.001)\n"
        ran.out shouldContain "\n  --augment      flip the images (on or off, default off)\n"
        ran.out shouldContain "\n  --cell NAME    the recurrent cell (gru, lstm, default gru)\n"
        ran.out shouldNotContain "training"
    }

    test("help for a script without parameters runs nothing") {
        val ran = bench.runText("/* Says hello.\n * Twice. */\nprintln(\"hello\")", "--help")
        ran.code shouldBe ExitCode.OK
        ran.out shouldBe "test.nn.kts: Says hello.\nTwice.\n\nUsage: nn run ${bench.folder.resolve("test.nn.kts")}\n"
    }

    test("help has the imported scripts' parameters, and those after a failure by name") {
        bench.script("models.nn.kts", "val width by param(64, \"of the models\")")
        val script = "@file:Import(\"models.nn.kts\")\nval a by param(1)\nerror(\"no data\")\nval b by param(2)"
        val ran = bench.runText(script, "--help")
        ran.code shouldBe ExitCode.OK
        ran.out shouldContain "--width INT  of the models"
        ran.out shouldContain "--b"
    }

    test("an unknown flag is refused before anything runs") {
        val ran = bench.runText(DIGITS.trim(), "--hiden", "64")
        ran.code shouldBe ExitCode.USAGE
        ran.out shouldBe ""
        ran.err shouldBe """
            test.nn.kts
              ParameterError: test.nn.kts has no parameter --hiden
              Try: --hidden      docs/errors.md#parameter
              nn run test.nn.kts --help lists its parameters

        """.trimIndent()
    }

    test("an ill-typed value and one out of range are refused") {
        val typed = bench.runText(DIGITS.trim(), "--rate", "fast")
        typed.code shouldBe ExitCode.USAGE
        typed.err shouldContain "ParameterError: --rate takes a number in 1e-4..0.1 on a log scale, not fast"
        val outside = bench.runText(DIGITS.trim(), "--hidden", "8")
        outside.code shouldBe ExitCode.USAGE
        outside.err shouldContain "ParameterError: --hidden is 8, outside 32..512"
        outside.out shouldBe ""
    }

    test("a script without parameters refuses flags, and arguments unless it reads args") {
        bench.runText("println(1)", "--epochs", "3").code shouldBe ExitCode.USAGE
        bench.runText("println(1)", "x").code shouldBe ExitCode.USAGE
        bench.runText("println(args)", "x", "--", "-y").out shouldBe "[x, -y]\n"
    }

    test("parameters in objects and classes count") {
        val script = "object Config { val depth by param(3)\n val fast by param(false) }\nprintln(Config.depth)"
        bench.runText(script, "--depth", "5", "--fast").out shouldBe "5\n"
    }

    test("a script from standard input runs, and its imports are relative to the working folder") {
        val ran = bench.run(ScriptSource.stdin("println(args.size)"), listOf("a", "b"))
        ran.out shouldBe "2\n"
        bench.run(ScriptSource.stdin("boom("), emptyList()).err shouldStartWith "stdin.nn.kts:1:6: error:"
    }

    test("imports are run once, before the script, however many import them") {
        bench.script("base.nn.kts", "println(\"base\")\nclass Box(val n: Int)")
        bench.script("left.nn.kts", "@file:Import(\"base.nn.kts\")\nval left = Box(1)")
        bench.script("right.nn.kts", "@file:Import(\"base.nn.kts\")\nval right = Box(2)")
        val ran = bench.runText("@file:Import(\"left.nn.kts\", \"right.nn.kts\")\nprintln(left.n + right.n)")
        ran.err shouldBe ""
        ran.out shouldBe "base\n3\n"
    }
})
