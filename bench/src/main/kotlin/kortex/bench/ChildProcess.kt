package kortex.bench

import kortex.session.Precision
import java.lang.management.ManagementFactory
import java.nio.file.Path

/** A workload in a Java process with the options of this one, so that its first step and its peak memory are its own. */
internal class ChildProcess(
    private val workload: Workload, private val threads: Int, private val seconds: Double,
    private val precision: Precision
) {
    /** Hands each line of output to [show]; returns whether the process ended well. */
    fun run(show: (String) -> Unit): Boolean {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val options = ManagementFactory.getRuntimeMXBean().inputArguments
        val path = listOf("-cp", System.getProperty("java.class.path"))
        val command = listOf(java) + options + path + MAIN + listOf(workload.id, "$threads", "$seconds", precision.name)
        val builder = ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)
        builder.environment()["OMP_NUM_THREADS"] = "$threads"
        val process = builder.start()
        process.inputReader().useLines { lines -> lines.forEach(show) }
        return process.waitFor() == 0
    }

    private companion object {
        const val MAIN = "kortex.bench.OneWorkloadKt"
    }
}
