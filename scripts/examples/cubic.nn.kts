#!/usr/bin/env nn
// cubic.nn.kts: a cubic through a sine by gradient descent, with the gradient by hand and by the engine
import kotlin.math.PI

val x = linspace(-PI, PI, 2000, dtype = f64)
val y = sin(x)
val powers = stack(listOf(x.pow(0), x, x.pow(2), x.pow(3)), axis = 1)         // [2000, 4]

// The loss is |Xw − y|² / n, so its gradient is 2 Xᵀ(Xw − y) / n.
val byHand = variable(zeros(4, dtype = f64))
repeat(2000) {
    val error = powers.matmul(byHand) - y
    val gradient = powers.transpose().matmul(error) * (2.0 / 2000)
    byHand.assign(byHand - 2e-3 * gradient)
}

// The same descent, with the gradient from the engine.
val loss = { w: Tensor -> (powers.matmul(w) - y).square().mean() }
val w = variable(zeros(4, dtype = f64))
repeat(2000) { w.assign(w - 2e-3 * grad(loss)(w)) }

// The same once more, as a loop that is compiled once and runs as one plan.
val compiled = iterate(2000, zeros(4, dtype = f64)) { it - 2e-3 * grad(loss)(it) }

println("by hand   $byHand")
println("by grad   $w")
println("compiled  $compiled")
println("exact     ${lstsq(powers, y)}")
println("loss      ${loss(w)}")
