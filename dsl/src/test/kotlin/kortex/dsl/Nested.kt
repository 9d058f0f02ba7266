package kortex.dsl

import kortex.graph.Slice

/** A tensor as plain Kotlin keeps it, indexed as NumPy's documentation says: what [FuzzSpec] compares with. */
internal class Nested(val shape: List<Int>, val data: List<Double>) {
    constructor(shape: List<Int>, at: (List<Int>) -> Double) : this(shape, positions(shape).map(at))

    private val numbers = positions(shape).zip(data).toMap()

    operator fun get(position: List<Int>): Double = numbers.getValue(position)

    /** The part at [index], or null where that is no index of this shape. */
    fun slice(index: List<Any>): Nested? = places(index)?.let { (shape, at) -> Nested(shape) { this[at(it)] } }

    /** With the part at [index] replaced by [value]; null where that is no index of this shape. */
    fun with(index: List<Any>, value: Double): Nested? = places(index)?.let { (part, at) ->
        val taken = positions(part).map(at).toSet()
        Nested(shape) { if (it in taken) value else this[it] }
    }

    /** The shape of the part at [index], and where each of its elements is. */
    private fun places(index: List<Any>): Pair<List<Int>, (List<Int>) -> List<Int>>? {
        if (index.count { it == Slice.ELLIPSIS } > 1) return null
        val used = index.count { it != Slice.ELLIPSIS && it != Slice.NEW_AXIS }
        if (used > shape.size) return null
        val whole = List<Any>(shape.size - used) { Slice.all() }
        val full = if (Slice.ELLIPSIS in index) {
            index.flatMap { if (it == Slice.ELLIPSIS) whole else listOf(it) }
        } else {
            index + whole
        }
        // For each axis of this tensor what it takes, and for each axis of the part which axis it walks along.
        val taken = mutableListOf<List<Int>>()
        val walks = mutableListOf<Int>()
        val dropped = mutableSetOf<Int>()
        for (one in full) {
            if (one == Slice.NEW_AXIS) {
                walks += NEW
            } else {
                val axis = taken.size
                taken += taken(one, shape[axis]) ?: return null
                if (one is Int || one is Long || one is Slice.At) dropped += axis else walks += axis
            }
        }
        val part = walks.map { if (it == NEW) 1 else taken[it].size }
        return Pair(part) { position ->
            taken.indices.map { axis -> taken[axis][if (axis in dropped) 0 else position[walks.indexOf(axis)]] }
        }
    }

    companion object {
        private const val NEW = -1

        /** All positions in a shape, in row-major order. */
        fun positions(shape: List<Int>): List<List<Int>> =
            shape.fold(listOf(listOf())) { before, extent -> before.flatMap { p -> List(extent) { p + it } } }

        /** The positions that one index takes of an axis of [n]; null when it may not. */
        private fun taken(index: Any, n: Int): List<Int>? = when (index) {
            is Int -> if (index in -n until n) listOf(index.mod(n)) else null
            is Long -> taken(index.toInt(), n)
            is Slice.At -> taken(index.position.toInt(), n)
            is IntProgression -> when {
                index.first >= 0 && (if (index.step > 0) index.last == -1 else index.last < 0) -> null
                index.step > 0 -> range(n, index.first, index.last.plus(1).takeIf { it != 0 }, index.step)
                else -> range(n, index.first, index.last.minus(1).takeIf { it != -1 }, index.step)
            }
            is Slice.Between -> range(
                n,
                index.begin.let { if (it.isPresent) it.asLong.toInt() else null },
                index.end.let { if (it.isPresent) it.asLong.toInt() else null },
                index.step.toInt()
            )
            else -> null
        }

        /** Python's `begin:end:step` on an axis of [n]. */
        private fun range(n: Int, begin: Int?, end: Int?, step: Int): List<Int> {
            val least = if (step > 0) 0 else -1
            val most = if (step > 0) n else n - 1
            fun bound(x: Int) = (if (x < 0) x + n else x).coerceIn(least, most)
            val from = begin?.let(::bound) ?: if (step > 0) least else most
            val to = end?.let(::bound) ?: if (step > 0) most else least
            return generateSequence(from) { it + step }.takeWhile { if (step > 0) it < to else it > to }.toList()
        }
    }
}
