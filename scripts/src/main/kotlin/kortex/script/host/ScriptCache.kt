package kortex.script.host

import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardOpenOption.CREATE_NEW
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.PosixFilePermissions
import java.time.Duration
import java.time.Instant

/**
 * Compiled scripts on disk, one file each, in [folder].
 *
 * An entry holds the very texts it was compiled from. It is used only when the script, each imported file and the
 * environment are equal to them, so it is never stale; a damaged entry counts as missing. Entries are written beside
 * their place and moved into it, so that no reader sees half of one. A folder that can't be written costs speed only.
 */
public class ScriptCache(private val folder: Path) {
    /** The compiled form of [source], if it is there and still good. */
    public fun find(source: ScriptSource, environment: String): CompiledScript? {
        val script = try {
            CompiledScript.decode(Files.readAllBytes(place(source, environment)))
        } catch (_: IOException) {
            null
        }
        return script?.takeIf { it.environment == environment && it.sources.first() == source && importsUnchanged(it) }
    }

    /** Keeps [script] for the next run. */
    public fun store(script: CompiledScript) {
        try {
            createPrivate(folder)
            val place = place(script.sources.first(), script.environment)
            val draft = folder.resolve("${place.fileName}.${ProcessHandle.current().pid()}.${System.nanoTime()}.tmp")
            FileChannel.open(draft, CREATE_NEW, WRITE).use { channel ->
                val bytes = ByteBuffer.wrap(script.encode())
                while (bytes.hasRemaining()) channel.write(bytes)
                channel.force(true)
            }
            Files.move(draft, place, ATOMIC_MOVE)
            removeOld()
        } catch (_: IOException) {
            // The next run compiles again.
        }
    }

    private fun importsUnchanged(script: CompiledScript): Boolean = script.sources.drop(1).all { import ->
        try {
            import.path != null && Files.readString(import.path) == import.text
        } catch (_: IOException) {
            false
        }
    }

    private fun place(source: ScriptSource, environment: String): Path {
        val key = hash(environment, hash(source.text, hash(source.path.toString(), SEED)))
        return folder.resolve("${source.name}-${java.lang.Long.toHexString(key)}.knn")
    }

    /** Edits leave entries behind; those not written for a month go. */
    private fun removeOld() {
        val limit = Instant.now() - Duration.ofDays(30)
        Files.newDirectoryStream(folder).use { entries ->
            for (entry in entries) {
                if (Files.getLastModifiedTime(entry).toInstant() < limit) Files.deleteIfExists(entry)
            }
        }
    }

    /** Where the cache of this user is. */
    public companion object {
        private const val SEED = -0x340d631b7bdddcdbL
        private const val PRIME = 0x100000001b3L

        /** `$KORTEX_CACHE`, else `$XDG_CACHE_HOME/kortex`, else `~/.cache/kortex`. */
        public fun userFolder(environment: Map<String, String> = System.getenv()): Path {
            fun folder(variable: String) = environment[variable]?.takeIf { it.isNotEmpty() }?.let(Path::of)
            return folder("KORTEX_CACHE")
                ?: folder("XDG_CACHE_HOME")?.resolve("kortex")
                ?: Path.of(System.getProperty("user.home"), ".cache", "kortex")
        }

        /** FNV-1a over UTF-16; it names files only, the entry itself is compared in full. */
        private fun hash(text: String, start: Long): Long = text.fold(start) { h, c -> (h xor c.code.toLong()) * PRIME }

        private fun createPrivate(folder: Path) {
            if (Files.isDirectory(folder)) return
            folder.parent?.let { Files.createDirectories(it) }
            val mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            try {
                Files.createDirectory(folder, mine)
            } catch (_: UnsupportedOperationException) {
                Files.createDirectories(folder)
            } catch (_: java.nio.file.FileAlreadyExistsException) {
                // Another run was quicker.
            }
        }
    }
}
