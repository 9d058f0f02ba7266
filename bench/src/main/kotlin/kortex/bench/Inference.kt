package kortex.bench

import kortex.dsl.Network
import kortex.dsl.Tensor
import kortex.dsl.f32
import kortex.graph.Storage
import kortex.session.Precision
import kortex.session.Session
import kortex.session.Step
import kortex.tensor.TensorType
import java.lang.foreign.MemorySegment
import kotlin.math.sqrt

/** The output of a network for one example, as numbers. */
internal class Inference(
    override val id: String, override val work: String, private val network: () -> Network<*, *>
) : Workload {
    override fun open(precision: Precision): Prepared {
        val net = network().fromFormula()
        val input = TensorType(f32, net.model.spec().input().shape().prepend(1))
        val values = Formula(0).uniform(Math.toIntExact(input.size()), sqrt(3f))
        return Opened(net, precision, Storage.of(input, MemorySegment.ofArray(values)))
    }

    private class Opened(
        private val net: Network<*, *>, private val precision: Precision, private val input: Storage
    ) : Prepared {
        private val output by lazy { net(Tensor.of(input)) }
        private val compiled: Step by lazy { Session.shared().compile(listOf(output), emptyList(), precision) }
        private val result by lazy { MemorySegment.ofArray(FloatArray(Math.toIntExact(output.type().size()))) }

        override val facts: String get() = "params=${net.parameterCount}"

        override fun step(): Double? {
            compiled.run()
            compiled.read(0, result)
            return null
        }
    }
}

/** The inferences, W8a and W8b. */
internal val INFERENCES: List<Workload> = listOf(
    Inference("W8a", "inference, batch 1, network of W2") { reluNet(784, 512, 512, 10) },
    Inference("W8b", "inference, batch 1, network of W4") { resNet20() }
)
