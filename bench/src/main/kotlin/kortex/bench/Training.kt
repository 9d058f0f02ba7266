package kortex.bench

import kortex.dsl.DType
import kortex.dsl.Network
import kortex.dsl.Optimizer
import kortex.dsl.Tensor
import kortex.dsl.Variable
import kortex.dsl.adam
import kortex.dsl.adamW
import kortex.dsl.crossEntropy
import kortex.dsl.f32
import kortex.dsl.i32
import kortex.dsl.sgd
import kortex.graph.Storage
import kortex.model.Input
import kortex.session.Precision
import kortex.session.Session
import kortex.tensor.TensorType
import kortex.train.CompiledStep
import kortex.train.Pass
import kortex.train.TrainStep
import java.lang.foreign.MemorySegment
import kotlin.math.sqrt

/** Batches that a training cycles through. */
private const val BATCHES = 4

/** The stream of the first batch: below are those of the parameters, one each. */
private const val DATA_STREAM = 1000

/** An update of all parameters: forward, cross entropy, backward, optimizer. */
internal class Training(
    override val id: String,
    override val work: String,
    private val batch: Int,
    private val classes: Int,
    private val optimizer: () -> Optimizer,
    private val network: () -> Network<*, *>
) : Workload {
    override fun open(precision: Precision): PreparedTraining {
        val net = network().fromFormula()
        val input = net.model.spec().input()
        val isText = input.kind() == Input.Kind.TOKENS
        val inputs = TensorType(if (isText) i32 else f32, input.shape().prepend(batch.toLong()))
        val labels = TensorType(i32, if (isText) inputs.shape() else inputs.shape().take(1))
        fun size(type: TensorType) = Math.toIntExact(type.size())
        val batches = List(BATCHES) { index ->
            val x = Formula(DATA_STREAM + 2 * index)
            val y = Formula(DATA_STREAM + 2 * index + 1).classes(size(labels), classes)
            val numbers = if (isText) {
                MemorySegment.ofArray(x.classes(size(inputs), input.vocabulary()))
            } else {
                MemorySegment.ofArray(x.uniform(size(inputs), sqrt(3f)))
            }
            Batch(numbers, MemorySegment.ofArray(y))
        }
        return PreparedTraining(net, optimizer(), precision, Storage.zeros(inputs), Storage.zeros(labels), batches)
    }
}

/** Inputs and class labels. */
internal class Batch(val inputs: MemorySegment, val labels: MemorySegment)

/** A training in front of its first step, which reads [x] and [y]. */
internal class PreparedTraining(
    private val net: Network<*, *>, private val optimizer: Optimizer, private val precision: Precision,
    private val x: Storage, private val y: Storage, private val batches: List<Batch>
) : Prepared {
    private val compiled: CompiledStep by lazy {
        val training = TrainStep.of(Session.shared(), net.model, optimizer.spec, 0)
        training.compile({ Pass.of(crossEntropy(net(Tensor.of(x)), Tensor.of(y))) }, precision)
    }
    private var steps = 0

    override val facts: String get() = "params=${net.parameterCount}"

    override fun step(): Double {
        val batch = batches[steps++ % batches.size]
        x.write(batch.inputs)
        y.write(batch.labels)
        return compiled.run().loss()
    }
}

/**
 * Fills the parameters, so that every system starts from the same numbers: uniform in ±1/√(values that flow in) those
 * of two or more axes, in ±0.1 the others, around 1 for scales. The stream is the parameter's place.
 */
internal fun <N : Network<*, *>> N.fromFormula(): N {
    parameters.forEachIndexed { place, parameter -> parameter.fill(Formula(place)) }
    return this
}

private fun Variable.fill(formula: Formula) {
    val shape = shape()
    val fan = shape.drop(1).size()
    val bound = if (shape.rank() > 1) 1 / sqrt(fan.toFloat()) else 0.1f
    val around = if (name().endsWith("scale")) 1f else 0f
    storage().write { data -> formula.uniform(data, bound, around) }
}

/** The trainings, W1 to W7. */
internal val TRAININGS: List<Workload> = listOf(
    Training("W1", "MLP 4-16-16-3, batch 16, SGD", batch = 16, classes = 3, { sgd(0.1) }) { tanhNet(4, 16, 16, 3) },
    Training("W2", "MLP 784-512-512-10, batch 128, Adam", batch = 128, classes = 10, { adam(1e-3) }) {
        reluNet(784, 512, 512, 10)
    },
    Training("W3", "LeNet-5, batch 128, SGD + momentum", batch = 128, classes = 10, { sgd(0.01, momentum = 0.9) }) {
        leNet()
    },
    Training(
        "W4", "ResNet-20, batch 64, SGD + momentum, decay", batch = 64, classes = 10,
        { sgd(1e-3, momentum = 0.9) { weightDecay = 1e-4 } }
    ) { resNet20() },
    Training("W5", "LSTM of characters, batch 32, Adam", batch = 32, classes = 96, { adam(2e-3) }) { charLstm() },
    Training(
        "W6", "small GPT, batch 8, AdamW", batch = 8, classes = 512, { adamW(3e-4) { weightDecay = 0.01 } }
    ) { smallGpt() },
    Training("W7", "MLP 4096-4096-4096-1000, batch 256, Adam", batch = 256, classes = 1000, { adam(1e-4) }) {
        reluNet(4096, 4096, 4096, 1000)
    }
)
