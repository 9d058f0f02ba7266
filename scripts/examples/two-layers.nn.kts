#!/usr/bin/env nn
// two-layers.nn.kts: a network of two layers out of tensors, its parameters a data class, its gradients another

data class Layer(val w: Tensor, val b: Tensor)
data class Params(val hidden: Layer, val out: Layer)

val draw = random(seed = 1)
fun layer(inputs: Int, outputs: Int) =
    Layer(draw.normal(inputs, outputs) * (1 / kotlin.math.sqrt(inputs.toDouble())), zeros(outputs))

// Two spirals, which no straight line separates.
val turn = linspace(0.3, 3.0, 100)
val angle = turn * 3.0
val arm = stack(listOf(turn * cos(angle), turn * sin(angle)), axis = 1)
val x = concat(listOf(arm, -arm)) + draw.normal(200, 2, deviation = 0.05)
val label = concat(listOf(zeros(100, dtype = i32), ones(100, dtype = i32)))

fun logits(p: Params, x: Tensor) = tanh(x.matmul(p.hidden.w) + p.hidden.b).matmul(p.out.w) + p.out.b
val loss = { p: Params -> crossEntropy(logits(p, x), label) }

fun step(a: Layer, g: Layer) = Layer(a.w - 1.0 * g.w, a.b - 1.0 * g.b)
var params = Params(layer(2, 32), layer(32, 2))
for (round in 1..5) {
    // 200 steps of gradient descent, compiled once and run as one plan.
    params = iterate(200, params) { p ->
        val g = grad(loss)(p)
        Params(step(p.hidden, g.hidden), step(p.out, g.out))
    }
    println("after ${round * 200} steps: loss ${loss(params)}")
}
val right = (logits(params, x).argMax(-1) eq label).cast(f32).mean()
println("right: $right")

// How much the loss of each point changes as the point moves: a gradient for each example, in one computation.
val one = { p: Tensor, target: Tensor -> -(logSoftmax(logits(params, p.reshape(1, 2))) * target).sum() }
val pull = vmap { p: Tensor, target: Tensor -> grad { q: Tensor -> one(q, target) }(p) }(x, label.oneHot(2).cast(f32))
println("largest pull: ${pull.norm(1).max()}")
