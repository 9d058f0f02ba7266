package kortex.dsl

import kortex.autodiff.GradCheck
import kortex.autodiff.Transforms
import kortex.tensor.SettingException

// Functions take and give tensors, or lists, maps, pairs, triples and data classes of tensors, nested; what they
// capture is constant. Each transform has an overload for tensors, so that `grad { w -> … }` needs no type.

/**
 * The gradient of the scalar function [f]: `grad { w -> (w * w).sum() }(w)` is `2 * w`.
 *
 * The result is a function again, and so are those of the other transforms: they nest to any order.
 *
 * @throws kortex.tensor.ShapeException when [f] gives no scalar
 */
@JvmName("gradOfTensor")
public fun grad(f: (Tensor) -> Tensor): (Tensor) -> Tensor = { x -> Transforms.grad(f).apply(x) }

/**
 * The gradient of the scalar function [f], in the structure of its argument:
 *
 *     data class Params(val w: Tensor, val b: Tensor)
 *     val g = grad { p: Params -> mse(x.matmul(p.w) + p.b, y) }(params)   // a Params
 */
public fun <T : Any> grad(f: (T) -> Tensor): (T) -> T = { x -> guarded(x) { Transforms.grad(Tree(), f).apply(x) } }

/** The function that gives the value of the scalar function [f] and its gradient; they share common parts. */
@JvmName("valueAndGradOfTensor")
public fun valueAndGrad(f: (Tensor) -> Tensor): (Tensor) -> Pair<Tensor, Tensor> = valueAndGrad<Tensor>(f)

/** As the other [valueAndGrad], with a gradient in the structure of the argument. */
public fun <T : Any> valueAndGrad(f: (T) -> Tensor): (T) -> Pair<Tensor, T> = { x ->
    guarded(x) { Transforms.valueAndGrad(Tree(), f).apply(x) }.let { Pair(it.value(), it.gradient()) }
}

/** The value of [f] at [x], and its pullback: from the gradient of some scalar in the result to that in [x]. */
@JvmName("vjpOfTensor")
public fun <R : Any> vjp(f: (Tensor) -> R, x: Tensor): Pair<R, (R) -> Tensor> = vjp<Tensor, R>(f, x)

/** As the other [vjp], for an argument of any structure. */
public fun <T : Any, R : Any> vjp(f: (T) -> R, x: T): Pair<R, (R) -> T> {
    val at = guarded(x) { Transforms.vjp(Tree(), Tree(), f, x) }
    return Pair(at.value()) { seed -> at.pullback().apply(seed) }
}

/**
 * The value of [f] at [x] and its derivative along [tangent], which has the type of [x].
 *
 * @throws kortex.tensor.ShapeException when [tangent] is not of the shapes of [x]
 */
@JvmName("jvpOfTensor")
public fun <R : Any> jvp(f: (Tensor) -> R, x: Tensor, tangent: Tensor): Pair<R, R> = jvp<Tensor, R>(f, x, tangent)

/** As the other [jvp], for an argument of any structure. */
public fun <T : Any, R : Any> jvp(f: (T) -> R, x: T, tangent: T): Pair<R, R> =
    guarded(x) { Transforms.jvp(Tree(), Tree(), f, x, tangent) }.let { Pair(it.value(), it.tangent()) }

/**
 * Every derivative of every element of the result, as one computation: a tensor with the axes of the result, then those
 * of the argument. Backwards when the result has fewer elements than the argument, else forwards.
 */
@JvmName("jacobianOfTensor")
public fun jacobian(f: (Tensor) -> Tensor): (Tensor) -> Tensor = jacobian<Tensor>(f)

/** As the other [jacobian], with a tensor of derivatives for each tensor of the argument. */
public fun <T : Any> jacobian(f: (T) -> Tensor): (T) -> T = { x ->
    guarded(x) { Transforms.jacobian(Tree(), f).apply(x) }
}

/** The second derivatives of the scalar function [f]: a tensor with the axes of the argument, twice. */
public fun hessian(f: (Tensor) -> Tensor): (Tensor) -> Tensor = { x -> Transforms.hessian(f).apply(x) }

/**
 * The function from `(x, v)` to the hessian of the scalar function [f] at `x`, times `v`, without the hessian: at the
 * cost of a few evaluations of [f].
 */
@JvmName("hessianVectorProductOfTensor")
public fun hessianVectorProduct(f: (Tensor) -> Tensor): (Tensor, Tensor) -> Tensor = hessianVectorProduct<Tensor>(f)

/** As the other [hessianVectorProduct], for an argument of any structure. */
public fun <T : Any> hessianVectorProduct(f: (T) -> Tensor): (T, T) -> T = { x, v ->
    guarded(x) { Transforms.hessianVectorProduct(Tree(), f).apply(x, v) }
}

/**
 * The gradient of the scalar function [f] at [x], in f64, beside central differences; printed as one line.
 *
 * @throws kortex.tensor.DTypeException when [x] is not f64
 */
@JvmName("gradCheckOfTensor")
public fun gradCheck(f: (Tensor) -> Tensor, x: Tensor): GradCheck = GradCheck.of(f, x)

/** As the other [gradCheck], for an argument of any structure. */
public fun <T : Any> gradCheck(f: (T) -> Tensor, x: T): GradCheck = guarded(x) { GradCheck.of(Tree(), f, x) }

/** Variables come into a function as tensors; a type that Kotlin inferred may promise more. */
internal fun <R> guarded(x: Any, body: () -> R): R =
    try {
        body()
    } catch (e: ClassCastException) {
        if (Tree<Any>().leaves(x).none { it is Variable }) throw e
        throw SettingException(
            "the function takes a Variable, but inside a transform arguments are tensors",
            "Declare its argument as Tensor, or as a structure of Tensor.",
            e
        )
    }
