package kortex.dsl

import kortex.train.Callback
import kortex.train.EpochRecord
import kortex.train.StepEvent
import kortex.train.Verdict
import java.util.Locale

/** Something measured in a training: its [name] and its [value] now. */
public data class Quantity(public val name: String, public val value: Double) {
    /** Written as `loss 0.1234`. */
    override fun toString(): String = "$name ${short(value)}"
}

/** The inside of `every(100.steps) { }`: what is known at this moment of the training. */
@NnDsl
public class EveryScope internal constructor(
    /** The epoch, from 1. */
    public val epoch: Int,
    /** Updates made so far. */
    public val step: Long,
    /** The loss of this batch, or the mean over the epoch. */
    public val loss: Quantity,
    /** The learning rate of the last update. */
    public val learningRate: Quantity,
    private val say: (String) -> Unit
) {
    internal var verdict: Verdict = Verdict.CONTINUE

    /** Prints a line with the [quantities], above the progress. */
    public fun log(vararg quantities: Quantity) {
        say("step $step: " + quantities.joinToString(" · "))
    }

    /** Ends the training after this step or epoch. */
    public fun stop() {
        verdict = Verdict.STOP
    }
}

internal class EverySteps(
    private val count: Long, private val block: EveryScope.() -> Unit, private val say: (String) -> Unit
) : Callback {
    override fun nextStep(done: Long): Long = (done / count + 1) * count

    override fun step(event: StepEvent): Verdict {
        val result = event.result()
        if (result.step() % count != 0L) return Verdict.CONTINUE
        val scope = EveryScope(
            event.epoch(), result.step(), Quantity("loss", result.loss()), rate(result.learningRate()), say
        )
        return scope.apply(block).verdict
    }
}

internal class EveryEpochs(
    private val count: Int, private val block: EveryScope.() -> Unit, private val say: (String) -> Unit
) : Callback {
    override fun nextStep(done: Long): Long = Long.MAX_VALUE

    override fun epoch(epoch: EpochRecord): Verdict {
        if (epoch.epoch() % count != 0) return Verdict.CONTINUE
        val loss = Quantity("loss", epoch.train().loss())
        return EveryScope(epoch.epoch(), epoch.step(), loss, rate(epoch.learningRate()), say).apply(block).verdict
    }
}

private fun rate(value: Double) = Quantity("learning rate", value)

/** A number with four significant digits. */
internal fun short(value: Double): String = "%.4g".format(Locale.ROOT, value)
