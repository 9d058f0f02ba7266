package kortex.script.host

import java.io.PrintStream

/**
 * Where the host writes: [out] for what was asked for, [err] for what went wrong.
 *
 * @param colored whether [err] shows colours
 */
public class Terminal(public val out: PrintStream, public val err: PrintStream, private val colored: Boolean) {
    internal fun red(text: String) = color("31;1", text)

    internal fun yellow(text: String) = color("33;1", text)

    internal fun bold(text: String) = color("1", text)

    internal fun dim(text: String) = color("2", text)

    private fun color(code: String, text: String) = if (colored) "\u001b[${code}m$text\u001b[0m" else text
}
