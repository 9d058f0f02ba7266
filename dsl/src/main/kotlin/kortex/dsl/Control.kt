package kortex.dsl

import kortex.autodiff.BackwardPass
import kortex.graph.Control
import kortex.tensor.SettingException

/**
 * Runs [body] over the first axis of [xs], passing a carry from step to step, and gives the last carry and the results
 * of all steps, stacked along a first axis:
 *
 * ```
 * val (last, states) = scan(zeros(batch, units), xs) { h, x ->
 *     val next = tanh(x.matmul(w) + h.matmul(u))
 *     Pair(next, next)
 * }
 * ```
 *
 * [init], [xs] and the results are tensors, or data classes, pairs, lists and maps of them, nested as you like; `Unit`
 * where there is nothing. [body] runs once, on tensors without numbers: the loop is compiled once, whatever its length, and
 * has gradients of any order.
 *
 * @param reverse from the last slice to the first; results keep the places of their slices
 * @throws kortex.tensor.ShapeException when sequences differ in length, or a step changes the shape of the carry
 * @throws kortex.tensor.DTypeException when a step changes the dtype of the carry
 * @throws kortex.tensor.PlaceholderException when [body] asks for numbers
 */
public fun <C, X, Y> scan(init: C, xs: X, reverse: Boolean = false, body: (C, X) -> Pair<C, Y>): Pair<C, Y> {
    var results: Y? = null
    val out = Control.scan(flat(init), flat(xs), reverse) { carry, slices ->
        val (next, y) = body(like(init, carry), like(xs, slices))
        requireSameForm(init, next)
        results = y
        Control.Carried(flat(next), flat(y))
    }
    @Suppress("UNCHECKED_CAST")
    return Pair(like(init, out.carry), like(results as Y, out.outputs))
}

/**
 * The carry after [count] steps of [body]; [init] after none. The steps are compiled once and run in one plan:
 * `iterate(100, x) { it - 0.1 * grad(f(it), it) }`. The carry is structured as that of [scan].
 *
 * @throws SettingException when [count] is negative
 * @throws kortex.tensor.PlaceholderException when [body] asks for numbers
 */
public fun <C> iterate(count: Int, init: C, body: (C) -> C): C =
    like(
        init,
        Control.iterate(count.toLong(), flat(init)) { carry ->
            val next = body(like(init, carry))
            requireSameForm(init, next)
            flat(next)
        }
    )

/**
 * What [then] computes where [predicate], a bool without axes, holds when it runs, else what [otherwise] computes. Only
 * one of them runs; `where` chooses for each element and computes both. Both read the tensors around them and give
 * tensors, or data classes, pairs, lists and maps of them, of the same types.
 *
 * @throws kortex.tensor.ShapeException when the predicate has axes, or the results differ in shape
 */
public fun <T> cond(predicate: Tensor, then: () -> T, otherwise: () -> T): T {
    var form: T? = null
    val out = Control.cond(
        predicate,
        { then().also { form = it }.let(::flat) },
        {
            val other = otherwise()
            requireSameForm(form, other)
            flat(other)
        }
    )
    @Suppress("UNCHECKED_CAST")
    return like(form as T, out)
}

/**
 * [function] of [x], computed again in the backward pass instead of being kept: less memory for more time. [x] and the
 * result are tensors, or data classes, pairs, lists and maps of them. Values and gradients are the same, to rounding.
 */
public fun <X, Y> checkpoint(x: X, function: (X) -> Y): Y {
    var form: Y? = null
    val out = BackwardPass.checkpoint(flat(x)) { inputs -> function(like(x, inputs)).also { form = it }.let(::flat) }
    @Suppress("UNCHECKED_CAST")
    return like(form as Y, out)
}

/** The function that is [function] with a backward pass that computes it again: `val block = checkpoint { x -> … }`. */
public fun <X, Y> checkpoint(function: (X) -> Y): (X) -> Y = { x -> checkpoint(x, function) }

/** As the other [checkpoint], of two arguments. */
public fun <A, B, Y> checkpoint(function: (A, B) -> Y): (A, B) -> Y = { a, b ->
    checkpoint(Pair(a, b)) { (x, y) -> function(x, y) }
}

/**
 * The function [forward] with the gradient that [backward] gives, of `(x, y, gradient of y)`:
 *
 * ```
 * val round = customGradient(forward = { x: Tensor -> x.floor() }, backward = { _, _, dy -> dy })
 * ```
 *
 * The argument and the result are tensors, or data classes, pairs, lists and maps of them; the gradient is structured as the
 * argument, and what it has in the place of integers is not looked at. Gradients flow to the argument, not to what the
 * functions read from around them. Second derivatives are those of [backward].
 *
 * @throws kortex.tensor.ShapeException when a gradient differs from its argument in shape
 */
public fun <X, Y> customGradient(forward: (X) -> Y, backward: (x: X, y: Y, dy: Y) -> X): (X) -> Y = { x ->
    var form: Y? = null
    val out = BackwardPass.custom(
        flat(x),
        { inputs -> forward(like(x, inputs)).also { form = it }.let(::flat) },
        { inputs, outputs, gradients ->
            @Suppress("UNCHECKED_CAST")
            val y = form as Y
            val dx = backward(like(x, inputs), like(y, outputs), like(y, gradients))
            requireSameForm(x, dx)
            flat(dx).filterIndexed { i, _ -> inputs[i].dtype().isFloat }
        }
    )
    @Suppress("UNCHECKED_CAST")
    like(form as Y, out)
}

/** The tensors of a structure, in order; none for nothing. */
private fun flat(value: Any?): List<Tensor> = when (value) {
    null, Unit -> emptyList()
    is Number, is CharSequence, is Boolean, is Enum<*> -> throw SettingException(
        "a traced function takes and gives tensors, got ${value::class.simpleName}",
        "Use tensors, or data classes, pairs, lists and maps of them; numbers as scalar(…)."
    )
    else -> Tree<Any>().leaves(value)
}

/** A structure like [form] of [tensors]. */
@Suppress("UNCHECKED_CAST")
private fun <T> like(form: T, tensors: List<Tensor>): T =
    if (form == null || form == Unit) form else Tree<Any>().with(form, tensors) as T

private fun requireSameForm(before: Any?, after: Any?) {
    if (formOf(before) != formOf(after)) {
        throw SettingException(
            "the function gives ${formOf(after)} where ${formOf(before)} was expected (* is a tensor)",
            "Return as many tensors as it takes, in the same structure."
        )
    }
}
