package kortex.dsl

import kortex.autodiff.Mapping
import kortex.autodiff.Transforms
import java.util.Optional

/**
 * [f] on every member of a batch at once: written for one example, it runs on all, as one computation. The members lie
 * along the first axis: `vmap(grad(loss))(batch)` has a gradient for each example.
 *
 * Inside [f] tensors have no numbers: asking for them is a `PlaceholderException`.
 */
@JvmName("vmapOfTensor")
public fun <R : Any> vmap(f: (Tensor) -> R): (Tensor) -> R = vmap<Tensor, R>(0, 0, f)

/** As [vmap] of a tensor, for an argument of any structure, all of its tensors along their first axes. */
public fun <T : Any, R : Any> vmap(f: (T) -> R): (T) -> R = vmap(0, 0, f)

/**
 * [f] on every member of a batch at once.
 *
 * @param axis the axis of the argument along which the members lie
 * @param out the axis of the results along which they lie
 * @throws kortex.tensor.ShapeException when there is no such axis
 */
@JvmName("vmapOfTensor")
public fun <R : Any> vmap(axis: Int, out: Int = 0, f: (Tensor) -> R): (Tensor) -> R = vmap<Tensor, R>(axis, out, f)

/** As [vmap] of a tensor along an axis, for an argument of any structure. */
public fun <T : Any, R : Any> vmap(axis: Int, out: Int = 0, f: (T) -> R): (T) -> R = { x ->
    mapped(f, x, axesOf(x, axis), out)
}

/** [f] of two arguments on every member of a batch at once, along their first axes. */
@JvmName("vmapOfTensors")
public fun <R : Any> vmap(f: (Tensor, Tensor) -> R): (Tensor, Tensor) -> R = vmap<Tensor, Tensor, R>(0 to 0, 0, f)

/** As [vmap] of two tensors, for arguments of any structure. */
public fun <A : Any, B : Any, R : Any> vmap(f: (A, B) -> R): (A, B) -> R = vmap(0 to 0, 0, f)

/**
 * [f] of two arguments on every member of a batch at once: `vmap(0 to null) { x, w -> x.matmul(w) }(batch, w)`.
 *
 * @param axes the axis of each argument along which the members lie; null when it is the same for all members
 * @param out the axis of the results along which they lie
 * @throws kortex.tensor.ShapeException when the arguments have different numbers of members
 */
@JvmName("vmapOfTensors")
public fun <R : Any> vmap(axes: Pair<Int?, Int?>, out: Int = 0, f: (Tensor, Tensor) -> R): (Tensor, Tensor) -> R =
    vmap<Tensor, Tensor, R>(axes, out, f)

/** As [vmap] of two tensors along axes, for arguments of any structure. */
public fun <A : Any, B : Any, R : Any> vmap(
    axes: Pair<Int?, Int?>,
    out: Int = 0,
    f: (A, B) -> R
): (A, B) -> R = { a, b ->
    mapped({ (x, y) -> f(x, y) }, Pair(a, b), axesOf(a, axes.first) + axesOf(b, axes.second), out)
}

/** [f] of three arguments on every member of a batch at once, along their first axes. */
@JvmName("vmapOfTensors")
public fun <R : Any> vmap(f: (Tensor, Tensor, Tensor) -> R): (Tensor, Tensor, Tensor) -> R =
    vmap<Tensor, Tensor, Tensor, R>(Triple(0, 0, 0), 0, f)

/** As [vmap] of three tensors, for arguments of any structure. */
public fun <A : Any, B : Any, C : Any, R : Any> vmap(f: (A, B, C) -> R): (A, B, C) -> R = vmap(Triple(0, 0, 0), 0, f)

/**
 * [f] of three arguments on every member of a batch at once.
 *
 * @param axes the axis of each argument along which the members lie; null when it is the same for all members
 * @param out the axis of the results along which they lie
 * @throws kortex.tensor.ShapeException when the arguments have different numbers of members
 */
@JvmName("vmapOfTensors")
public fun <R : Any> vmap(
    axes: Triple<Int?, Int?, Int?>,
    out: Int = 0,
    f: (Tensor, Tensor, Tensor) -> R
): (Tensor, Tensor, Tensor) -> R = vmap<Tensor, Tensor, Tensor, R>(axes, out, f)

/** As [vmap] of three tensors along axes, for arguments of any structure. */
public fun <A : Any, B : Any, C : Any, R : Any> vmap(
    axes: Triple<Int?, Int?, Int?>,
    out: Int = 0,
    f: (A, B, C) -> R
): (A, B, C) -> R = { a, b, c ->
    val all = axesOf(a, axes.first) + axesOf(b, axes.second) + axesOf(c, axes.third)
    mapped({ (x, y, z) -> f(x, y, z) }, Triple(a, b, c), all, out)
}

private fun axesOf(argument: Any, axis: Int?): List<Optional<Int>> =
    List(Tree<Any>().leaves(argument).size) { Optional.ofNullable(axis) }

private fun <T : Any, R : Any> mapped(f: (T) -> R, x: T, axes: List<Optional<Int>>, out: Int): R =
    guarded(x) { Transforms.vmap(Tree(), Tree(), Mapping(axes, out), f).apply(x) }
