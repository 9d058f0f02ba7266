package kortex.script.cli

import kortex.script.host.appClassPath

/** What `nn doctor` says about backends: topic and value. */
internal fun backendLines(): List<Pair<String, String>> {
    val platforms = listOf("linux-", "macosx-", "windows-")
    val natives = appClassPath().map { it.fileName.toString() }.filter { jar -> platforms.any { it in jar } }
    return if (natives.isEmpty()) listOf("natives" to "none on the class path") else natives.map { "natives" to it }
}
