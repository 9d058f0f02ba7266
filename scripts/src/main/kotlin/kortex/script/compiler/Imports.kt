package kortex.script.compiler

import kortex.script.host.DependsOn
import kortex.script.host.Import
import kortex.script.host.ScriptSource
import java.io.File
import java.nio.file.Path
import kotlin.script.experimental.api.ExternalSourceCode
import kotlin.script.experimental.api.ResultWithDiagnostics
import kotlin.script.experimental.api.ScriptCollectedData
import kotlin.script.experimental.api.ScriptCompilationConfiguration
import kotlin.script.experimental.api.ScriptConfigurationRefinementContext
import kotlin.script.experimental.api.ScriptDiagnostic
import kotlin.script.experimental.api.SourceCode
import kotlin.script.experimental.api.asSuccess
import kotlin.script.experimental.api.collectedAnnotations
import kotlin.script.experimental.api.importScripts
import kotlin.script.experimental.api.with

/**
 * A script as the compiler reads it: from the text in hand, never again from the disk, so that what is compiled and
 * what the cache compares later are the same text.
 */
internal class TextSource(val source: ScriptSource) : SourceCode {
    override val text: String get() = source.text
    override val name: String get() = source.name
    override val locationId: String get() = source.path?.toString() ?: source.name
}

/** The files that one compilation imports, each read once. */
internal class ImportedSources {
    // One object for each file: to the compiler, two of them are two scripts, even with the same text.
    private val byPath = LinkedHashMap<Path, TextSource>()
    private val importsOf = HashMap<Path, MutableSet<Path>>()

    val all: List<ScriptSource> get() = byPath.values.map { it.source }

    fun open(file: File): SourceCode {
        val path = file.toPath().toAbsolutePath().normalize()
        return byPath.getOrPut(path) { TextSource(ScriptSource.read(path)) }
    }

    /** Notes that [script] imports [file]; false when [file] imports [script], by whatever way, or is it. */
    fun link(script: SourceCode, file: File): Boolean {
        val from = (script as? TextSource)?.source?.path ?: return true
        val to = file.toPath().toAbsolutePath().normalize()
        importsOf.getOrPut(from) { HashSet() }.add(to)
        return !reaches(to, from, HashSet())
    }

    private fun reaches(from: Path, to: Path, seen: MutableSet<Path>): Boolean =
        from == to || seen.add(from) && importsOf[from].orEmpty().any { reaches(it, to, seen) }
}

/** Follows `@file:Import` and refuses `@file:DependsOn`. */
internal fun refineByAnnotations(
    context: ScriptConfigurationRefinementContext,
    imported: ImportedSources
): ResultWithDiagnostics<ScriptCompilationConfiguration> {
    val imports = ArrayList<SourceCode>()
    val problems = ArrayList<ScriptDiagnostic>()
    for ((annotation, location) in context.collectedData?.get(ScriptCollectedData.collectedAnnotations).orEmpty()) {
        fun problem(message: String) {
            problems += ScriptDiagnostic(
                ScriptDiagnostic.unspecifiedError, message,
                sourcePath = context.script.locationId, location = location?.locationInText
            )
        }
        when (annotation) {
            is Import -> for (path in annotation.paths) {
                val file = folderOf(context.script).resolve(path).normalize()
                when {
                    !file.isFile -> problem("there is no script $file to import")
                    !imported.link(context.script, file) -> problem("$path imports this script in its turn")
                    else -> imports += imported.open(file)
                }
            }
            is DependsOn -> problem("@file:DependsOn is not supported yet; a Kotlin project can use any library")
        }
    }
    if (problems.isNotEmpty()) return ResultWithDiagnostics.Failure(problems)
    if (imports.isEmpty()) return context.compilationConfiguration.asSuccess()
    return context.compilationConfiguration.with { importScripts.append(imports) }.asSuccess()
}

private fun folderOf(script: SourceCode): File = when (script) {
    is TextSource -> script.source.folder.toFile()
    is ExternalSourceCode -> File(script.externalLocation.path).absoluteFile.parentFile
    else -> File("").absoluteFile
}
