package kortex.dsl.params

import kortex.tensor.SettingException

/**
 * A parameter known before the script runs, from its compiled classes.
 *
 * @property name the property's name
 * @property isSwitch whether its flag stands without a value
 */
public data class DeclaredParam(public val name: String, public val isSwitch: Boolean)

/**
 * The parameters of one run of a script: the values given on the command line, and the declarations seen so far.
 *
 * The names are known before the script runs, so a flag that no parameter has is refused before anything happens.
 * A value is checked against its type and range where the parameter is declared. When only help is wanted, the script
 * runs up to its last declaration and no further: [HelpRequested] leaves it there.
 *
 * @property script the script's file name, for messages
 * @property arguments what is left for the script: everything that is neither a flag nor a flag's value
 */
public class ScriptParameters internal constructor(
    public val script: String,
    public val arguments: List<String>,
    private val declared: List<DeclaredParam>,
    private val given: Map<String, String>,
    private val wantsHelp: Boolean
) {
    private val seen = LinkedHashMap<String, Param<*>>()

    /** Whether `--help` was given, so that the script must not do its work. */
    public val helpOnly: Boolean get() = wantsHelp

    /** The parameters declared so far, in order. */
    public val parameters: List<Param<*>> get() = seen.values.toList()

    /** The names and values declared so far: the configuration of this run. */
    public fun values(): Map<String, Any> = seen.mapValues { it.value.value }

    /** Runs [block], in which the parameters declared take their values from here. */
    public fun <R> bind(block: () -> R): R = ScopedValue.where(CURRENT, this).call<R, Throwable> { block() }

    /**
     * To be called by whatever starts real work, as `train` does: leaves the script when only help is wanted.
     * Parameters are declared before that.
     */
    public fun beforeWork() {
        if (wantsHelp) throw HelpRequested()
    }

    internal fun <T : Any> provide(name: String, spec: ParamSpec<T>): Param<T> {
        if (declared.none { it.name == name }) throw misplaced(name)
        val text = given[name]
        val param = Param(name, spec, if (text == null || wantsHelp) spec.default else convert(name, spec, text))
        seen[name] = param
        if (wantsHelp && seen.size == declared.size) throw HelpRequested()
        return param
    }

    private fun <T : Any> convert(name: String, spec: ParamSpec<T>, text: String): T {
        val flag = flagOf(name)
        val value = spec.kind.parse(text)
        val problem = if (value == null) null else spec.problemWith(value)
        if (value != null && problem == null) return value
        val near = nearest(text, spec.kind.choices) ?: spec.kind.show(spec.default)
        val wanted = spec.kind.noun + if (spec.range == null) "" else " in ${spec.limits()}"
        val what = if (problem == null) "$flag takes $wanted, not $text" else "$flag is $text, $problem"
        throw ParameterException(what, "$flag $near")
    }

    private fun misplaced(name: String) = SettingException(
        "parameter $name is declared inside a function or block",
        "declaring it at the top level of the script, so that --help and the check of flags know it."
    )

    /** Where the running script's parameters are found. */
    public companion object {
        private val CURRENT: ScopedValue<ScriptParameters> = ScopedValue.newInstance()

        /** The parameters of the script that this thread runs, or null outside the script host. */
        public fun current(): ScriptParameters? = if (CURRENT.isBound) CURRENT.get() else null

        /**
         * Reads the command line [args] of [script], whose parameters are the [declared] ones.
         *
         * @param takesArguments whether the script reads arguments that are not flags
         * @throws ParameterException on flags that no parameter has, and on other arguments when none are taken
         */
        public fun parse(
            script: String,
            args: List<String>,
            declared: List<DeclaredParam>,
            takesArguments: Boolean
        ): ScriptParameters = ArgumentParser(script, declared, takesArguments).parse(args)
    }
}

/** The flag that sets the parameter [name]: `batchSize` has `--batch-size`. */
public fun flagOf(name: String): String = buildString {
    append("--")
    for (letter in name) {
        if (letter.isUpperCase() && length > 2) append('-')
        append(letter.lowercaseChar())
    }
}

/** Leaves a script that runs for its `--help` alone. Not an [Exception], so that a script doesn't catch it by accident. */
public class HelpRequested internal constructor() : Throwable(null, null, false, false)
