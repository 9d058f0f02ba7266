package kortex.bench

/** Measures one workload in this process: its name, the number of threads and the seconds to measure. */
public fun main(args: Array<String>) {
    val (id, threads, seconds) = args
    val workload = WORKLOADS.getValue(id)
    val prepared = workload.open()
    val measured = Protocol.of(workload, seconds.toDouble()).measure(prepared)
    println(measured.line(workload, prepared, threads.toInt()))
}
