package kortex.bench

import kortex.session.Precision
import kortex.session.Session
import kortex.session.Step
import kortex.tensor.SettingException
import java.util.Locale

/**
 * One op, or one and its gradients. The results stay in the session's memory, as those of the peers stay in theirs.
 *
 * @param results what is computed, made anew for each use
 */
public class SingleOp internal constructor(
    override val id: String,
    override val work: String,
    private val cost: Cost,
    private val results: () -> List<kortex.dsl.Tensor>
) : Workload {
    /** Compiles it: a run of the step computes it once. */
    @JvmOverloads
    public fun compile(precision: Precision = Precision.F32): Step =
        Session.shared().compile(results(), emptyList(), precision)

    override fun open(precision: Precision): Prepared = object : Prepared {
        private val compiled by lazy { compile(precision) }

        override fun step(): Double? {
            compiled.run()
            return null
        }

        override fun rate(milliseconds: Double) = cost.rate(milliseconds)
    }

    override fun toString(): String = id

    public companion object {
        /** The op of that name, such as `E_softmax`. */
        @JvmStatic
        public fun of(id: String): SingleOp = SINGLE_OPS.firstOrNull { it.id == id }
            ?: throw SettingException("there is no op $id to measure", "Choose one of ${SINGLE_OPS.map { it.id }}.")
    }
}

/** What bounds an op, and how much of it there is. */
internal sealed interface Cost {
    /** The speed that a time means, as `unit=number`. */
    fun rate(milliseconds: Double): String

    /** Floating-point operations; a multiply-add counts as two. */
    class Flops(private val count: Double) : Cost {
        override fun rate(milliseconds: Double) = "GFLOPs=%.1f".format(Locale.ROOT, count / milliseconds / 1e6)
    }

    /** Bytes that have to be read and written at least. */
    class Bytes(private val count: Double) : Cost {
        override fun rate(milliseconds: Double) = "GBps=%.2f".format(Locale.ROOT, count / milliseconds / 1e6)
    }
}
