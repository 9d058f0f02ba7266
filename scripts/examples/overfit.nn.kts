#!/usr/bin/env nn
// overfit.nn.kts: five points, a line against a polynomial of degree six
import kotlin.random.Random

val noise by param(0.3, "deviation of the noise around the true line", range = 0.0..1.0)

// The truth is the line y = t. Five noisy points to learn from, many points of the truth to judge by.
val random = Random(3)
val known = listOf(-0.9, -0.4, 0.1, 0.5, 0.9)
val measured = known.map { it + noise * (2 * random.nextDouble() - 1) }
val unseen = List(41) { -1 + it / 20.0 }

fun powers(points: List<Double>, degree: Int) = points.map { t -> (1..degree).map { t.pow(it) } }

fun fit(degree: Int): History {
    val learn = dataset(powers(known, degree), measured)
    val judge = dataset(powers(unseen, degree), unseen)
    val net = network(features(degree)) { dense(1) }           // degree + 1 parameters
    return train(net, learn) {
        optimizer = adam(0.05)
        validate(judge)
        epochs = 600; batch = 5; quiet = true
        // Without it the polynomial goes on to learn the noise: its training error falls, the other rises.
        earlyStopping(on = validation.loss, patience = 100)
    }
}

println("parameters   training error   validation error   epoch")
for (degree in listOf(1, 6)) {
    val history = fit(degree)
    for ((name, epoch) in listOf("best" to history.best, "last" to history.last)) {
        println("%10d   %14.4f   %16.4f   %s".format(
            degree + 1, epoch.train.loss, epoch.validation.get().loss, "$name: ${epoch.epoch}"
        ))
    }
    history.plot("overfit-$degree.svg")
}
