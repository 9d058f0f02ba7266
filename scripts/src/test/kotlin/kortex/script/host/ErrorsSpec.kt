package kortex.script.host

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith

class ErrorsSpec : FunSpec({
    val bench = Bench()

    test("a compile error has its place, its line and a caret") {
        val ran = bench.runText("val a = 1\n    val b: Int = \"x\"")
        ran.code shouldBe ExitCode.COMPILE
        ran.err shouldContain "test.nn.kts:2:16: error: "
        ran.err shouldContain "\n      val b: Int = \"x\"\n                 ^\n"
        bench.run("test.nn.kts").err shouldBe ran.err
    }

    test("several compile errors are reported at once, in imports too") {
        bench.script("broken.nn.kts", "val x = nothing\nval y = nowhere")
        val ran = bench.runText("@file:Import(\"broken.nn.kts\")\nprintln(1)")
        ran.code shouldBe ExitCode.COMPILE
        ran.err shouldContain "broken.nn.kts:1:9: error: "
        ran.err shouldContain "broken.nn.kts:2:9: error: "
    }

    test("names that differ in the case of their first letter are one message, at the second") {
        val ran = bench.runText("val x = tensor(1.0)\nprintln(x)\nval X = tensor(2.0)\nprintln(X)")
        ran.code shouldBe ExitCode.COMPILE
        ran.err shouldStartWith "test.nn.kts:3:"
        ran.err shouldContain "error: X and x differ only in the case of their first letter"
        ran.err shouldContain "rename one\n"
        ran.err.split("error:").size shouldBe 2
        val setters = bench.runText("var Mean = 1\nvar mean = 2\nval a = nothing")
        setters.err shouldContain "test.nn.kts:3:9: error: "
    }

    test("what can't be imported is said at its line") {
        val missing = bench.runText("\n@file:Import(\"missing.nn.kts\")\nprintln(1)")
        missing.code shouldBe ExitCode.COMPILE
        missing.err shouldContain "test.nn.kts:1:1: error: there is no script ${bench.folder.resolve("missing.nn.kts")}"
        bench.runText("@file:DependsOn(\"a:b:1\")\nprintln(1)").err shouldContain "@file:DependsOn is not supported yet"
    }

    test("scripts that import each other are an error") {
        bench.script("one.nn.kts", "@file:Import(\"two.nn.kts\")\nval a = 1")
        bench.script("two.nn.kts", "@file:Import(\"one.nn.kts\")\nval b = 1")
        val ran = bench.run("one.nn.kts")
        ran.code shouldBe ExitCode.COMPILE
        ran.err shouldContain "two.nn.kts:1:1: error: one.nn.kts imports this script in its turn"
    }

    test("a Kortex error has one shape, headed by the script's line") {
        val ran = bench.runText(
            """
            import kortex.tensor.ShapeException
            fun build(units: Int) {
                throw ShapeException("inner axes differ: 512 and 784\n512 comes from flatten", "a smaller pool.")
            }
            build(10)
            """
        )
        ran.code shouldBe ExitCode.FAILED
        ran.err shouldStartWith "test.nn.kts:3  throw ShapeException("
        ran.err shouldContain """
            |  ShapeError: inner axes differ: 512 and 784
            |  512 comes from flatten
            |  Try: a smaller pool.      docs/errors.md#shape
        """.trimMargin()
    }

    test("an error of the data names the line that computes, beside the one that asks") {
        val ran = bench.runText("val x = tensor(1, 2, 3)\nval y = x.take(tensor(7, dtype = i64), 0)\nprintln(y)")
        ran.code shouldBe ExitCode.FAILED
        ran.err shouldStartWith "test.nn.kts:3  println(y)"
        ran.err shouldContain
            "DataError: index 7 at [0] is out of range for axis 0 of f32[3] (made at test.nn.kts:2)"
        val matrix =
            "val a = tensor(listOf(listOf(1, 2), listOf(2, 4)))\nval b = a.inverse() + 1\n\nprintln(b.sum().item())"
        val singular = bench.runText(matrix)
        singular.err shouldStartWith "test.nn.kts:4  println(b.sum().item())"
        singular.err shouldContain "(made at test.nn.kts:2)\n  Try: "
    }

    test("another error shows the script's own frames, and everything with --trace") {
        bench.script("models.nn.kts", "fun load(): Nothing = error(\"no such file\")")
        val script = "@file:Import(\"models.nn.kts\")\nlistOf(1).forEach { load() }"
        val ran = bench.runText(script)
        ran.code shouldBe ExitCode.FAILED
        ran.err shouldStartWith "models.nn.kts:1  fun load(): Nothing = error(\"no such file\")\n"
        ran.err shouldContain "\n  IllegalStateException: no such file\n"
        ran.err shouldContain "\n    at test.nn.kts:2\n"
        ran.err shouldNotContain "java.lang.reflect"
        bench.runText(script, options = ScriptHost.Options(trace = true)).err shouldContain "java.lang.reflect"
    }

    test("causes are named, and a wrapped Kortex error is the one shown") {
        val script = "throw RuntimeException(\"outer\", java.io.IOException(\"inner\"))"
        bench.runText(script).err shouldContain "\n  RuntimeException: outer\n  caused by IOException: inner\n"
        val wrapped = "throw RuntimeException(kortex.tensor.DataException(\"row 3 is empty\", \"fill it.\"))"
        bench.runText(wrapped).err shouldContain "\n  DataError: row 3 is empty\n"
    }

    test("endless recursion and a full heap are reported like anything else") {
        val recursion = bench.runText("fun deep(n: Int): Int = deep(n + 1) + 1\ndeep(0)")
        recursion.code shouldBe ExitCode.FAILED
        recursion.err shouldStartWith "test.nn.kts:1  fun deep"
        recursion.err shouldContain "StackOverflowError"
        bench.runText("LongArray(Int.MAX_VALUE)").err shouldContain "OutOfMemoryError"
    }
})
