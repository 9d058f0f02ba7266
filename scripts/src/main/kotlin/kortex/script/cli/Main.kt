package kortex.script.cli

import kortex.script.host.Terminal
import kotlin.system.exitProcess

internal const val VERSION = "0.1.0-SNAPSHOT"

/** The `nn` command. Running a script comes first and loads nothing of the command-line library. */
public fun main(args: Array<String>) {
    val arguments = args.asList()
    val run = RunCommand.parse(arguments)
    val terminal = Terminal(System.out, System.err, System.getProperty("kortex.color") == "true")
    val code = if (run != null) run.execute(terminal) else NnCommand(terminal).execute(arguments)
    if (code != 0) exitProcess(code)
}
