package kortex.script.cli

import kortex.script.host.appClassPath

/** What `nn doctor` says about backends: topic and value. */
internal fun backendLines(): List<Pair<String, String>> {
    val natives = appClassPath().map { it.fileName.toString() }.filter { "linux-" in it || "macosx-" in it ||
        "windows-" in it }
    return if (natives.isEmpty()) listOf("natives" to "none on the class path") else natives.map { "natives" to it }
}
