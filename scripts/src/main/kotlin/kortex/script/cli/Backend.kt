package kortex.script.cli

import kortex.script.host.appClassPath
import kortex.session.Diagnostics

/** What `nn doctor` says about native libraries and backends: topic and value. */
internal fun backendLines(): List<Pair<String, String>> {
    val platforms = listOf("linux-", "macosx-", "windows-")
    val natives = appClassPath().map { it.fileName.toString() }.filter { jar -> platforms.any { it in jar } }
    val found = if (natives.isEmpty()) listOf("natives" to "none on the class path") else natives.map { "natives" to it }
    return found + Diagnostics.collect().map { it.topic() to it.value() }
}
