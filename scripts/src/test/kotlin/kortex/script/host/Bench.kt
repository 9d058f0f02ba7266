package kortex.script.host

import kortex.script.compiler.KotlinCompiler
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path

/** What one run said and returned. */
internal class Ran(val code: Int, val out: String, val err: String, val compiled: Boolean)

/** A folder with scripts and a cache, and a host that runs them with the compiler all tests share. */
internal class Bench {
    val folder: Path = Files.createTempDirectory("kortex-scripts")
    val cacheFolder: Path = folder.resolve("cache")
    private var compilations = 0

    fun script(name: String, text: String): Path = Files.writeString(folder.resolve(name), text.trimIndent())

    fun run(name: String, vararg args: String, options: ScriptHost.Options = ScriptHost.Options()): Ran =
        run(ScriptSource.read(folder.resolve(name)), args.asList(), options)

    /** Writes and runs a script. */
    fun runText(text: String, vararg args: String, options: ScriptHost.Options = ScriptHost.Options()): Ran {
        script("test.nn.kts", text)
        return run("test.nn.kts", *args, options = options)
    }

    fun run(source: ScriptSource, args: List<String>, options: ScriptHost.Options = ScriptHost.Options()): Ran {
        val out = ByteArrayOutputStream()
        val err = ByteArrayOutputStream()
        val before = compilations
        val counting = ScriptCompiler { script, environment ->
            compilations++
            COMPILER.compile(script, environment)
        }
        val standardOut = System.out
        val printOut = PrintStream(out)
        val code = try {
            System.setOut(printOut)
            ScriptHost(ScriptCache(cacheFolder), counting, Terminal(printOut, PrintStream(err), false))
                .run(source, args, options)
        } finally {
            System.setOut(standardOut)
        }
        return Ran(code, out.toString(), err.toString(), compilations > before)
    }

    fun entries(): List<Path> = Files.newDirectoryStream(cacheFolder, "*.knn").use { it.sorted() }

    private companion object {
        val COMPILER by lazy { KotlinCompiler(appClassPath()) }
    }
}
