package kortex.script.host

import java.io.File
import java.nio.file.Files
import java.nio.file.Path

/** What a compiled script depends on besides its text: compiler, JDK and the jars it was compiled against. */
internal fun compileEnvironment(classPath: List<Path> = appClassPath()): String = buildString {
    append("kotlin ").append(KotlinVersion.CURRENT)
    append(", jdk ").append(Runtime.version().feature())
    for (entry in classPath) append('\n').append(fingerprint(entry))
}

/** The class path of this process. */
internal fun appClassPath(): List<Path> =
    System.getProperty("java.class.path").split(File.pathSeparatorChar).filter { it.isNotEmpty() }.map { Path.of(it) }

private fun fingerprint(entry: Path): String {
    val file = entry.toFile()
    // Class folders occur in development only; their newest file stands for them.
    val newest = if (file.isDirectory) newestIn(entry) else file.lastModified()
    return "$entry ${file.length()} $newest"
}

private fun newestIn(folder: Path): Long =
    Files.walk(folder).use { files -> files.mapToLong { it.toFile().lastModified() }.max().orElse(0) }
