package kortex.bench

import com.github.ajalt.clikt.core.CliktCommand
import com.github.ajalt.clikt.core.Context
import com.github.ajalt.clikt.parameters.options.default
import com.github.ajalt.clikt.parameters.options.flag
import com.github.ajalt.clikt.parameters.options.option
import com.github.ajalt.clikt.parameters.types.int
import com.github.ajalt.clikt.parameters.types.restrictTo

/** `nn bench limits`: what this machine can do at most. */
internal class LimitsCommand : CliktCommand(name = "limits") {
    private val threads by option("--threads", help = "how many threads compute; as many as there are cores by default")
        .int().restrictTo(min = 1).default(Runtime.getRuntime().availableProcessors())
    private val tsv by option("--tsv", help = "print the line that bench/compare reads").flag()

    override fun help(context: Context) =
        "Measures what this machine can do at most: multiply-adds in registers, and a triad in memory."

    override fun run() {
        val limits = measureLimits(threads)
        if (tsv) println(limits.line()) else echo(limits.toString())
    }
}
