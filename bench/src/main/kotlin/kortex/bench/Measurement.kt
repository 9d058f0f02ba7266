package kortex.bench

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.Locale

private const val NANOS = 1e9
private const val NANOS_PER_MS = 1e6

/**
 * How long and how often a workload runs, as `bench/peers/common.py` has it for the peers.
 *
 * @param warm seconds of warm-up
 * @param seconds that are measured
 * @param most steps, in the warm-up and in what is measured
 */
internal class Protocol(private val warm: Double, private val seconds: Double, private val most: Int) {
    /** Runs the first step, warms up and measures. */
    fun measure(workload: Prepared): Measurement {
        val losses = ArrayList<Double>()
        fun timed(): Double {
            val start = System.nanoTime()
            val loss = workload.step()
            val time = (System.nanoTime() - start) / NANOS_PER_MS
            loss?.let { losses += it }
            return time
        }
        val first = timed()
        val cold = sinceStart()
        val warmUp = Clock()
        var done = 0
        while (done < FEWEST || warmUp.seconds() < warm && done < most) {
            timed()
            done++
            if (done >= 2 && warmUp.seconds() > LONGEST_WARM_UP) break
        }
        val times = ArrayList<Double>()
        val clock = Clock()
        while (times.size < FEWEST || clock.seconds() < seconds && times.size < most) {
            times += timed()
            if (times.size >= FEWEST_OF_SLOW && clock.seconds() > LONGEST) break
        }
        return Measurement(times, losses, first, cold)
    }

    private fun sinceStart(): Double {
        val start = ProcessHandle.current().info().startInstant()
        return start.map { Duration.between(it, Instant.now()).toMillis().toDouble() }.orElse(Double.NaN)
    }

    private class Clock {
        private val start = System.nanoTime()

        fun seconds() = (System.nanoTime() - start) / NANOS
    }

    internal companion object {
        private const val FEWEST = 10
        private const val FEWEST_OF_SLOW = 3
        private const val LONGEST_WARM_UP = 15.0
        private const val LONGEST = 25.0

        /** The protocol of a workload, with [seconds] of measurement. */
        fun of(workload: Workload, seconds: Double): Protocol = when {
            workload is SingleOp -> Protocol(warm = 1.0, minOf(seconds, 4.0), most = 1000)
            workload is Inference -> Protocol(warm = 1.5, seconds, most = 20_000)
            workload.id == "W1" -> Protocol(warm = 1.5, seconds, most = 3000)
            else -> Protocol(warm = 1.5, seconds, most = 1000)
        }
    }
}

/**
 * What was measured.
 *
 * @param times milliseconds of each step after the warm-up
 * @param losses of all steps, or none
 * @param first milliseconds of the first step, which compiles
 * @param cold milliseconds from the start of the process to the end of the first step
 */
internal class Measurement(
    times: List<Double>, private val losses: List<Double>, private val first: Double, private val cold: Double
) {
    private val sorted = times.sorted()
    private val count = times.size

    private val median: Double get() = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2

    private fun quantile(share: Double) = sorted[Math.rint(share * (count - 1)).toInt()]

    private fun loss(step: Int) = losses.getOrNull(step)?.let { "%.4f".format(Locale.ROOT, it) } ?: "-"

    /** The line that `bench/compare` reads, in the form of the peers' scripts. */
    fun line(workload: Workload, prepared: Prepared, threads: Int): String {
        val times = listOf(median, quantile(0.1), quantile(0.9)).map { "%.4f".format(Locale.ROOT, it) }
        val facts = listOf(
            "n=$count", "first_ms=%.0f".format(Locale.ROOT, first), prepared.facts, prepared.rate(median), losses(),
            "cold_ms=%.0f rss_mb=%.0f".format(Locale.ROOT, cold, peakMemory())
        )
        val known = facts.filter { it.isNotEmpty() }.joinToString(" ")
        return (listOf("RESULT", workload.id, "kortex", "$threads") + times + known).joinToString("\t")
    }

    private fun losses() = if (losses.isEmpty()) {
        ""
    } else {
        "loss0=${loss(0)} loss20=${loss(20)} loss100=${loss(100)} lossN=${loss(losses.size - 1)}"
    }

    private companion object {
        /** The most memory that this process has had, in MiB; NaN where the system doesn't say. */
        fun peakMemory(): Double {
            val status = Path.of("/proc/self/status")
            if (!Files.isReadable(status)) return Double.NaN
            val line = Files.readAllLines(status).firstOrNull { it.startsWith("VmHWM:") } ?: return Double.NaN
            return line.filter { it.isDigit() }.toLong() / 1024.0
        }
    }
}
