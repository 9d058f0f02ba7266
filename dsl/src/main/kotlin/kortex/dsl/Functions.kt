package kortex.dsl

import kortex.autodiff.Autodiff
import kortex.model.Activations
import kortex.model.CrossEntropy
import kortex.model.Mse
import kortex.tensor.SettingException

/** e to the power of each element. */
public fun exp(x: Tensor): Tensor = x.exp()

/** The natural logarithm. */
public fun log(x: Tensor): Tensor = x.log()

/** The square root. */
public fun sqrt(x: Tensor): Tensor = x.sqrt()

/** The absolute value. */
public fun abs(x: Tensor): Tensor = x.abs()

/** The sine, of radians. */
public fun sin(x: Tensor): Tensor = x.sin()

/** The cosine, of radians. */
public fun cos(x: Tensor): Tensor = x.cos()

/** The hyperbolic tangent. */
public fun tanh(x: Tensor): Tensor = x.tanh()

/** `1 / (1 + e^−x)`. */
public fun sigmoid(x: Tensor): Tensor = x.sigmoid()

/** `max(x, 0)`; its gradient at 0 is 0. */
public fun relu(x: Tensor): Tensor = Activations.relu(x)

/** `x · Φ(x)`, exact. */
public fun gelu(x: Tensor): Tensor = Activations.gelu(x)

/** `e^x / Σ e^x` over [axis]. */
public fun softmax(x: Tensor, axis: Int = -1): Tensor = Activations.softmax(x, axis)

/** `x − log Σ e^x` over [axis]. */
public fun logSoftmax(x: Tensor, axis: Int = -1): Tensor = Activations.logSoftmax(x, axis)

/** `max(x, 0)`, as a link of a chain; see the function [relu]. */
@JvmName("reluOfThis")
public fun Tensor.relu(): Tensor = Activations.relu(this)

/** As a link of a chain; see the function [gelu]. */
@JvmName("geluOfThis")
public fun Tensor.gelu(): Tensor = Activations.gelu(this)

/** As a link of a chain; see the function [softmax]. */
@JvmName("softmaxOfThis")
public fun Tensor.softmax(axis: Int = -1): Tensor = Activations.softmax(this, axis)

/** As a link of a chain; see the function [logSoftmax]. */
@JvmName("logSoftmaxOfThis")
public fun Tensor.logSoftmax(axis: Int = -1): Tensor = Activations.logSoftmax(this, axis)

/** The larger of both, elementwise, as of two numbers in `kotlin.math`. */
public fun max(a: Tensor, b: Tensor): Tensor = a.max(b)

/** The smaller of both, elementwise, as of two numbers in `kotlin.math`. */
public fun min(a: Tensor, b: Tensor): Tensor = a.min(b)

/** The larger of both, elementwise. */
public fun maximum(a: Tensor, b: Tensor): Tensor = a.max(b)

/** The smaller of both, elementwise. */
public fun minimum(a: Tensor, b: Tensor): Tensor = a.min(b)

/** The larger of each element and a number, which takes the dtype of [a]; a fraction makes integers f32. */
public fun maximum(a: Tensor, b: Number): Tensor = beside(a, b, Tensor::max)

/** The larger of a number and each element. */
public fun maximum(a: Number, b: Tensor): Tensor = beside(b, a, Tensor::max)

/** The smaller of each element and a number, which takes the dtype of [a]; a fraction makes integers f32. */
public fun minimum(a: Tensor, b: Number): Tensor = beside(a, b, Tensor::min)

/** The smaller of a number and each element. */
public fun minimum(a: Number, b: Tensor): Tensor = beside(b, a, Tensor::min)

/** As [maximum]. */
public fun max(a: Tensor, b: Number): Tensor = maximum(a, b)

/** As [maximum]. */
public fun max(a: Number, b: Tensor): Tensor = maximum(a, b)

/** As [minimum]. */
public fun min(a: Tensor, b: Number): Tensor = minimum(a, b)

/** As [minimum]. */
public fun min(a: Number, b: Tensor): Tensor = minimum(a, b)

/**
 * Cross entropy of [logits] `[batch, classes]` and integer [labels] `[batch]`: the mean of
 * `−Σ q · logSoftmax(logits)`, with q of `1 − labelSmoothing` at the label plus `labelSmoothing / classes` everywhere.
 *
 * @throws kortex.tensor.DataException when a label is out of range
 */
public fun crossEntropy(logits: Tensor, labels: Tensor, labelSmoothing: Double = 0.0): Tensor =
    CrossEntropy(labelSmoothing).of(logits, labels)

/** The mean of `(output − target)²` over all elements. Shapes must be equal: targets are never broadcast. */
public fun mse(output: Tensor, target: Tensor): Tensor = Mse().of(output, target)

/** `Σw²` over all elements of all of them: a penalty on the size of weights. */
public fun List<Variable>.l2(): Tensor = penalty { it.square() }

/** `Σ|w|` over all elements of all of them. */
public fun List<Variable>.l1(): Tensor = penalty { it.abs() }

private fun List<Variable>.penalty(each: (Tensor) -> Tensor): Tensor {
    if (isEmpty()) throw SettingException("there are no weights to penalise", "Leave the penalty out.")
    return map { each(it).sum() }.reduce(Tensor::add)
}

/** The gradient of the scalar [y] with respect to [x]: a tensor of the type of [x], with gradients of its own. */
public fun grad(y: Tensor, x: Tensor): Tensor = Autodiff.grad(y, x)

/** The gradients of the scalar [y], one for each of [xs]; zeros where [y] does not depend on it. */
public fun grad(y: Tensor, xs: List<Tensor>): List<Tensor> = Autodiff.grad(y, xs)

/** Adds the gradients of this scalar to [grad] of every variable behind it. */
public fun Tensor.backward(): Unit = Autodiff.backward(this)

/**
 * The gradient that [backward] accumulated.
 *
 * @throws SettingException when there is none yet
 */
public val Variable.grad: Tensor
    get() = gradient().orElseThrow {
        SettingException("this variable has no gradient yet", "Call backward() on a scalar made from it.")
    }

/** Forgets the gradient that [backward] accumulated. */
public fun Variable.zeroGrad(): Unit = zeroGradient()
