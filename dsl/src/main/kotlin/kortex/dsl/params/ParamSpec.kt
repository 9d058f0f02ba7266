package kortex.dsl.params

import kortex.dsl.LogScale
import kortex.tensor.SettingException
import kotlin.reflect.KProperty

/**
 * What `param(…)` declares: a type, a default, a line of help and a range. It becomes a [Param] when a property
 * delegates to it, since only then does it have a name.
 *
 * @property kind how a text becomes a value
 * @property default the value when none is given
 * @property help one line, possibly empty
 * @property range the values allowed; all when null
 */
public class ParamSpec<T : Any> internal constructor(
    public val kind: ParamKind<T>,
    public val default: T,
    public val help: String,
    public val range: ClosedRange<*>?
) {
    /** Names the parameter after the [property] and takes its value from the running script's arguments. */
    public operator fun provideDelegate(thisRef: Any?, property: KProperty<*>): Param<T> {
        val name = property.name
        problemWith(default)?.let { problem ->
            throw SettingException(
                "the default of parameter $name is ${kind.show(default)}, $problem",
                "a default within the range."
            )
        }
        return ScriptParameters.current()?.provide(name, this) ?: Param(name, this, default)
    }

    /** The range or the choices as a reader of `--help` sees them, or an empty text. */
    public fun limits(): String {
        val range = this.range ?: return kind.choices.joinToString(", ")
        val ends = "${showNumber(range.start)}..${showNumber(range.endInclusive)}"
        return if (range is LogScale<*>) "$ends on a log scale" else ends
    }

    /** Says what is wrong with [value], or null when it is allowed. */
    internal fun problemWith(value: T): String? = when {
        value is Double && !value.isFinite() -> "not finite"
        range != null && !contains(range, value) -> "outside ${limits()}"
        else -> null
    }

    private fun contains(range: ClosedRange<*>, value: T): Boolean {
        @Suppress("UNCHECKED_CAST") // the overloads of param() give a range of the value's own type
        return (value as Comparable<Any>) in (range as ClosedRange<Comparable<Any>>)
    }
}

/** A declared parameter with its [name] and its [value], which never changes. */
public class Param<out T : Any> internal constructor(
    public val name: String,
    public val spec: ParamSpec<out T>,
    public val value: T
) {
    /** The value, to whoever reads the property. */
    public operator fun getValue(thisRef: Any?, property: KProperty<*>): T = value

    override fun toString(): String = "$name = $value"
}
