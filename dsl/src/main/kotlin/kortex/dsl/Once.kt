package kortex.dsl

import kortex.tensor.SettingException
import kotlin.properties.ReadWriteProperty
import kotlin.reflect.KProperty

/** A setting that is given at most once: two values for one thing are a mistake in the script. */
internal class Once<T>(private val name: String, private val default: T) : ReadWriteProperty<Any?, T> {
    private class Given<T>(val value: T)

    private var given: Given<T>? = null

    override fun getValue(thisRef: Any?, property: KProperty<*>): T = (given ?: Given(default)).value

    override fun setValue(thisRef: Any?, property: KProperty<*>, value: T) {
        given?.let { throw twice(name, it.value, value) }
        given = Given(value)
    }
}

internal fun twice(name: String, first: Any?, second: Any?) =
    SettingException("$name is set twice: $first, then $second", "Keep one of them.")
