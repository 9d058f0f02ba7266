package kortex.dsl.params

/** How the text after a flag becomes a value of type [T]. */
public sealed class ParamKind<T : Any>(
    /** The type in words, with its article: `a whole number`. */
    public val noun: String,
    /** The placeholder in `--help`: `INT`. */
    public val placeholder: String
) {
    /** The texts allowed, when they are few. */
    public open val choices: List<String> get() = emptyList()

    /** The value that [text] stands for, or null when it stands for none. */
    public abstract fun parse(text: String): T?

    /** The [value] as it would be typed. */
    public open fun show(value: T): String = showNumber(value)
}

/** Whole numbers of 32 bits; `1_000` is 1000. */
public data object IntKind : ParamKind<Int>("a whole number", "INT") {
    override fun parse(text: String): Int? = text.replace("_", "").toIntOrNull()
}

/** Whole numbers of 64 bits. */
public data object LongKind : ParamKind<Long>("a whole number", "INT") {
    override fun parse(text: String): Long? = text.replace("_", "").toLongOrNull()
}

/** Numbers, as `0.001` or `1e-3`. */
public data object DoubleKind : ParamKind<Double>("a number", "NUMBER") {
    // Java's own grammar also takes "1d" and "0x1p3", which no one types on purpose.
    override fun parse(text: String): Double? =
        if (text.any { it in "dDfFxX" }) null else text.replace("_", "").toDoubleOrNull()
}

/** Switches: a bare flag means true. */
public data object SwitchKind : ParamKind<Boolean>("true or false", "") {
    override fun parse(text: String): Boolean? = text.lowercase().toBooleanStrictOrNull()
}

/** Any text, or one of [choices]. */
public class StringKind(override val choices: List<String>) :
    ParamKind<String>(if (choices.isEmpty()) "a text" else "one of ${choices.joinToString(", ")}", "TEXT") {
    override fun parse(text: String): String? = text.takeIf { choices.isEmpty() || it in choices }

    override fun show(value: String): String = value.ifEmpty { "\"\"" }
}

/** One of an enum's [constants], in upper or lower case. */
public class EnumKind<E : Enum<E>>(private val constants: List<E>) :
    ParamKind<E>("one of ${constants.joinToString(", ") { it.name.lowercase() }}", "NAME") {
    override val choices: List<String> get() = constants.map { it.name.lowercase() }

    override fun parse(text: String): E? = constants.find { it.name.equals(text.replace('-', '_'), ignoreCase = true) }

    override fun show(value: E): String = value.name.lowercase()
}

/** A number as people write it: `1e-4`, not `1.0E-4`. */
internal fun showNumber(value: Any?): String = value.toString().replace(".0E", "e").replace('E', 'e')
