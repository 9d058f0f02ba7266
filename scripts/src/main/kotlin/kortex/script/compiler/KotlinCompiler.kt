package kortex.script.compiler

import kortex.script.host.CompileOutcome
import kortex.script.host.CompiledScript
import kortex.script.host.ScriptCompiler
import kortex.script.host.ScriptDiagnostic
import kortex.script.host.ScriptSource
import org.jetbrains.kotlin.scripting.compiler.plugin.impl.KJvmCompiledModuleInMemoryImpl
import org.jetbrains.kotlin.scripting.compiler.plugin.impl.ScriptJvmK2CompilerIsolated
import java.nio.file.Path
import kotlin.script.experimental.api.ResultWithDiagnostics
import kotlin.script.experimental.api.ScriptCompilationConfiguration
import kotlin.script.experimental.host.ScriptingHostConfiguration
import kotlin.script.experimental.jvm.baseClassLoader
import kotlin.script.experimental.jvm.defaultJvmScriptingHostConfiguration
import kotlin.script.experimental.jvm.impl.KJvmCompiledScript
import kotlin.script.experimental.jvm.jvm
import kotlin.script.experimental.jvm.updateClasspath
import kotlin.script.experimental.api.CompiledScript as KotlinCompiledScript
import kotlin.script.experimental.api.ScriptDiagnostic as KotlinDiagnostic

/** The Kotlin compiler in this JVM, against the given class path. Scripts share nothing: each gets a fresh state. */
public class KotlinCompiler(classPath: List<Path>) : ScriptCompiler {
    private val files = classPath.map { it.toFile() }
    private val compiler = ScriptJvmK2CompilerIsolated(
        ScriptingHostConfiguration(defaultJvmScriptingHostConfiguration) {
            jvm { baseClassLoader(KotlinCompiler::class.java.classLoader) }
        }
    )

    override fun compile(source: ScriptSource, environment: String): CompileOutcome {
        val imports = ImportedSources()
        val configuration = ScriptCompilationConfiguration {
            kortexScript(imports)
            updateClasspath(files)
        }
        val result = compiler.compile(TextSource(source), configuration)
        val sources = listOf(source) + imports.all.filter { it.path != source.path }
        val diagnostics = withTwinsNamed(result.reports).mapNotNull { translate(it, sources) }
        val script = (result as? ResultWithDiagnostics.Success)?.value as? KJvmCompiledScript
            ?: return CompileOutcome(null, diagnostics.ifEmpty { listOf(unexplained(source)) })
        return CompileOutcome(assemble(script, environment, sources), diagnostics)
    }

    private fun assemble(script: KJvmCompiledScript, environment: String, sources: List<ScriptSource>): CompiledScript {
        val classes = LinkedHashMap<String, ByteArray>()
        collectClasses(script, classes)
        val facts = ScriptFacts.scan(classes)
        return CompiledScript(
            environment, sources, script.scriptClassFQName, facts.params, facts.takesArguments, classes
        )
    }

    private fun collectClasses(script: KotlinCompiledScript, into: MutableMap<String, ByteArray>) {
        val module = (script as? KJvmCompiledScript)?.getCompiledModule() as? KJvmCompiledModuleInMemoryImpl
        for ((path, bytes) in module?.compilerOutputFiles.orEmpty()) {
            if (path.endsWith(".class")) into[path.removeSuffix(".class").replace('/', '.')] = bytes
        }
        script.otherScripts.forEach { collectClasses(it, into) }
    }

    private fun translate(report: KotlinDiagnostic, sources: List<ScriptSource>): ScriptDiagnostic? {
        if (report.severity < KotlinDiagnostic.Severity.WARNING) return null
        val file = report.sourcePath
        val source = sources.find { it.path?.toString() == file || it.name == file } ?: sources.first()
        val start = report.location?.start
        val message = report.message.replace(MISUSED, "") + report.exception?.let { "\n$it" }.orEmpty()
        return ScriptDiagnostic(
            isError = report.severity >= KotlinDiagnostic.Severity.ERROR,
            file = source.name,
            line = start?.line ?: 0,
            column = start?.col ?: 0,
            message = message,
            sourceLine = start?.let { source.text.lineSequence().drop(it.line - 1).firstOrNull() }.orEmpty()
        )
    }

    private fun unexplained(source: ScriptSource) =
        ScriptDiagnostic(true, source.name, 0, 0, "the compiler failed without saying why", "")

    private companion object {
        /** Advice is attached to overloads that are marked deprecated; nothing there is old. */
        val MISUSED = Regex("^'[^\\n]*' is deprecated\\. ")
    }
}
