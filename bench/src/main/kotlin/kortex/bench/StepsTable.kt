package kortex.bench

/** What `nn bench steps` prints for people, made of the lines `RESULT workload system threads median p10 p90 facts`. */
internal object StepsTable {
    val HEAD: String =
        row("workload", "median ms", "10 % – 90 %", "first step", "memory", "loss or speed", "work")

    /** The row of a result; null when [line] is another line. */
    fun row(workload: Workload, line: String): String? {
        val cells = line.split('\t')
        if (cells.size != CELLS || cells[0] != "RESULT") return null
        val (median, low, high, all) = cells.drop(4)
        val facts = all.split(' ').associate { it.substringBefore('=') to it.substringAfter('=') }
        val speed = facts["GFLOPs"]?.let { "$it GFLOP/s" } ?: facts["GBps"]?.let { "$it GB/s" }
        val losses = listOfNotNull(facts["loss0"], facts["lossN"]).joinToString(" → ")
        return row(
            workload.id, median, "$low – $high", "${facts["first_ms"]} ms", "${facts["rss_mb"]} MiB", speed ?: losses,
            workload.work
        )
    }

    private fun row(
        id: String, median: String, spread: String, first: String, memory: String, outcome: String, work: String
    ): String {
        val numbers = listOf(median.padStart(10), spread.padStart(21), first.padStart(10), memory.padStart(10))
        return (listOf(id.padEnd(13)) + numbers + outcome.padEnd(19) + work).joinToString("  ")
    }

    private const val CELLS = 8
}
