package kortex.dsl.params

/** Splits a command line into the values of [declared] parameters and the rest, and refuses what no parameter takes. */
internal class ArgumentParser(
    private val script: String,
    private val declared: List<DeclaredParam>,
    private val takesArguments: Boolean
) {
    private val values = LinkedHashMap<String, String>()
    private val rest = ArrayList<String>()
    private val problems = ArrayList<ParameterProblem>()
    private var help = false

    fun parse(args: List<String>): ScriptParameters {
        val tokens = ArrayDeque(args)
        while (tokens.isNotEmpty()) {
            val token = tokens.removeFirst()
            when {
                token == "--" -> {
                    rest += tokens
                    break
                }
                !token.startsWith("-") || token == "-" || token.toDoubleOrNull() != null -> rest += token
                else -> flag(token, tokens)
            }
        }
        if (!takesArguments && rest.isNotEmpty()) refuseArguments()
        if (problems.isNotEmpty() && !help) throw ParameterException(problems)
        return ScriptParameters(script, rest, declared, values, help)
    }

    private fun flag(token: String, tokens: ArrayDeque<String>) {
        val flag = token.substringBefore('=')
        val inline = if ('=' in token) token.substringAfter('=') else null
        val param = declared.find { flag == flagOf(it.name) || flag == "--${it.name}" }
        val negated = declared.find { it.isSwitch && flag == "--no-" + flagOf(it.name).drop(2) }
        when {
            param != null && inline != null -> values[param.name] = inline
            param != null && param.isSwitch -> values[param.name] = switchValue(tokens)
            param != null && (tokens.isEmpty() || tokens.first().startsWith("--")) ->
                problems += ParameterProblem("$flag needs a value", "$flag VALUE")
            param != null -> values[param.name] = tokens.removeFirst()
            negated != null && inline == null -> values[negated.name] = "false"
            flag == "--help" || flag == "-h" -> help = true
            else -> unknown(flag, inline, tokens)
        }
    }

    /** A switch stands alone, but `--augment false` is understood as well. */
    private fun switchValue(tokens: ArrayDeque<String>): String {
        val next = tokens.firstOrNull()?.lowercase()
        return if (next == "true" || next == "false") tokens.removeFirst() else "true"
    }

    private fun unknown(flag: String, inline: String?, tokens: ArrayDeque<String>) {
        val flags = declared.map { flagOf(it.name) }
        val near = nearest(flag, flags)
        val remedy = when {
            near != null -> near
            flags.isEmpty() -> "no flags: this script declares no parameters."
            else -> "one of ${flags.joinToString(", ")}."
        }
        problems += ParameterProblem("$script has no parameter $flag", remedy)
        // What follows is most likely the flag's value, not an argument of its own.
        if (inline == null && tokens.firstOrNull()?.startsWith("-") == false) tokens.removeFirst()
    }

    private fun refuseArguments() {
        val first = rest.first()
        val named = declared.find { first.startsWith("${it.name}=") }
        val remedy = if (named != null) "--$first" else "flags such as --name value, or reading args in the script."
        problems += ParameterProblem("$script takes no argument such as $first", remedy)
    }
}
