package kortex.dsl

import kortex.model.Input
import kortex.model.Layer
import kortex.model.LayerNode
import kortex.model.NetworkSpec
import kortex.tensor.SettingException
import java.util.Optional

/** A network while its block runs: the layers so far, and the value that the next layer reads. */
internal class NetworkDraft(input: Input) {
    private val builder = NetworkSpec.builder(input)
    private var last: Int = LayerNode.NETWORK_INPUT
    private var flattens = 0

    fun <K : SignalKind> current(): Out<K> = Out(this, last)

    fun <K : SignalKind> continueFrom(value: Out<K>) {
        last = own(value)
    }

    fun <K : SignalKind> add(layer: Layer, vararg inputs: Out<*>): Out<K> =
        add(layer, Optional.empty(), inputs.asList())

    private fun <K : SignalKind> add(layer: Layer, name: Optional<String>, inputs: List<Out<*>>): Out<K> {
        last = builder.add(layer, inputs.map { own(it) }, Sites.of(layer), name)
        return current()
    }

    private fun own(value: Out<*>): Int {
        if (value.draft === this) return value.node
        throw SettingException(
            "a value of one network is used in another",
            "Declare the layers that share a value in one network { } block."
        )
    }

    /** Adds the layer [flatten] and runs [block] in a scope of its name. */
    fun flatten(flatten: Layer, input: Out<*>, block: () -> Unit) {
        flattens++
        val name = if (flattens == 1) "flatten" else "flatten$flattens"
        add<Features>(flatten, Optional.of(name), listOf(input))
        builder.named(name) { block() }
    }

    fun scope(kind: String, block: () -> Unit) {
        builder.scope(kind) { block() }
    }

    fun build(output: Out<*>): NetworkSpec = builder.build(own(output))
}
