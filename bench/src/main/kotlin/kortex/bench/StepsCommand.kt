package kortex.bench

import com.github.ajalt.clikt.core.CliktCommand
import com.github.ajalt.clikt.core.Context
import com.github.ajalt.clikt.core.ProgramResult
import com.github.ajalt.clikt.core.UsageError
import com.github.ajalt.clikt.parameters.arguments.argument
import com.github.ajalt.clikt.parameters.arguments.help
import com.github.ajalt.clikt.parameters.arguments.multiple
import com.github.ajalt.clikt.parameters.options.default
import com.github.ajalt.clikt.parameters.options.flag
import com.github.ajalt.clikt.parameters.options.option
import com.github.ajalt.clikt.parameters.types.choice
import com.github.ajalt.clikt.parameters.types.double
import com.github.ajalt.clikt.parameters.types.int
import com.github.ajalt.clikt.parameters.types.restrictTo
import com.github.ajalt.mordant.rendering.TextStyles
import kortex.dsl.params.nearest
import kortex.session.Precision

/** `nn bench steps`: each workload in a process of its own, one after the other. */
internal class StepsCommand : CliktCommand(name = "steps") {
    private val threads by option("--threads", help = "how many threads compute; as many as there are cores by default")
        .int().restrictTo(min = 1).default(Runtime.getRuntime().availableProcessors())
    private val seconds by option("--seconds", help = "how long each workload is measured; 5 by default")
        .double().restrictTo(min = 0.0).default(5.0)
    private val precision by option("--precision", help = "what products run in: f32, the default, or bf16")
        .choice("f32" to Precision.F32, "bf16" to Precision.BF16).default(Precision.F32)
    private val tsv by option("--tsv", help = "print the lines that bench/compare reads instead of a table").flag()
    private val names by argument("WORKLOADS").multiple()
        .help("W1 to W8b, E_gemm512 and others, W or E for all of a kind; W by default")

    override fun help(context: Context) =
        "Measures training steps, inference and single ops: the median time of a step after warm-up, its 10th and " +
            "90th percentile, the time of the first step, which compiles, the peak memory and the loss."

    override fun helpEpilog(context: Context) =
        WORKLOADS.values.joinToString(LINE_BREAK) { "${it.id}: ${it.work}" }

    override fun run() {
        val workloads = names.ifEmpty { listOf("W") }.flatMap { chosen(it) }.distinct()
        if (!tsv) echo(TextStyles.bold(StepsTable.HEAD))
        val ended = workloads.map { workload ->
            ChildProcess(workload, threads, seconds, precision).run { show(workload, it) }
        }
        val failed = workloads.filterIndexed { index, _ -> !ended[index] }
        if (failed.isNotEmpty()) {
            echo("failed: ${failed.joinToString { it.id }}", err = true)
            throw ProgramResult(1)
        }
    }

    private fun chosen(name: String): List<Workload> = when (name) {
        "W" -> WORKLOADS.values.filter { it !is SingleOp }
        "E" -> SINGLE_OPS
        else -> listOf(WORKLOADS[name] ?: throw UsageError(unknown(name)))
    }

    private fun unknown(name: String): String {
        val meant = nearest(name, WORKLOADS.keys)?.let { "; did you mean $it?" }.orEmpty()
        val all = WORKLOADS.keys.joinToString(" ")
        return "there is no workload $name$meant\nThere are: $all; W and E for all of a kind."
    }

    private fun show(workload: Workload, line: String) {
        // Clikt's echo would turn the tabs into blanks.
        if (tsv) println(line) else StepsTable.row(workload, line)?.let { echo(it) }
    }

    private companion object {
        /** What Clikt keeps as the end of a line. */
        const val LINE_BREAK = "\u0085"
    }
}
