package kortex.bench

import com.github.ajalt.clikt.core.CliktCommand
import com.github.ajalt.clikt.core.Context
import com.github.ajalt.clikt.parameters.options.default
import com.github.ajalt.clikt.parameters.options.option
import com.github.ajalt.clikt.parameters.types.double
import com.github.ajalt.clikt.parameters.types.path
import com.github.ajalt.clikt.parameters.types.restrictTo
import kortex.session.Session
import org.jetbrains.letsPlot.commons.encoding.UnsupportedRGBEncoder
import org.jetbrains.letsPlot.core.util.PlotSvgExportCommon
import org.jetbrains.letsPlot.facet.facetGrid
import org.jetbrains.letsPlot.geom.geomLine
import org.jetbrains.letsPlot.geom.geomPoint
import org.jetbrains.letsPlot.ggsize
import org.jetbrains.letsPlot.intern.toSpec
import org.jetbrains.letsPlot.label.labs
import org.jetbrains.letsPlot.letsPlot
import org.jetbrains.letsPlot.scale.scaleXLog10
import org.jetbrains.letsPlot.scale.scaleYLog10
import java.nio.file.Files
import java.nio.file.Path
import java.time.LocalDate
import java.util.Locale

/** `nn bench growth`: whether the cost of a step grows as its work does. */
internal class GrowthCommand : CliktCommand(name = "growth") {
    private val seconds by option("--seconds", help = "how long each size is measured; 0.2 by default")
        .double().restrictTo(min = 0.0).default(0.2)
    private val folder by option("--into", help = "the folder that growth.md and growth.svg are written to")
        .path(mustExist = true, canBeFile = false).default(Path.of("docs", "benchmarks"))

    override fun help(context: Context) =
        "Measures the time of a training step against batch, width and depth, and names the sizes at which it jumps."

    override fun run() {
        val measured = GROWTHS.map { growth -> growth to growth.measure(seconds).also { echo(growthRow(growth, it)) } }
        Files.writeString(folder.resolve("growth.md"), page(measured))
        Files.writeString(folder.resolve("growth.svg"), picture(measured))
    }

    private fun page(measured: List<Pair<Growth, List<Growth.Point>>>) = buildString {
        appendLine("# Cost of a step as its work grows\n")
        appendLine("${LocalDate.now()}, ${Session.shared().backend().description()}. Written by `nn bench growth`.\n")
        appendLine("Milliseconds of a training step at each size; a cliff is where the time grows faster than by the")
        appendLine("power of the work and a half more.\n")
        appendLine("![step time against size](growth.svg)\n")
        appendLine("| network | what grows | size: ms | slopes | cliffs |\n|---|---|---|---|---|")
        measured.forEach { (growth, points) -> appendLine(growthRow(growth, points)) }
    }

    private fun picture(measured: List<Pair<Growth, List<Growth.Point>>>): String {
        val rows = measured.flatMap { (growth, points) -> points.map { growth to it } }
        val data = mapOf(
            "network" to rows.map { it.first.network },
            "axis" to rows.map { it.first.axis },
            "size" to rows.map { it.second.size },
            "milliseconds" to rows.map { it.second.milliseconds }
        )
        val plot = letsPlot(data) { x = "size"; y = "milliseconds" } +
            geomLine() + geomPoint(size = 2.0) + scaleXLog10() + scaleYLog10() +
            facetGrid(x = "axis", y = "network") + labs(x = "", y = "milliseconds") + ggsize(WIDTH, HEIGHT)
        return PlotSvgExportCommon.buildSvgImageFromRawSpecs(
            plot.toSpec(), rgbEncoder = UnsupportedRGBEncoder(), useCssPixelatedImageRendering = true
        )
    }

    private companion object {
        const val WIDTH = 900
        const val HEIGHT = 700
    }
}

/** A row of the table on the page. */
internal fun growthRow(growth: Growth, points: List<Growth.Point>): String {
    fun text(value: Double) = "%.3g".format(Locale.ROOT, value)
    val times = points.joinToString { "${it.size}: ${text(it.milliseconds)}" }
    val slopes = growth.slopes(points).joinToString(" ") { "%.1f".format(Locale.ROOT, it) }
    val cliffs = growth.cliffs(points).joinToString { "${it.size}" }.ifEmpty { "–" }
    return "| ${growth.network} | ${growth.axis} | $times | $slopes | $cliffs |"
}
