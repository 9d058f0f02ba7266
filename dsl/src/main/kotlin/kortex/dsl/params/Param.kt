package kortex.dsl

import kortex.dsl.params.DoubleKind
import kortex.dsl.params.EnumKind
import kortex.dsl.params.IntKind
import kortex.dsl.params.LongKind
import kortex.dsl.params.ParamSpec
import kortex.dsl.params.StringKind
import kortex.dsl.params.SwitchKind
import kortex.tensor.SettingException

/**
 * A whole-number parameter of the script: `val hidden by param(128, "width of the hidden layer", range = 32..512)`.
 *
 * The name is the property's: `nn run FILE --hidden 256` sets it, `nn run FILE --help` lists it. `batchSize` is set by
 * `--batch-size`. Outside the script host every parameter has its default.
 *
 * @param default the value when none is given; lies in [range]
 * @param help one line for `--help`
 * @param range the values allowed, both ends included; all when null
 */
public fun param(default: Int, help: String = "", range: ClosedRange<Int>? = null): ParamSpec<Int> =
    ParamSpec(IntKind, default, help, range)

/** A whole-number parameter of 64 bits; see the one for [Int]. */
public fun param(default: Long, help: String = "", range: ClosedRange<Long>? = null): ParamSpec<Long> =
    ParamSpec(LongKind, default, help, range)

/** A number: `val rate by param(1e-3, "learning rate", range = logScale(1e-4, 1e-1))`. NaN and infinity are refused. */
public fun param(default: Double, help: String = "", range: ClosedRange<Double>? = null): ParamSpec<Double> =
    ParamSpec(DoubleKind, default, help, range)

/** A switch: `val augment by param(false, "flip and shift the images")`, set by `--augment` or `--no-augment`. */
public fun param(default: Boolean, help: String = ""): ParamSpec<Boolean> =
    ParamSpec(SwitchKind, default, help, null)

/** A text, one of [choices] unless they are empty: `val data by param("data/digits.csv", "the table to learn from")`. */
public fun param(default: String, help: String = "", choices: List<String> = emptyList()): ParamSpec<String> =
    ParamSpec(StringKind(choices), default, help, null)

/** One of an enum's constants, written in upper or lower case: `val cell by param(Cell.GRU, "the recurrent cell")`. */
public fun <E : Enum<E>> param(default: E, help: String = ""): ParamSpec<E> =
    ParamSpec(EnumKind(default.declaringJavaClass.enumConstants.asList()), default, help, null)

/** The range from [start] to [end], both included, to be searched in equal ratios rather than equal steps. */
public fun <T> logScale(start: T, end: T): LogScale<T> where T : Number, T : Comparable<T> = LogScale(start, end)

/** A range that a search walks in equal ratios; made by [logScale]. Its [start] is positive. */
public class LogScale<T>(override val start: T, override val endInclusive: T) : ClosedRange<T>
    where T : Number, T : Comparable<T> {
    init {
        if (start.toDouble() <= 0.0 || start > endInclusive) {
            throw SettingException("no log scale goes from $start to $endInclusive", "0 < start <= end.")
        }
    }

    override fun equals(other: Any?): Boolean =
        other is LogScale<*> && start == other.start && endInclusive == other.endInclusive

    override fun hashCode(): Int = 31 * start.hashCode() + endInclusive.hashCode()

    override fun toString(): String = "logScale($start, $endInclusive)"
}
