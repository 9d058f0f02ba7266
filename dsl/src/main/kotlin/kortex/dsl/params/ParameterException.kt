package kortex.dsl.params

import kortex.tensor.KortexException

/** One thing wrong with the command line, and what to try instead. */
public data class ParameterProblem(public val what: String, public val remedy: String)

/** A command line that the script's parameters don't fit; says everything that is wrong at once. */
public class ParameterException(public val problems: List<ParameterProblem>) :
    KortexException(problems.joinToString("\n") { it.what }, problems.map { it.remedy }.distinct().joinToString(", ")) {

    /** The same, with one problem. */
    public constructor(what: String, remedy: String) : this(listOf(ParameterProblem(what, remedy)))
}
