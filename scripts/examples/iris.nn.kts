#!/usr/bin/env nn
// iris.nn.kts: tell three species of iris apart by four lengths
val width by param(16, "width of the hidden layer", range = 4..128)

// Lengths in centimetres have different spreads; standardize() gives each feature mean 0 and deviation 1,
// as measured on the flowers to learn from.
val flowers = csv("data/iris.csv").features().labels("species").split(train = 0.8, seed = 1, stratified = true)
    .standardize()

val net = network(features(4)) { dense(width); tanh(); dense(3) }

val history = train(net, flowers.train) {
    optimizer = adamW(0.02)                    // the loss follows from the labels: crossEntropy()
    validate(flowers.test)
    epochs = 40; batch = 16
    earlyStopping(patience = 10)
}
println(history.best)

// A trained network is a function. The largest of the three outputs names the species.
val (x, y) = flowers.test.all()
val guesses = net(x).argMax(1)
println("right: ${(guesses eq y).cast(f32).sum()} of ${flowers.test.size}")
println("probabilities of the first flower: ${softmax(net(x)).toFloatArray().take(3)}, ${flowers.test.classes}")
