// What a typical script touches, so that the start-up archive holds it.
enum class Cell { GRU, LSTM }

val hidden by param(128, "width", range = 32..512)
val rate by param(1e-3, "learning rate", range = logScale(1e-4, 1e-1))
val cell by param(Cell.GRU, "cell")
val name by param("adam", "optimizer", choices = listOf("adam", "sgd"))
val augment by param(false, "augment")

val table = (1..3).map { it * hidden }.filter { it > 0 }.associateWith { sqrt(it * rate) }
println("$table $cell $name $augment ${args.size} ${table.values.sum()}")

// A small training touches most of the engine, so that its classes and their profiles start warm.
val file = kotlin.io.path.createTempFile("kortex", ".csv").toFile()
fun row(cell: (Int) -> Any) = (0..36).joinToString(",", postfix = "\n") { cell(it).toString() }
file.writeText(row { if (it < 36) "p$it" else "digit" })
repeat(96) { i -> file.appendText(row { if (it < 36) (i * 7 + it * 3) % 11 else i % 2 }) }
val pictures = csv(file.path)
    .image(channels = 1, height = 6, width = 6, scale = 0.1)
    .labels("digit")
    .split(train = 0.8, seed = 7)
val net = network(image(1, 6, 6)) {
    conv2d(4, kernel = 3, padding = same)
    batchNorm(); relu()
    residual { conv2d(4, kernel = 3, padding = same); batchNorm(); tanh() }
    maxPool2d(2)
    flatten { dense(8); relu(); dropout(0.1); dense(2) }
}
println(net)
val history = train(net, pictures.train) {
    loss = crossEntropy(labelSmoothing = 0.05)
    optimizer = adamW(cosine(rate, warmup = 4.steps)) { weightDecay = 0.01; clipNorm = 1.0 }
    validate(pictures.test)
    metrics { accuracy() }
    epochs = 12; batch = 32
    earlyStopping(on = validation.loss, patience = 20, restoreBest = true)
    checkpoint(file.path + ".safetensors")
}
history.plot(file.path + ".svg")
println(history.best)
val x = variable(1.0, 2.0, 3.0)
val z = (x * 2).mean()
println("$z ${grad(z, x)}")
file.delete()
