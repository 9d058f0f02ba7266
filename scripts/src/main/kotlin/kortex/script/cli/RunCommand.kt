package kortex.script.cli

import kortex.dsl.params.nearest
import kortex.script.compiler.KotlinCompiler
import kortex.script.host.ExitCode
import kortex.script.host.ForkedCompiler
import kortex.script.host.ScriptCache
import kortex.script.host.ScriptCompiler
import kortex.script.host.ScriptHost
import kortex.script.host.ScriptSource
import kortex.script.host.Terminal
import kortex.script.host.appClassPath
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

/** A parsed `nn run`: its own options come before the file, all that follows is the script's. */
internal class RunCommand(val file: String, val args: List<String>, val options: ScriptHost.Options) {
    fun execute(terminal: Terminal): Int {
        val source = read(terminal) ?: return ExitCode.USAGE
        val host = ScriptHost(ScriptCache(ScriptCache.userFolder().resolve("scripts")), compiler(), terminal)
        return host.run(source, args, options)
    }

    private fun read(terminal: Terminal): ScriptSource? {
        if (file == "-") return ScriptSource.stdin(System.`in`.readAllBytes().decodeToString())
        val problem = when {
            !Files.exists(Path.of(file)) -> "there is no file $file${similar()}"
            !file.endsWith(SUFFIX) -> "$file is not a Kortex script; their names end in $SUFFIX"
            else -> null
        }
        try {
            if (problem == null) return ScriptSource.read(Path.of(file))
            terminal.err.println("nn: $problem")
        } catch (unreadable: IOException) {
            terminal.err.println("nn: $file can't be read: ${unreadable.message}")
        }
        return null
    }

    private fun similar(): String {
        val folder = Path.of(file).toAbsolutePath().parent?.toFile()
        val scripts = folder?.list()?.filter { it.endsWith(SUFFIX) }.orEmpty().sorted()
        return nearest(Path.of(file).fileName.toString(), scripts)?.let { "; did you mean $it?" }.orEmpty()
    }

    private fun compiler(): ScriptCompiler {
        val distribution = System.getProperty("kortex.home")
        // Without a distribution, as in an IDE, the compiler is on this process's own class path.
        if (distribution ==
            null) {
            return ScriptCompiler { source, env -> KotlinCompiler(appClassPath()).compile(source, env) }
        }
        return ForkedCompiler(Path.of(distribution), System.getProperty("kortex.compilerArchive")?.let { Path.of(it) })
    }

    companion object {
        const val SUFFIX = ".nn.kts"

        /** Reads `run …` or `FILE …`; null when it is anything else, or not well formed, which Clikt then explains. */
        fun parse(args: List<String>): RunCommand? {
            val first = args.firstOrNull() ?: return null
            if (first != "run") {
                val isScript = first == "-" || first.endsWith(SUFFIX)
                return if (isScript) RunCommand(first, args.drop(1), ScriptHost.Options()) else null
            }
            var options = ScriptHost.Options()
            for (index in 1 until args.size) {
                options = when (val arg = args[index]) {
                    "--fresh" -> options.copy(fresh = true)
                    "--trace" -> options.copy(trace = true)
                    else -> {
                        if (arg.startsWith("-") && arg != "-") return null
                        return RunCommand(arg, args.drop(index + 1), options)
                    }
                }
            }
            return null
        }
    }
}
