package kortex.script.host

import kortex.dsl.params.Param
import kortex.dsl.params.ParamSpec
import kortex.dsl.params.ScriptParameters
import kortex.dsl.params.SwitchKind
import kortex.dsl.params.flagOf

/** What `nn run FILE --help` prints: the script's first comment and its parameters. */
internal class HelpPage(private val script: CompiledScript, private val parameters: ScriptParameters) {
    private val source = script.sources.first()

    fun text(): String = buildString {
        append(source.name)
        source.description().let { if (it.isNotEmpty()) append(": ").append(it) }
        append("\n\nUsage: nn run ${source.path ?: "-"}")
        if (script.params.isNotEmpty()) append(" [--parameter value ...]")
        if (script.takesArguments) append(" [argument ...]")
        append("\n")
        if (script.params.isNotEmpty()) appendParameters()
    }

    private fun StringBuilder.appendParameters() {
        val rows = parameters.parameters.map { usage(it) to details(it.spec) } + notReached()
        val width = rows.maxOf { it.first.length }
        append("\nParameters:\n")
        for ((usage, details) in rows) append("  ").append(usage.padEnd(width + 2)).append(details).append('\n')
    }

    private fun usage(param: Param<*>): String {
        val flag = flagOf(param.name)
        if (param.spec.kind === SwitchKind) return if (param.value == true) "--no-${flag.drop(2)}" else flag
        return "$flag ${param.spec.kind.placeholder}"
    }

    private fun <T : Any> details(spec: ParamSpec<T>): String {
        val kind = if (spec.kind === SwitchKind) "on or off" else spec.kind.noun.takeIf { spec.kind.choices.isEmpty() }
        val facts = listOfNotNull(
            kind,
            spec.limits().ifEmpty { null },
            "default ${if (spec.kind === SwitchKind) onOff(spec.default) else spec.kind.show(spec.default)}"
        )
        return "${spec.help} (${facts.joinToString(", ")})".trimStart()
    }

    private fun onOff(value: Any) = if (value == true) "on" else "off"

    /** A script that fails before its last declaration still has help for what comes after. */
    private fun notReached(): List<Pair<String, String>> {
        val reached = parameters.parameters.mapTo(HashSet()) { it.name }
        return script.params.filter { it.name !in reached }.map { flagOf(it.name) to "" }
    }
}
