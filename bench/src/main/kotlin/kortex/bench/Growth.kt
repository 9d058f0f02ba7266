package kortex.bench

import kortex.dsl.Network
import kortex.dsl.conv2d
import kortex.dsl.features
import kortex.dsl.image
import kortex.dsl.network
import kortex.dsl.pad
import kortex.dsl.relu
import kortex.dsl.sgd
import kortex.dsl.tokens
import kotlin.math.ln

private const val CLASSES = 10
private const val NANOS_PER_MS = 1e6

/** How the time of a training step grows with one size, all others being equal. */
internal class Growth(
    /** The network. */
    val network: String,
    /** What grows. */
    val axis: String,
    /** The power of the size that the work grows with. */
    val power: Int,
    private val sizes: List<Int>,
    private val training: (Int) -> Training
) {
    /** A size, and the median time of a step in milliseconds. */
    class Point(val size: Int, val milliseconds: Double)

    /** The same with the smallest size alone. */
    fun smallest() = Growth(network, axis, power, sizes.take(1), training)

    /** Measures each size for about [seconds]. */
    fun measure(seconds: Double): List<Point> = sizes.map { size ->
        val prepared = training(size).open()
        repeat(WARM_UP) { prepared.step() }
        val times = ArrayList<Double>()
        val start = System.nanoTime()
        while (times.size < FEWEST || System.nanoTime() - start < seconds * NANOS_PER_MS * 1000) {
            val before = System.nanoTime()
            prepared.step()
            times += (System.nanoTime() - before) / NANOS_PER_MS
        }
        Point(size, times.sorted()[times.size / 2])
    }

    /** The local slopes on a plot of both logarithms: one between each two points. */
    fun slopes(points: List<Point>): List<Double> =
        points.zipWithNext { a, b -> ln(b.milliseconds / a.milliseconds) / ln(b.size.toDouble() / a.size) }

    /** The points at which time grows by far faster than work does. */
    fun cliffs(points: List<Point>): List<Point> =
        slopes(points).mapIndexedNotNull { i, slope -> points[i + 1].takeIf { slope > power + TOLERANCE } }

    internal companion object {
        private const val WARM_UP = 5
        private const val FEWEST = 5

        /** What caches and the second thread may add to a slope. */
        private const val TOLERANCE = 0.5
    }
}

private fun training(batch: Int, net: () -> Network<*, *>) =
    Training("growth", "a step", batch, CLASSES, { sgd(0.01) }, net)

private fun mlp(width: Int, depth: Int) =
    network(features(width)) {
        repeat(depth) {
            dense(width)
            relu()
        }
        dense(CLASSES)
    }

private fun convNet(channels: Int, depth: Int) =
    network(image(3, 16, 16)) {
        repeat(depth) {
            conv2d(channels, kernel = 3, padding = pad(1))
            relu()
        }
        flatten { dense(CLASSES) }
    }

private fun gpt(width: Int, depth: Int) =
    network(tokens(time = 32, vocabulary = CLASSES)) {
        embedding(width) {
            positions()
            repeat(depth) { transformerBlock(heads = 4) }
            dense(CLASSES)
        }
    }

private val DOUBLING = listOf(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)

private fun doubling(from: Int, to: Int) = DOUBLING.filter { it in from..to }

/** All that is measured. */
internal val GROWTHS: List<Growth> = listOf(
    Growth("MLP", "batch", power = 1, doubling(1, 2048)) { training(it) { mlp(width = 256, depth = 2) } },
    Growth("MLP", "width", power = 2, doubling(8, 1024)) { training(64) { mlp(width = it, depth = 2) } },
    Growth("MLP", "depth", power = 1, doubling(1, 32)) { training(64) { mlp(width = 128, depth = it) } },
    Growth("conv net", "batch", power = 1, doubling(1, 256)) { training(it) { convNet(channels = 16, depth = 2) } },
    Growth("conv net", "width", power = 2, doubling(4, 128)) { training(16) { convNet(channels = it, depth = 2) } },
    Growth("conv net", "depth", power = 1, doubling(1, 16)) { training(16) { convNet(channels = 16, depth = it) } },
    Growth("transformer", "batch", power = 1, doubling(1, 64)) { training(it) { gpt(width = 64, depth = 1) } },
    Growth("transformer", "width", power = 2, doubling(16, 256)) { training(8) { gpt(width = it, depth = 1) } },
    Growth("transformer", "depth", power = 1, doubling(1, 8)) { training(8) { gpt(width = 64, depth = it) } }
)
