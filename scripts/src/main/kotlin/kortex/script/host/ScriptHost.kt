package kortex.script.host

import kortex.dsl.params.HelpRequested
import kortex.dsl.params.ParameterException
import kortex.dsl.params.ScriptParameters
import java.io.OutputStream
import java.io.PrintStream

/**
 * Runs scripts: takes the compiled form from the [cache] or asks the [compiler], fits the arguments to the parameters,
 * runs the script in this JVM and reports what goes wrong on the [terminal].
 */
public class ScriptHost(
    private val cache: ScriptCache,
    private val compiler: ScriptCompiler,
    private val terminal: Terminal
) {
    private val reports = Reports(terminal)

    /**
     * How to run.
     *
     * @property fresh compile even when the cache has the script
     * @property trace show the whole stack trace of an error
     */
    public data class Options(public val fresh: Boolean = false, public val trace: Boolean = false)

    /** Runs [source] with [args] and returns the [ExitCode]. */
    public fun run(source: ScriptSource, args: List<String>, options: Options = Options()): Int {
        val script = compiled(source, options.fresh) ?: return ExitCode.COMPILE
        return try {
            val parameters = ScriptParameters.parse(source.name, args, script.params, script.takesArguments)
            if (parameters.helpOnly) help(script, parameters) else execute(script, parameters, options)
        } catch (wrong: ParameterException) {
            reports.usage(source.name, wrong)
            ExitCode.USAGE
        }
    }

    /** The compiled form of [source]; null when it doesn't compile, which has been reported then. */
    private fun compiled(source: ScriptSource, fresh: Boolean): CompiledScript? {
        val environment = compileEnvironment()
        if (!fresh) cache.find(source, environment)?.let { return it }
        val outcome = compiler.compile(source, environment)
        reports.diagnostics(outcome.diagnostics)
        return outcome.script?.also { cache.store(it) }
    }

    private fun execute(script: CompiledScript, parameters: ScriptParameters, options: Options): Int = try {
        ScriptRunner(script).run(parameters)
        ExitCode.OK
    } catch (wrong: ParameterException) {
        throw wrong
    } catch (thrown: Throwable) {
        terminal.out.flush()
        reports.failure(script, thrown, options.trace)
        ExitCode.FAILED
    } finally {
        terminal.out.flush()
    }

    /** Runs the script up to its last parameter, unheard, and prints what was declared. */
    private fun help(script: CompiledScript, parameters: ScriptParameters): Int {
        val out = System.out
        if (script.params.isNotEmpty()) {
            try {
                System.setOut(PrintStream(OutputStream.nullOutputStream()))
                ScriptRunner(script).run(parameters)
            } catch (_: HelpRequested) {
                // The last parameter is declared.
            } catch (_: Exception) {
                // Help is of use above all when the script fails.
            } finally {
                System.setOut(out)
            }
        }
        terminal.out.print(HelpPage(script, parameters).text())
        terminal.out.flush()
        return ExitCode.OK
    }
}
