package kortex.script.host

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

/**
 * The text of a script, as it was read once.
 *
 * @property name the file's name, for messages
 * @property path the file's absolute path; null for a script read from standard input
 * @property text the content
 */
public data class ScriptSource(public val name: String, public val path: Path?, public val text: String) {
    /** The folder that imports are relative to. */
    public val folder: Path get() = path?.parent ?: Path.of("").toAbsolutePath()

    /** The line numbered [number] from 1, without its indentation, or an empty text. */
    public fun line(number: Int): String = text.lineSequence().drop(number - 1).firstOrNull()?.trim().orEmpty()

    /**
     * The first comment of the script, as the description in its help: without comment marks, shebang and a leading
     * "file name:".
     */
    public fun description(): String {
        val lines = text.lineSequence().map { it.trim() }.dropWhile { it.startsWith("#!") || it.isEmpty() }
        val first = lines.firstOrNull().orEmpty()
        val comment = when {
            first.startsWith("//") -> lines.takeWhile { it.startsWith("//") }.map { it.removePrefix("//").trim() }
            first.startsWith("/*") -> lines.joinToString("\n").substringAfter("/*").substringBefore("*/").trim('*')
                .lineSequence().map { it.trim().removePrefix("*").trim() }
            else -> emptySequence()
        }
        return comment.joinToString("\n").trim().removePrefix("$name:").trim()
    }

    /** Where scripts come from. */
    public companion object {
        /** The name of a script read from standard input. */
        public const val STDIN_NAME: String = "stdin.nn.kts"

        /** Reads the script at [path]. */
        @Throws(IOException::class)
        public fun read(path: Path): ScriptSource {
            val absolute = path.toAbsolutePath().normalize()
            return ScriptSource(absolute.fileName.toString(), absolute, Files.readString(absolute))
        }

        /** The script whose text was piped in. */
        public fun stdin(text: String): ScriptSource = ScriptSource(STDIN_NAME, null, text)
    }
}
