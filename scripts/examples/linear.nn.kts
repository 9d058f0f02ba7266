#!/usr/bin/env nn
// linear.nn.kts: tensors, gradients and a loop written by hand

// The mean of 2x has the gradient 2/3 everywhere: each of the three x counts twice, divided by three.
val x = variable(1.0, 2.0, 3.0)
val z = (x * 2).mean()
println("z = $z")                              // computed now
println("dz/dx = ${grad(z, x)}")
z.backward()
println("x.grad = ${x.grad}")                  // the same, accumulated

// A line through points of y = 3t − 2, found by gradient descent on the mean squared error.
val t = linspace(-1, 1, 21)
val y = 3 * t - 2
val slope = variable(0.0)
val offset = variable(0.0)
val descent = sgd(0.1, momentum = 0.9)
for (round in 1..100) {
    val step = trainStep(listOf(slope, offset), descent) { mse(slope * t + offset, y) }
    if (round % 25 == 0) println("round $round: loss ${step.loss}")
}
println("slope = $slope, offset = $offset")
