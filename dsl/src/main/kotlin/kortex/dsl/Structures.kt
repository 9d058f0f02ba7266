package kortex.dsl

import kortex.autodiff.Structure
import kortex.tensor.SettingException
import java.lang.reflect.Constructor
import java.lang.reflect.Method

/**
 * Takes apart and puts together what functions under [grad], [vmap], [scan] and their like take and give: tensors, lists,
 * maps, pairs, triples, data classes and records of those, nested. Numbers, strings and enums are kept as they are.
 * The values of maps are matched by key.
 */
internal class Tree<T : Any> : Structure<T> {
    override fun leaves(value: T): List<Tensor> = ArrayList<Tensor>().also { collect(value, it) }

    @Suppress("UNCHECKED_CAST")
    override fun with(like: T, leaves: List<Tensor>): T = rebuild(like, leaves.iterator()) as T
}

private fun collect(value: Any?, into: MutableList<Tensor>) {
    when (value) {
        is Tensor -> into += value
        is List<*> -> value.forEach { collect(it, into) }
        is Map<*, *> -> orderedKeys(value).forEach { collect(value[it], into) }
        null, Unit, is Number, is CharSequence, is Boolean, is Enum<*> -> Unit
        else -> FIELDS.get(value.javaClass).read(value).forEach { collect(it, into) }
    }
}

private fun rebuild(like: Any?, leaves: Iterator<Tensor>): Any? = when (like) {
    is Tensor -> leaves.next()
    is List<*> -> like.map { rebuild(it, leaves) }
    is Map<*, *> -> {
        val made = orderedKeys(like).associateWith { rebuild(like[it], leaves) }
        like.mapValues { made[it.key] }
    }
    null, Unit, is Number, is CharSequence, is Boolean, is Enum<*> -> like
    else -> FIELDS.get(like.javaClass).make(like, leaves)
}

/** The keys in an order that does not depend on how the map was made; of keys without an order in that of the map. */
private fun orderedKeys(map: Map<*, *>): List<Any?> {
    val keys = map.keys.toList()
    val comparable = keys.all { it is Comparable<*> && it.javaClass == keys.first()?.javaClass }
    return if (comparable) keys.sortedWith { a, b -> compareValues(a as Comparable<*>, b as Comparable<*>) } else keys
}

/** Which structure a value has, with a star for each tensor: `[*, *]`, `Layer[*, *]`. Equal for equal structures. */
internal fun formOf(value: Any?): Any? = when (value) {
    is Tensor -> "*"
    is List<*> -> value.map(::formOf)
    is Map<*, *> -> orderedKeys(value).map { "$it = ${formOf(value[it])}" }
    is Pair<*, *> -> Pair(formOf(value.first), formOf(value.second))
    is Triple<*, *, *> -> Triple(formOf(value.first), formOf(value.second), formOf(value.third))
    null, Unit, is Number, is CharSequence, is Boolean, is Enum<*> -> value
    else -> value.javaClass.simpleName + FIELDS.get(value.javaClass).read(value).map(::formOf)
}

private val FIELDS = object : ClassValue<Fields>() {
    override fun computeValue(type: Class<*>): Fields = Fields.of(type)
}

/**
 * The one place of this project that looks into classes by reflection (decision 0018): the values of a data class,
 * pair, triple or record in order, and the constructor that takes them.
 */
private class Fields(private val getters: List<Method>, private val constructor: Constructor<*>) {
    fun read(value: Any): List<Any?> = getters.map { it.invoke(value) }

    fun make(like: Any, leaves: Iterator<Tensor>): Any {
        val values = read(like).map { rebuild(it, leaves) }
        values.forEachIndexed { i, value ->
            val declared = constructor.parameterTypes[i]
            if (value is Tensor && !declared.isInstance(value)) {
                throw SettingException(
                    "value ${i + 1} of ${constructor.declaringClass.simpleName} is a ${declared.simpleName}, which " +
                        "cannot hold a gradient",
                    "Declare it as Tensor."
                )
            }
        }
        return constructor.newInstance(*values.toTypedArray())
    }

    companion object {
        private val COMPONENT = Regex("component\\d+(\\$.*)?")

        fun of(type: Class<*>): Fields {
            val getters = if (type.isRecord) type.recordComponents.map { it.accessor } else components(type)
            val constructor = type.declaredConstructors.firstOrNull { made ->
                getters.isNotEmpty() && made.parameterTypes.toList() == getters.map { it.returnType }
            }
            if (constructor == null || !(getters + constructor).all { it.trySetAccessible() }) {
                throw SettingException(
                    "${type.simpleName} is not made of tensors in a known way",
                    "Use tensors, lists, maps, pairs, triples and data classes of them."
                )
            }
            return Fields(getters, constructor)
        }

        private fun components(type: Class<*>): List<Method> =
            type.declaredMethods
                .filter { it.parameterCount == 0 && COMPONENT.matches(it.name) }
                .sortedBy { it.name.removePrefix("component").substringBefore('$').toInt() }
    }
}
