package kortex.dsl

/**
 * Shows numbers of a loop written by hand: `progress("loss" to step.loss)`. A terminal shows one line that is rewritten,
 * ten times a second at most; elsewhere there is a line every two seconds at most.
 */
public fun progress(vararg values: Pair<String, Any>): Unit = LoopDisplay.SHARED.show(values.asList())

/** The line of the loop that runs. */
internal class LoopDisplay(private val console: Console) {
    private var drawn: Long? = null
    private var calls = 0L

    @Synchronized
    fun show(values: List<Pair<String, Any>>) {
        calls++
        val now = console.clock()
        val before = drawn
        if (before != null && now - before < (if (console.live) LIVE_PAUSE else PLAIN_PAUSE)) return
        drawn = now
        val line = values.joinToString("  ", "step $calls  ") { (name, value) ->
            "$name ${if (value is Number && value !is Int && value !is Long) short(value.toDouble()) else value}"
        }
        console.clear()
        if (console.live) console.out.print(line) else console.out.println(line)
        console.out.flush()
    }

    companion object {
        private const val LIVE_PAUSE = 100_000_000L
        private const val PLAIN_PAUSE = 2_000_000_000L

        val SHARED: LoopDisplay by lazy { LoopDisplay(Console.standard()) }
    }
}
