// What a typical script makes the compiler do, so that its start-up archive holds it.
import kotlin.math.sqrt
import kotlin.properties.ReadOnlyProperty

enum class Cell { GRU, LSTM }

data class Layer(val units: Int, val cell: Cell = Cell.GRU)

sealed interface Loss {
    data object Mse : Loss

    data class Huber(val delta: Double) : Loss
}

class Net<I>(private val input: I) {
    private val layers = ArrayList<Layer>()

    fun dense(units: Int, build: Layer.() -> Unit = {}): Layer = Layer(units).apply(build).also { layers += it }

    operator fun get(index: Int): Layer = layers[index]

    fun describe(): String = layers.filter { it.units > 0 }.joinToString { "${it.units} ${it.cell} of $input" }
}

fun <I> network(input: I, build: Net<I>.() -> Unit): Net<I> = Net(input).apply(build)

inline fun <reified T : Any> named(value: T) =
    ReadOnlyProperty<Any?, String> { _, property -> "${property.name} $value" }

fun weigh(loss: Loss): Double = when (loss) {
    Loss.Mse -> 1.0
    is Loss.Huber -> if (loss.delta > 1) loss.delta else sqrt(loss.delta)
}

fun main() {
    val rate by named(1e-3)
    val net = network("image") {
        repeat(2) { dense(it + 1) }
        dense(10) { require(units > 0) }
    }
    for (loss in listOf(Loss.Mse, Loss.Huber(0.5))) {
        println("${weigh(loss)} $rate ${net.describe()} ${net[0].copy(units = 3)}")
    }
    val sums = mapOf("a" to 1, "b" to 2).mapValues { (_, n) -> n * 2.0 }
    try {
        println(sums.getValue("a"))
    } catch (missing: NoSuchElementException) {
        println(missing.message)
    }
}
