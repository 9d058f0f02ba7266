package kortex.script.cli

import com.sun.management.OperatingSystemMXBean
import kortex.script.host.ScriptCache
import java.io.File
import java.lang.management.ManagementFactory

/** What `nn doctor` prints: what of this machine matters to Kortex, topic and value. */
internal fun doctorLines(): List<Pair<String, String>> = buildList {
    val runtime = Runtime.version()
    add("Kortex" to VERSION)
    add("Kotlin" to KotlinVersion.CURRENT.toString())
    add("JDK" to "$runtime at ${System.getProperty("java.home")}")
    add("OS" to "${System.getProperty("os.name")} ${System.getProperty("os.version")} ${System.getProperty("os.arch")}")
    addAll(cpu())
    // The JVM counts the cores and the memory of its container, not those of the host.
    add("cores" to "${Runtime.getRuntime().availableProcessors()}")
    add("memory" to memory())
    add("cache" to ScriptCache.userFolder().toString())
    addAll(backendLines())
}

private fun memory(): String {
    val heap = Runtime.getRuntime().maxMemory()
    val system = ManagementFactory.getOperatingSystemMXBean() as? OperatingSystemMXBean
        ?: return "${mebibytes(heap)} for the Java heap"
    return "${mebibytes(system.freeMemorySize)} free of ${mebibytes(system.totalMemorySize)}, " +
        "${mebibytes(heap)} for the Java heap"
}

private fun mebibytes(bytes: Long) = "${bytes shr 20} MiB"

private fun cpu(): List<Pair<String, String>> {
    val info = File("/proc/cpuinfo").takeIf { it.canRead() }?.readLines().orEmpty()
    fun field(name: String) = info.firstOrNull { it.startsWith(name) }?.substringAfter(':')?.trim()
    val flags = (field("flags") ?: field("Features")).orEmpty().split(' ')
    val known = FEATURES.filter { it in flags }.joinToString(" ")
    return listOfNotNull(field("model name")?.let { "CPU" to it }, known.ifEmpty { null }?.let { "CPU features" to it })
}

/** The instruction sets that decide how fast kernels and libraries are. */
private val FEATURES = listOf(
    "sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16",
    "avx_vnni", "amx_tile", "amx_bf16", "amx_int8", "asimd", "sve", "sve2", "bf16", "i8mm"
)
