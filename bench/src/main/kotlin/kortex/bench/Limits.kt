package kortex.bench

import kortex.backend.cpu.llvm.LlvmCompiler
import kortex.backend.cpu.llvm.NativeCode
import kortex.backend.cpu.natives.CFunction
import kortex.backend.cpu.natives.NativeLibraries
import kortex.backend.cpu.natives.NativeSettings
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout
import java.util.Locale
import java.util.concurrent.Callable
import java.util.concurrent.Executors

/** Far larger than the caches: 64 MiB for each array. */
private const val ELEMENTS = 1L shl 24
private const val ROUNDS = 2000L
private const val PARTS = 512L
private const val TRIAD_BYTES = 12.0
private const val PAGE = 4096L
private const val GIGA = 1e9

/**
 * What this machine can do at most, measured with kernels of its own: what the speed of a single op is a share of.
 *
 * @param gflops fused multiply-adds in registers, each counted as two operations
 * @param triad GB/s of `a ← 3 · c + b` in memory
 * @param streamingTriad the same with stores that pass by the caches
 */
internal class Limits(
    private val threads: Int, private val gflops: Double, private val triad: Double, private val streamingTriad: Double
) {
    /** The line that `bench/compare` reads. */
    fun line(): String = "LIMITS\tkortex\t$threads\tGFLOPs=%.1f triad_GBps=%.1f streaming_triad_GBps=%.1f"
        .format(Locale.ROOT, gflops, triad, streamingTriad)

    override fun toString(): String = "%d threads: %.0f GFLOP/s, triad %.1f GB/s, %.1f with streaming stores"
        .format(Locale.ROOT, threads, gflops, triad, streamingTriad)
}

/**
 * Measures the limits of [threads]: the median run of some [seconds] for each, after a warm-up. So are workloads
 * measured, and the best run of a core that has just rested says more about its clock than about what lasts.
 */
internal fun measureLimits(threads: Int, seconds: Double = 1.0): Limits = Arena.ofShared().use { arena ->
    LlvmCompiler.open(NativeLibraries.open(NativeSettings.fromEnvironment())).use { compiler ->
        val kernels = LimitKernels(compiler.target().vectorBits(), ROUNDS)
        compiler.link(compiler.compile("limits", kernels.text)).use { code ->
            LimitRuns(code, arrays(arena), threads, seconds).use { runs ->
                Limits(
                    threads,
                    kernels.flopsOfPart * PARTS / runs.median("fma", PARTS, 1) / GIGA,
                    TRIAD_BYTES * ELEMENTS / runs.median("triad", ELEMENTS, kernels.lanes) / GIGA,
                    TRIAD_BYTES * ELEMENTS / runs.median("streaming_triad", ELEMENTS, kernels.lanes) / GIGA
                )
            }
        }
    }
}

/** A table of the addresses of a, b and c; b and c are such that neither kernel overflows. */
private fun arrays(arena: Arena): MemorySegment {
    val arrays = List(3) { arena.allocate(ELEMENTS * Float.SIZE_BYTES, PAGE) }
    for (element in 0 until ELEMENTS) {
        arrays[1].setAtIndex(ValueLayout.JAVA_FLOAT, element, 0.5f)
        arrays[2].setAtIndex(ValueLayout.JAVA_FLOAT, element, 1f)
    }
    val table = arena.allocate(ValueLayout.ADDRESS, arrays.size.toLong())
    arrays.forEachIndexed { index, array -> table.setAtIndex(ValueLayout.ADDRESS, index.toLong(), array) }
    return table
}

/** Runs kernels on threads of their own, so that no runner of the engine is part of what is measured. */
private class LimitRuns(
    private val code: NativeCode, private val arrays: MemorySegment, private val threads: Int,
    private val seconds: Double
) : AutoCloseable {
    private val pool = Executors.newFixedThreadPool(threads)

    /** The seconds of the median run over `[0, extent)`, in parts that begin at multiples of [align]. */
    fun median(kernel: String, extent: Long, align: Long): Double {
        val function = CFunction(kernel, code.symbol(kernel))
        val bounds = (0..threads).map { extent / align * it / threads * align }
        val parts = bounds.zipWithNext { begin, end -> Callable { function.call(arrays.address(), begin, end) } }
        run(parts, seconds / 2)
        return run(parts, seconds).sorted().let { it[it.size / 2] }
    }

    private fun run(parts: List<Callable<Long>>, seconds: Double): List<Double> {
        val times = ArrayList<Double>()
        val begin = System.nanoTime()
        do {
            val start = System.nanoTime()
            pool.invokeAll(parts).forEach { it.get() }
            val end = System.nanoTime()
            times += (end - start) / GIGA
        } while (end - begin < seconds * GIGA)
        return times
    }

    override fun close() = pool.close()
}
