#!/usr/bin/env nn
// logistic.nn.kts: logistic regression from scratch, by gradient descent and by Newton's method with a Hessian

// Two clouds of points, and a column of ones for the bias.
val draw = random(seed = 7)
val centre = tensor(1.0, -0.5)
val points = concat(listOf(draw.normal(100, 2) + centre, draw.normal(100, 2) - centre))
val x = concat(listOf(points, ones(200, 1)), axis = 1).cast(f64)               // [200, 3]
val label = concat(listOf(ones(100), zeros(100))).cast(f64)

// The mean of −log p(label), with p = sigmoid(x·w), and a little weight decay; stable for any logit.
val loss = { w: Tensor ->
    val logit = x.matmul(w)
    (softplus(logit) - label * logit).mean() + 1e-3 * (w * w).sum()
}

val descent = variable(zeros(3, dtype = f64))
for (step in 1..500) {
    val (value, gradient) = valueAndGrad(loss)(descent)
    descent.assign(descent - 0.5 * gradient)
    if (step % 100 == 0) println("descent, step $step: loss $value")
}

// Newton: the step goes to the minimum of the parabola that touches the loss here.
val newton = variable(zeros(3, dtype = f64))
for (step in 1..6) {
    newton.assign(newton - solve(hessian(loss)(newton), grad(loss)(newton)))
    println("newton, step $step: loss ${loss(newton)}")
}

val right = ((x.matmul(newton) gt 0) eq (label gt 0.5)).cast(f64).mean()
println("right: $right of all, w = $newton")
println("the gradient there: ${grad(loss)(newton)}")
println(gradCheck(loss, newton))
