package kortex.script.host

import kortex.dsl.params.ParameterException
import kortex.tensor.KortexException

/** Errors as users read them: where, what, both values, what to try. */
internal class Reports(private val terminal: Terminal) {
    /** The compiler's messages, each with its source line and a caret. */
    fun diagnostics(diagnostics: List<ScriptDiagnostic>) {
        for (diagnostic in diagnostics) {
            val place = listOfNotNull(
                diagnostic.file.ifEmpty { null },
                diagnostic.line.takeIf { it > 0 },
                diagnostic.column.takeIf { it > 0 }
            ).joinToString(":")
            val kind = if (diagnostic.isError) terminal.red("error:") else terminal.yellow("warning:")
            terminal.err.println("${terminal.bold("$place:")} $kind ${diagnostic.message}")
            if (diagnostic.sourceLine.isNotBlank()) {
                terminal.err.println("  ${diagnostic.sourceLine}")
                if (diagnostic.column > 0) terminal.err.println("  ${caret(diagnostic)}")
            }
        }
    }

    private fun caret(diagnostic: ScriptDiagnostic): String {
        // Tabs stay tabs, so that the caret stands where the terminal shows the character.
        val before = diagnostic.sourceLine.take(diagnostic.column - 1)
        return before.map { if (it == '\t') '\t' else ' ' }.joinToString("") + terminal.red("^")
    }

    /** A command line that doesn't fit [script]. */
    fun usage(script: String, error: ParameterException) {
        terminal.err.println(terminal.bold(script))
        kortexError(error)
        terminal.err.println("  ${terminal.dim("nn run $script --help lists its parameters")}")
    }

    /** What [script] threw while it ran. */
    fun failure(script: CompiledScript, thrown: Throwable, trace: Boolean) {
        val known = generateSequence(thrown) { it.cause }.take(MAX_CAUSES).firstOrNull { it is KortexException }
        val error = known ?: thrown
        val frames = scriptFrames(error).ifEmpty { scriptFrames(thrown) }
        terminal.err.println(terminal.bold(headline(script, frames.firstOrNull())))
        if (error is KortexException) kortexError(error) else otherError(error, frames)
        if (trace) {
            error.printStackTrace(terminal.err)
        } else if (error !is KortexException) {
            terminal.err.println("  ${terminal.dim("nn run --trace shows the whole trace")}")
        }
    }

    private fun headline(script: CompiledScript, frame: StackTraceElement?): String {
        if (frame == null) return script.sources.first().name
        val line = script.source(frame.fileName)?.line(frame.lineNumber).orEmpty()
        return "${frame.fileName}:${frame.lineNumber}  $line".trimEnd()
    }

    private fun kortexError(error: KortexException) {
        val what = error.what().replace("\n", "\n  ")
        terminal.err.println("  ${terminal.red("${error.title()}:")} $what")
        terminal.err.println("  Try: ${error.remedy()}      ${terminal.dim(error.anchor())}")
    }

    private fun otherError(error: Throwable, frames: List<StackTraceElement>) {
        for (cause in generateSequence(error) { it.cause }.take(MAX_CAUSES)) {
            val title = if (cause === error) "" else "caused by "
            val message = cause.message?.let { ": ${it.replace("\n", "\n  ")}" }.orEmpty()
            terminal.err.println("  $title${terminal.red(cause.javaClass.simpleName)}$message")
        }
        for (frame in frames.take(MAX_FRAMES)) {
            terminal.err.println("    at ${frame.fileName}:${frame.lineNumber}${function(frame)}")
        }
        if (frames.size > MAX_FRAMES) terminal.err.println("    and ${frames.size - MAX_FRAMES} more")
    }

    private fun function(frame: StackTraceElement): String {
        val name = frame.methodName.substringBefore('$')
        return if (name.startsWith("<") || name == "invoke" || name.isEmpty()) "" else "  in $name"
    }

    private fun scriptFrames(error: Throwable): List<StackTraceElement> =
        error.stackTrace.filter { it.classLoaderName == ScriptLoader.NAME && it.lineNumber > 0 }

    private companion object {
        const val MAX_CAUSES = 8
        const val MAX_FRAMES = 12
    }
}
