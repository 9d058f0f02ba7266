package kortex.bench

import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout

/**
 * Numbers that other languages compute alike: the element's index, hashed (MurmurHash3's finalizer) to a number of
 * 24 bits. Weights and data of the workloads are made of it, here and in `bench/peers/formula.py`.
 *
 * @param stream tells apart the arrays of a workload
 */
internal class Formula(private val stream: Int) {
    /** [count] numbers, uniform in [−[bound], [bound]). */
    fun uniform(count: Int, bound: Float = 1f): FloatArray = FloatArray(count) { index -> number(index) * bound }

    /** Fills [data] with f32 numbers, uniform in [−[bound], [bound]) around [middle]. */
    fun uniform(data: MemorySegment, bound: Float, middle: Float) {
        for (index in 0 until Math.toIntExact(data.byteSize() / Float.SIZE_BYTES)) {
            data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index.toLong(), number(index) * bound + middle)
        }
    }

    private fun number(index: Int): Float = (bits(index) ushr 8) * UNIT - 1f

    /** [count] classes, counted from 0. */
    fun classes(count: Int, classes: Int): IntArray = IntArray(count) { index -> (bits(index) ushr 8) % classes }

    private fun bits(index: Int): Int {
        var h = index * -0x61c88647 + stream * -0x7a143595
        h = (h xor (h ushr 16)) * -0x7a143595
        h = (h xor (h ushr 13)) * -0x3d4d51cb
        return h xor (h ushr 16)
    }

    private companion object {
        const val UNIT = 1f / (1 shl 23)
    }
}
