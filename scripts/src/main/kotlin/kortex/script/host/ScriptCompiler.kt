package kortex.script.host

/** Turns a script's text into classes. */
public fun interface ScriptCompiler {
    /** Compiles [source] and what it imports; [environment] is noted in the result. */
    public fun compile(source: ScriptSource, environment: String): CompileOutcome
}

/**
 * What came of compiling.
 *
 * @property script the compiled script; null when there are errors
 * @property diagnostics what the compiler has to say, errors and warnings
 */
public class CompileOutcome(public val script: CompiledScript?, public val diagnostics: List<ScriptDiagnostic>)

/**
 * One message of the compiler.
 *
 * @property isError whether it stops the compilation; otherwise it is a warning
 * @property file the script's name; empty when the message has no place
 * @property line the line from 1, or 0 when unknown
 * @property column the column from 1, or 0 when unknown
 * @property message what is wrong
 * @property sourceLine the text of that line
 */
public data class ScriptDiagnostic(
    public val isError: Boolean,
    public val file: String,
    public val line: Int,
    public val column: Int,
    public val message: String,
    public val sourceLine: String
)
