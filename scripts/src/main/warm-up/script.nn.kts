// What a typical script touches, so that the start-up archive holds it.
enum class Cell { GRU, LSTM }

val hidden by param(128, "width", range = 32..512)
val rate by param(1e-3, "learning rate", range = logScale(1e-4, 1e-1))
val cell by param(Cell.GRU, "cell")
val name by param("adam", "optimizer", choices = listOf("adam", "sgd"))
val augment by param(false, "augment")

val table = (1..3).map { it * hidden }.filter { it > 0 }.associateWith { sqrt(it * rate) }
println("$table $cell $name $augment ${args.size} ${table.values.sum()}")
