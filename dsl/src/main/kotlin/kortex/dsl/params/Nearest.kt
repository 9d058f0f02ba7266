package kortex.dsl.params

/** The one of [candidates] that [typed] was most likely meant to be, or null when none is near. */
public fun nearest(typed: String, candidates: Iterable<String>): String? {
    val best = candidates.minByOrNull { editDistance(typed.lowercase(), it.lowercase()) } ?: return null
    val length = best.trimStart('-').length
    val near = editDistance(typed.lowercase(), best.lowercase()) <= maxOf(1, length / 3)
    return when {
        near -> best
        typed.length >= 3 -> candidates.singleOrNull { it.startsWith(typed, ignoreCase = true) }
        else -> null
    }
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from [from] to [to]. */
private fun editDistance(from: String, to: String): Int {
    val rows = Array(from.length + 1) { IntArray(to.length + 1) }
    for (i in 0..from.length) rows[i][0] = i
    for (j in 0..to.length) rows[0][j] = j
    for (i in 1..from.length) {
        for (j in 1..to.length) {
            val replaced = rows[i - 1][j - 1] + if (from[i - 1] == to[j - 1]) 0 else 1
            var cost = minOf(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced)
            val swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]
            if (swapped) cost = minOf(cost, rows[i - 2][j - 2] + 1)
            rows[i][j] = cost
        }
    }
    return rows[from.length][to.length]
}
