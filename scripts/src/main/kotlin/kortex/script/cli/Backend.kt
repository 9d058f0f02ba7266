package kortex.script.cli

import kortex.script.host.appClassPath
import kortex.session.Diagnostics

/** What `nn doctor` says about native libraries and backends: topic and value. */
internal fun backendLines(): List<Pair<String, String>> {
    val platforms = listOf("linux-", "macosx-", "windows-")
    val natives = appClassPath().map { it.fileName.toString() }.filter { jar -> platforms.any { it in jar } }
    val found = natives.ifEmpty { listOf("none on the class path") }
    return found.map { "natives" to it } + Diagnostics.collect().map { it.topic() to it.value() }
}
