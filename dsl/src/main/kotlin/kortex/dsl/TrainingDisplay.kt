package kortex.dsl

import kortex.train.EpochRecord
import kortex.train.ProgressListener
import kortex.train.Recomputation
import kortex.train.StepEvent
import kortex.train.TrainSettings
import java.util.Locale

/**
 * Shows a training: one live line on a terminal, else a line for an epoch, at most one every two seconds and the last;
 * a summary at the end.
 */
internal class TrainingDisplay(private val console: Console, private val checkpoint: String?) : ProgressListener {
    private var epochs = 0
    private var batches = 0
    private var examples = 0
    private var start = 0L
    private var drawn = 0L
    private var unsaid: String? = null
    private var measured = ""

    override fun started(settings: TrainSettings, batchesPerEpoch: Int, examples: Int) {
        epochs = settings.epochs()
        batches = batchesPerEpoch
        this.examples = examples
        start = console.clock()
        drawn = start
    }

    override fun planned(plan: Recomputation) {
        plan.summary().ifPresent { say(it) }
    }

    override fun step(event: StepEvent) {
        val now = console.clock()
        if (!console.live || now - drawn < LIVE_PAUSE) return
        drawn = now
        val done = (event.epoch() - 1L) * batches + event.batch()
        val share = done.toDouble() / (epochs.toLong() * batches)
        val seconds = (now - start) * 1e-9
        val parts = listOf(
            "epoch ${event.epoch()}/$epochs", bar(share), "step ${event.result().step()}",
            "loss ${short(event.result().loss())}", measured, speed(done * examples / batches / seconds),
            "${time(seconds / share - seconds)} left"
        )
        console.clear()
        console.out.print(parts.filter { it.isNotEmpty() }.joinToString("  "))
        console.out.flush()
    }

    override fun epoch(epoch: EpochRecord) {
        // The live line shows the metrics of the last epoch: those of a batch would flicker.
        val (data, scores) = epoch.validation().map { "validation " to it }.orElse("" to epoch.train())
        measured = scores.metrics().entries.joinToString("  ") { (name, value) -> "$data$name ${short(value)}" }
        val line = "epoch %${epochs.toString().length}d/$epochs  %s".format(epoch.epoch(), scores(epoch))
        val now = console.clock()
        val first = epoch.epoch() == 1 && !console.live
        if (first || now - drawn >= PLAIN_PAUSE && !console.live) {
            drawn = now
            say(line)
        } else {
            unsaid = line
        }
    }

    override fun finished(history: History) {
        unsaid?.let { say(it) }
        val seconds = (console.clock() - start) * 1e-9
        val speed = speed(history.epochs().map { it.examplesPerSecond() }.average())
        val time = "%.1f s".format(Locale.ROOT, seconds)
        say("${history.epochs().size} epochs in $time, $speed; ${history.end()}")
        val kept = checkpoint?.let { "  kept in $it" }.orEmpty()
        say("best by ${history.monitor()}: epoch ${history.best.epoch()}  ${scores(history.best)}$kept")
    }

    /** Prints a line of its own. */
    fun say(line: String) {
        console.clear()
        console.out.println(line)
        unsaid = null
    }

    /** Each number of the training batches, with that of the validation data behind it. */
    private fun scores(epoch: EpochRecord): String {
        val validation = epoch.validation().orElse(null)
        val loss = Triple("loss", epoch.train().loss(), validation?.loss())
        val held = validation?.metrics().orEmpty()
        val metrics = epoch.train().metrics().map { (name, value) -> Triple(name, value, held[name]) }
        val numbers = (listOf(loss) + metrics).joinToString("  ") { (name, train, other) ->
            "$name ${short(train)}" + other?.let { " (validation ${short(it)})" }.orEmpty()
        }
        return "$numbers  ${speed(epoch.examplesPerSecond())}"
    }

    private fun bar(share: Double): String {
        val full = (share * BAR).toInt().coerceIn(0, BAR)
        return "━".repeat(full) + "╌".repeat(BAR - full)
    }

    private fun speed(examplesPerSecond: Double) = "%,.0f samples/s".format(Locale.ROOT, examplesPerSecond)

    private fun time(seconds: Double): String {
        val whole = seconds.coerceIn(0.0, MAX_SECONDS).toLong()
        return if (whole < 60) "$whole s" else "%d:%02d".format(whole / 60, whole % 60)
    }

    private companion object {
        const val LIVE_PAUSE = 100_000_000L
        const val PLAIN_PAUSE = 2_000_000_000L
        const val BAR = 20
        const val MAX_SECONDS = 3.6e6
    }
}
