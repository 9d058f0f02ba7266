#!/usr/bin/env nn
// digits.nn.kts: recognise handwritten digits
val hidden by param(128, "width of the hidden layer", range = 32..512)
val rate   by param(1e-3, "learning rate", range = logScale(1e-4, 1e-1))

val digits = csv("data/digits.csv")
    .image(channels = 1, height = 8, width = 8, scale = 1 / 16.0)   // Dataset<Image, Classes>
    .labels("digit")
    .split(train = 0.8, seed = 7)

val net = network(image(1, 8, 8)) {            // Network<Image, Features>
    conv2d(32, kernel = 3, padding = same)
    batchNorm(); relu()
    residual { conv2d(32, kernel = 3, padding = same); batchNorm(); relu() }
    maxPool2d(2)
    flatten {
        dense(hidden); relu()
        dropout(0.2)
        dense(10)
    }
}
println(net)

val history = train(net, digits.train) {
    loss      = crossEntropy(labelSmoothing = 0.05)
    optimizer = adamW(cosine(rate, warmup = 50.steps)) { weightDecay = 0.01; clipNorm = 1.0 }
    validate(digits.test)
    metrics   { accuracy(); confusionMatrix() }
    epochs    = 15; batch = 64
    earlyStopping(on = validation.loss, patience = 5, restoreBest = true)
    checkpoint("digits.safetensors")
    every(100.steps) { log(loss, learningRate) }
}
history.plot("digits.svg")
println(history.best)

// The rows are the true digits, the columns what the network took them for.
history.best.confusion.forEachIndexed { digit, row -> println("$digit: " + row.joinToString("") { "%4d".format(it) }) }
