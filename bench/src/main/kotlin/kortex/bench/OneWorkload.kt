package kortex.bench

import kortex.session.Precision
import kortex.session.Session

/** Measures one workload in this process: its name, the number of threads, the seconds to measure, the precision. */
public fun main(args: Array<String>) {
    val (id, threads, seconds, precision) = args
    val workload = WORKLOADS.getValue(id)
    Session.shared() // Loading libraries belongs to the start of the process, as the peers' imports do.
    val prepared = workload.open(Precision.valueOf(precision))
    val measured = Protocol.of(workload, seconds.toDouble()).measure(prepared)
    println(measured.line(workload, prepared, threads.toInt()))
}
