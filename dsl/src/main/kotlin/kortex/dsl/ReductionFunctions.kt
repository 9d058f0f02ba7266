package kortex.dsl

// Reductions for those who read from the outside in: mean(square(x)).

/** `x.sum(…)`, as a function. */
public fun sum(x: Tensor, vararg axes: Int, keepAxes: Boolean = false): Tensor = x.sum(*axes, keepAxes = keepAxes)

/** `x.mean(…)`, as a function. */
public fun mean(x: Tensor, vararg axes: Int, keepAxes: Boolean = false): Tensor = x.mean(*axes, keepAxes = keepAxes)

/** `x.prod(…)`, as a function. */
public fun prod(x: Tensor, vararg axes: Int, keepAxes: Boolean = false): Tensor = x.prod(*axes, keepAxes = keepAxes)

/** `x.variance(…)`, as a function. */
public fun variance(x: Tensor, vararg axes: Int, correction: Number = 0, keepAxes: Boolean = false): Tensor =
    x.variance(*axes, correction = correction, keepAxes = keepAxes)

/** `x.std(…)`, as a function. */
public fun std(x: Tensor, vararg axes: Int, correction: Number = 0, keepAxes: Boolean = false): Tensor =
    x.std(*axes, correction = correction, keepAxes = keepAxes)

/** `x.logSumExp(…)`, as a function. */
public fun logSumExp(x: Tensor, vararg axes: Int, keepAxes: Boolean = false): Tensor =
    x.logSumExp(*axes, keepAxes = keepAxes)

/** `x.norm(…)`, as a function. */
public fun norm(x: Tensor, vararg axes: Int, p: Number = 2, keepAxes: Boolean = false): Tensor =
    x.norm(*axes, p = p, keepAxes = keepAxes)
