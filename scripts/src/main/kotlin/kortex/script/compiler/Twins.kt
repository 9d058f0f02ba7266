package kortex.script.compiler

import kotlin.script.experimental.api.ScriptDiagnostic

private const val CLASH = "Platform declaration clash"
private val ACCESSOR = Regex("<[gs]et-([^>]+)>")

/**
 * The reports, with one in place of the several that say that `x` and `X`, declared at the top of a script, have one
 * getter: both would be `getX`.
 */
internal fun withTwinsNamed(reports: List<ScriptDiagnostic>): List<ScriptDiagnostic> {
    val clashes = reports.filter { CLASH in it.message }.groupBy { twins(it.message) }
    val rest = reports.filter { CLASH !in it.message || twins(it.message).isEmpty() }
    return rest + clashes.filterKeys { it.isNotEmpty() }.map { (names, said) -> named(names.sorted(), said) }
}

/** The names in a clash that become one getter; none when it is another clash. */
private fun twins(message: String): Set<String> {
    val names = ACCESSOR.findAll(message).map { it.groupValues[1] }.toSet()
    val getters = names.map { name -> name.replaceFirstChar { it.uppercaseChar() } }.toSet()
    return if (names.size > 1 && getters.size == 1) names else emptySet()
}

/** One report, where the last of them is declared. */
private fun named(names: List<String>, said: List<ScriptDiagnostic>): ScriptDiagnostic {
    val second = said.maxBy { report -> report.location?.start?.let { it.line * COLUMNS + it.col } ?: 0 }
    val both = names.joinToString(" and ")
    return ScriptDiagnostic(
        second.code,
        "$both differ only in the case of their first letter, so they cannot both be declared at the top of a " +
            "script: rename one",
        second.severity,
        second.sourcePath,
        second.location
    )
}

private const val COLUMNS = 1 shl 12
