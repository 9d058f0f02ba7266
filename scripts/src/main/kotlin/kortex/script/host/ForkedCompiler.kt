package kortex.script.host

import java.io.DataInputStream
import java.io.DataOutputStream
import java.io.File
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

/**
 * Compiles in a JVM of its own, which is tuned for starting quickly and whose classes never get into the script's JVM.
 *
 * @param distribution the folder with `lib/` and `lib/compiler/`
 * @param archive the compiler's start-up archive (JEP 514); used when it is there
 */
public class ForkedCompiler(private val distribution: Path, private val archive: Path?) : ScriptCompiler {
    override fun compile(source: ScriptSource, environment: String): CompileOutcome {
        val process = ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        return try {
            DataOutputStream(process.outputStream.buffered()).use {
                writeRequest(it, Request(source, environment, appClassPath()))
            }
            DataInputStream(process.inputStream.buffered()).use { readOutcome(it) }
        } catch (broken: IOException) {
            val code = process.waitFor()
            val message = "the compiler's process ended with code $code: ${broken.message ?: "no answer"}"
            CompileOutcome(null, listOf(ScriptDiagnostic(true, source.name, 0, 0, message, "")))
        }
    }

    private fun command(): List<String> = buildList {
        add(Path.of(System.getProperty("java.home"), "bin", "java").toString())
        addAll(FLAGS)
        if (archive != null && Files.exists(archive)) add("-XX:AOTCache=$archive")
        add("-cp")
        add(classPath().joinToString(File.pathSeparator))
        add("kortex.script.compiler.CompilerMainKt")
    }

    /** The archive was made with the compiler's jars and the standard library: they come first, in the same order. */
    private fun classPath(): List<Path> {
        val folder = distribution.resolve("lib").resolve("compiler")
        val compiler = Files.newDirectoryStream(folder, "*.jar").use { it.sorted() }
        val (stdlib, others) = appClassPath().partition { it.fileName.toString().startsWith("kotlin-stdlib") }
        return compiler + stdlib + others
    }

    /** What the compiler's process is told. */
    public class Request(
        public val source: ScriptSource,
        public val environment: String,
        public val classPath: List<Path>
    )

    /** The two messages, as they are on the pipe. */
    public companion object {
        private val FLAGS = listOf(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m",
            "-Xlog:disable", "-Xlog:all=error,aot*=off:stderr",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"
        )

        /** Reads what [writeRequest] wrote. */
        public fun readRequest(input: DataInputStream): Request =
            Request(input.readSource(), input.readText(), input.readList { Path.of(readText()) })

        internal fun writeRequest(out: DataOutputStream, request: Request) {
            out.writeSource(request.source)
            out.writeText(request.environment)
            out.writeList(request.classPath) { writeText(it.toString()) }
        }

        /** Writes [outcome] for the process that asked. */
        public fun writeOutcome(out: DataOutputStream, outcome: CompileOutcome) {
            out.writeList(outcome.diagnostics) {
                writeBoolean(it.isError)
                writeText(it.file)
                writeInt(it.line)
                writeInt(it.column)
                writeText(it.message)
                writeText(it.sourceLine)
            }
            val script = outcome.script?.encode() ?: ByteArray(0)
            out.writeInt(script.size)
            out.write(script)
        }

        internal fun readOutcome(input: DataInputStream): CompileOutcome {
            val diagnostics = input.readList {
                ScriptDiagnostic(readBoolean(), readText(), readInt(), readInt(), readText(), readText())
            }
            return CompileOutcome(CompiledScript.decode(input.readNBytes(input.readInt())), diagnostics)
        }
    }
}
