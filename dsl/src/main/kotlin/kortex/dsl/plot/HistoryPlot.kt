package kortex.dsl.plot

import kortex.io.AtomicFile
import kortex.tensor.SettingException
import kortex.train.EpochRecord
import kortex.train.History
import kortex.train.Scores
import org.jetbrains.letsPlot.commons.encoding.UnsupportedRGBEncoder
import org.jetbrains.letsPlot.core.util.PlotSvgExportCommon
import org.jetbrains.letsPlot.facet.facetWrap
import org.jetbrains.letsPlot.geom.geomLine
import org.jetbrains.letsPlot.geom.geomPoint
import org.jetbrains.letsPlot.geom.geomVLine
import org.jetbrains.letsPlot.ggsize
import org.jetbrains.letsPlot.intern.Plot
import org.jetbrains.letsPlot.intern.toSpec
import org.jetbrains.letsPlot.label.labs
import org.jetbrains.letsPlot.letsPlot
import org.jetbrains.letsPlot.scale.scaleColorManual
import java.nio.ByteBuffer
import java.nio.file.Path

/** Curves of a training. The only class that needs lets-plot. */
internal object HistoryPlot {
    private const val TRAINING = "training"
    private const val VALIDATION = "validation"
    private const val DOTTED = 60

    fun write(history: History, file: Path) {
        if (!file.toString().endsWith(".svg")) {
            throw SettingException("a plot is written as SVG, not as \"${file.fileName}\"", "Name it ….svg.")
        }
        // The encoder is for pictures inside a plot, of which there are none; the one for AWT would load AWT.
        val svg = PlotSvgExportCommon.buildSvgImageFromRawSpecs(
            plot(history).toSpec(), rgbEncoder = UnsupportedRGBEncoder(), useCssPixelatedImageRendering = true
        )
        AtomicFile.write(file) { it.write(ByteBuffer.wrap(svg.encodeToByteArray())) }
    }

    private class Point(val epoch: Int, val value: Double, val data: String, val quantity: String)

    private fun plot(history: History): Plot {
        val points = history.epochs().flatMap { points(it) }
        val table = mapOf(
            "epoch" to points.map { it.epoch },
            "value" to points.map { it.value },
            "data" to points.map { it.data },
            "quantity" to points.map { it.quantity }
        )
        // Points would hide the lines of a long training.
        val dots = if (history.epochs().size > DOTTED) 0.0 else 2.0
        val panels = points.map { it.quantity }.distinct().size
        return letsPlot(table) { x = "epoch"; y = "value"; color = "data" } +
            geomVLine(xintercept = history.best().epoch(), color = "#999999", linetype = "dashed") +
            geomLine(size = 1.0) +
            geomPoint(size = dots) +
            facetWrap(facets = "quantity", ncol = panels, scales = "free_y", order = 0) +
            scaleColorManual(values = listOf("#1f77b4", "#d95f02"), breaks = listOf(TRAINING, VALIDATION)) +
            labs("Training", "best epoch: ${history.best().epoch()}", x = "epoch", y = "value", color = "") +
            ggsize(180 + 360 * panels, 380)
    }

    private fun points(epoch: EpochRecord): List<Point> =
        points(epoch.epoch(), TRAINING, epoch.train()) +
            epoch.validation().map { points(epoch.epoch(), VALIDATION, it) }.orElse(emptyList())

    private fun points(epoch: Int, data: String, scores: Scores): List<Point> =
        (mapOf("loss" to scores.loss()) + scores.metrics()).map { (name, value) -> Point(epoch, value, data, name) }
}
