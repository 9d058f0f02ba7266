package kortex.script.cli

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.script.host.ExitCode
import kortex.script.host.ScriptHost
import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** Runs `nn` as a process of its own. */
private fun nn(
    vararg args: String,
    input: String = "",
    cache: String = "none",
    interrupt: Boolean = false
): Pair<Int, String> {
    val java = File(System.getProperty("java.home"), "bin/java").path
    val options = listOf(
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--sun-misc-unsafe-memory-access=allow",
        "-cp", System.getProperty("java.class.path")
    )
    val builder = ProcessBuilder(listOf(java) + options + "kortex.script.cli.MainKt" + args).redirectErrorStream(true)
    builder.environment()["KORTEX_CACHE"] = cache
    val process = builder.start()
    process.outputStream.use { it.write(input.encodeToByteArray()) }
    val output = StringBuilder()
    process.inputStream.bufferedReader().use { reader ->
        for (line in reader.lineSequence()) {
            output.appendLine(line)
            if (interrupt) ProcessBuilder("kill", "-INT", process.pid().toString()).start().waitFor()
        }
    }
    process.waitFor(60, TimeUnit.SECONDS) shouldBe true
    return process.exitValue() to output.toString()
}

class CommandSpec : FunSpec({
    test("nn run takes its options before the file and leaves the rest to the script") {
        val command = RunCommand.parse(listOf("run", "--trace", "a.nn.kts", "--fresh", "--help"))
        command?.file shouldBe "a.nn.kts"
        command?.args.orEmpty() shouldContainExactly listOf("--fresh", "--help")
        command?.options shouldBe ScriptHost.Options(fresh = false, trace = true)
    }

    test("a script's name alone runs it, as a shebang does") {
        RunCommand.parse(listOf("dir/a.nn.kts", "--rate", "1"))?.args.orEmpty() shouldContainExactly
            listOf("--rate", "1")
        RunCommand.parse(listOf("-"))?.file shouldBe "-"
        RunCommand.parse(listOf("run", "-"))?.file shouldBe "-"
    }

    test("what is no well-formed run is left to the command line's help") {
        for (line in listOf("doctor", "run", "run --help", "run --tarce a.nn.kts", "rum a.nn.kts")) {
            RunCommand.parse(line.split(' ')) shouldBe null
        }
    }

    test("the doctor knows JDK, cores and natives") {
        val topics = doctorLines().map { it.first }
        for (topic in listOf("JDK", "OS", "cores", "memory", "natives")) topics shouldContain topic
    }

    test("a script on standard input, its output, and the exit code it chooses") {
        val script = "print(\"no newline \" + args)\nkotlin.system.exitProcess(7)"
        nn("-", "a", input = script, cache = tempCache()) shouldBe (7 to "no newline [a]\n")
    }

    test("Ctrl-C ends with 130") {
        val script = "println(\"up\")\nThread.sleep(60_000)"
        nn("-", input = script, cache = tempCache(), interrupt = true) shouldBe (130 to "up\n")
    }

    test("a missing file and a wrong command are usage errors that suggest what was meant") {
        val folder = Files.createTempDirectory("kortex-cli")
        Files.writeString(folder.resolve("digits.nn.kts"), "println(1)")
        val (code, output) = nn("run", folder.resolve("digit.nn.kts").toString())
        code shouldBe ExitCode.USAGE
        output shouldContain "did you mean digits.nn.kts?"
        val (wrong, said) = nn("rum")
        wrong shouldBe ExitCode.USAGE
        said shouldContain "no such subcommand rum"
    }

    test("version and help, each with an example") {
        nn("--version") shouldBe (0 to "nn $VERSION\n")
        for (args in listOf(arrayOf("--help"), arrayOf("run", "--help"), arrayOf("doctor", "--help"))) {
            val (code, output) = nn(*args)
            code shouldBe ExitCode.OK
            output shouldContain "Example: "
        }
    }
})

private fun tempCache() = Files.createTempDirectory("kortex-cache").toString()
