#!/usr/bin/env nn
// char-rnn.nn.kts: a recurrent network out of tensors and scan learns a sentence letter by letter, and says it
val text = "how much wood would a woodchuck chuck if a woodchuck could chuck wood? "
val alphabet = text.toSet().sorted()
val tokens = tensor(text.map { alphabet.indexOf(it) }, dtype = i32)
val letters = tokens.oneHot(alphabet.size)                       // [time, letters]
val next = tokens.roll(-1)

val units = 64
val draw = random(seed = 3)
val wx = variable(draw.normal(alphabet.size, units, deviation = 0.3))
val wh = variable(draw.normal(units, units, deviation = 0.1))
val bh = variable(zeros(units))
val wy = variable(draw.normal(units, alphabet.size, deviation = 0.1))
val by = variable(zeros(alphabet.size))

fun cell(h: Tensor, x: Tensor) = tanh(x.matmul(wx) + h.matmul(wh) + bh)

fun logits(letters: Tensor): Tensor {
    val (_, states) = scan(zeros(units), letters) { h, x -> cell(h, x).let { it to it } }
    return states.matmul(wy) + by
}

val optimizer = adam(0.01) { clipGlobalNorm = 5.0 }
for (round in 1..300) {
    val step = trainStep(listOf(wx, wh, bh, wy, by), optimizer) { crossEntropy(logits(letters), next) }
    if (round % 60 == 0) println("round $round: loss ${step.loss}")
}

// Say it: each step feeds its likeliest letter to the next.
val (_, said) = scan(zeros(units) to letters[0], iota(text.length)) { (h, x), _ ->
    val state = cell(h, x)
    val letter = (state.matmul(wy) + by).argMax(-1)
    Pair(state to letter.oneHot(alphabet.size), letter)
}
println(text.first() + said.toIntArray().dropLast(1).map { alphabet[it] }.joinToString(""))
