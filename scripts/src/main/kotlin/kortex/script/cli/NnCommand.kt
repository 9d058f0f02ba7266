package kortex.script.cli

import com.github.ajalt.clikt.core.CliktCommand
import com.github.ajalt.clikt.core.CliktError
import com.github.ajalt.clikt.core.Context
import com.github.ajalt.clikt.core.PrintMessage
import com.github.ajalt.clikt.core.ProgramResult
import com.github.ajalt.clikt.core.UsageError
import com.github.ajalt.clikt.core.context
import com.github.ajalt.clikt.core.parse
import com.github.ajalt.clikt.core.subcommands
import com.github.ajalt.clikt.parameters.arguments.argument
import com.github.ajalt.clikt.parameters.arguments.help
import com.github.ajalt.clikt.parameters.arguments.multiple
import com.github.ajalt.clikt.parameters.options.flag
import com.github.ajalt.clikt.parameters.options.option
import com.github.ajalt.clikt.parameters.options.versionOption
import com.github.ajalt.mordant.rendering.TextStyles
import kortex.script.host.ExitCode
import kortex.script.host.ScriptHost
import kortex.script.host.Terminal

/** The command line as people read it; running a well-formed script never gets here. */
internal class NnCommand(terminal: Terminal) : CliktCommand(name = "nn") {
    init {
        versionOption(VERSION, names = setOf("--version"), message = { "nn $it" })
        subcommands(RunSubcommand(terminal), DoctorSubcommand(), BenchSubcommand())
    }

    override fun help(context: Context) = "Runs Kortex scripts: neural networks declared in a few lines."

    override fun helpEpilog(context: Context) = "Example: `nn run digits.nn.kts --rate 3e-4`"

    override fun run() = Unit

    /** Parses and runs [args]; returns the exit code. */
    fun execute(args: List<String>): Int = try {
        parse(args.ifEmpty { listOf("--help") })
        ExitCode.OK
    } catch (end: ProgramResult) {
        end.statusCode
    } catch (error: CliktError) {
        echoFormattedHelp(error)
        if (error is UsageError) ExitCode.USAGE else error.statusCode
    }
}

private class RunSubcommand(private val terminal: Terminal) : CliktCommand(name = "run") {
    private val fresh by option("--fresh", help = "compile the script even when its compiled form is at hand").flag()
    private val trace by option("--trace", help = "show the whole stack trace of an error").flag()
    private val file by argument("FILE").help("the script, a *.nn.kts file; - reads it from standard input")
    private val rest by argument("ARGS").multiple()
        .help("the script's own: its parameters as --name value, and --help, which lists them")

    init {
        context { allowInterspersedArgs = false }
    }

    override fun help(context: Context) =
        "Runs a script. It is compiled once and kept until it, or what it imports, changes.\n\n" +
            "Exit codes: 0 all is well, 1 the script failed, 2 wrong flags or values, 3 no JDK, " +
            "4 the script does not compile, 130 interrupted."

    override fun helpEpilog(context: Context) = "Example: `nn run digits.nn.kts --hidden 256`"

    override fun run() {
        val code = RunCommand(file, rest, ScriptHost.Options(fresh, trace)).execute(terminal)
        if (code != ExitCode.OK) throw ProgramResult(code)
    }
}

private class DoctorSubcommand : CliktCommand(name = "doctor") {
    override fun help(context: Context) = "Shows what Kortex finds on this machine: JDK, CPU, memory, natives, backend."

    override fun helpEpilog(context: Context) = "Example: `nn doctor`"

    override fun run() {
        val lines = doctorLines()
        val width = lines.maxOf { it.first.length }
        for ((topic, value) in lines) echo("${TextStyles.bold(topic.padEnd(width))}  $value")
    }
}

/** Named here for the help: the `nn` script starts `nn bench` with a class path and an entry of its own. */
private class BenchSubcommand : CliktCommand(name = "bench") {
    override fun help(context: Context) = "Measures Kortex on this machine: `nn bench --help`."

    override fun run() =
        throw PrintMessage("The script nn starts the benchmarks: nn bench", statusCode = 1, printError = true)
}
