package kortex.dsl

import java.io.PrintStream

/**
 * Where progress is shown.
 *
 * @property out what is written to
 * @property live whether a line can be rewritten: a terminal
 */
internal class Console(val out: PrintStream, val live: Boolean, val clock: () -> Long = System::nanoTime) {
    /** The first column of the line that is being rewritten, cleared. */
    fun clear() {
        if (live) out.print("\r\u001b[K")
    }

    companion object {
        /** Standard output. */
        fun standard(): Console {
            val terminal = System.console()?.isTerminal == true && System.getenv("TERM") != "dumb"
            return Console(System.out, terminal)
        }
    }
}
