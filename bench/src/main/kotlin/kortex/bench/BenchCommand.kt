package kortex.bench

import com.github.ajalt.clikt.core.CliktCommand
import com.github.ajalt.clikt.core.CliktError
import com.github.ajalt.clikt.core.Context
import com.github.ajalt.clikt.core.ProgramResult
import com.github.ajalt.clikt.core.UsageError
import com.github.ajalt.clikt.core.parse
import com.github.ajalt.clikt.core.subcommands
import kotlin.system.exitProcess

/** `nn bench`, without the first two words. */
public fun main(args: Array<String>) {
    val code = BenchCommand().execute(args.asList())
    if (code != 0) exitProcess(code)
}

/** The command line of the benchmarks. */
internal class BenchCommand : CliktCommand(name = "nn bench") {
    init {
        subcommands(StepsCommand(), LimitsCommand(), GrowthCommand())
    }

    override fun help(context: Context) = "Measures Kortex on this machine."

    override fun run() = Unit

    /** Parses and runs [args]; returns the exit code. */
    fun execute(args: List<String>): Int = try {
        parse(args.ifEmpty { listOf("--help") })
        0
    } catch (end: ProgramResult) {
        end.statusCode
    } catch (error: CliktError) {
        echoFormattedHelp(error)
        if (error is UsageError) USAGE else error.statusCode
    }

    private companion object {
        const val USAGE = 2
    }
}
