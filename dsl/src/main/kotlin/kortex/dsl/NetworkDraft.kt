package kortex.dsl

import kortex.model.Input
import kortex.model.Layer
import kortex.model.LayerNode
import kortex.model.NetworkSpec
import kortex.tensor.SettingException
import java.util.Optional

/** A network while its block runs: the layers so far, and the value that the next layer reads. */
internal class NetworkDraft(val input: Input) {
    private val builder = NetworkSpec.builder(input)
    private var last: Int = LayerNode.NETWORK_INPUT
    private val blocks = HashMap<String, Int>()

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

    /** Adds a layer that changes the kind, and runs [block] in a scope of its name. */
    fun <T : Any> into(layer: Layer, input: Out<*>, block: () -> T): T {
        val number = blocks.merge(layer.kind(), 1, Int::plus)
        val name = if (number == 1) layer.kind() else layer.kind() + number
        add<SignalKind>(layer, Optional.of(name), listOf(input))
        return builder.named(name) { block() }
    }

    fun scope(kind: String, block: () -> Unit) {
        builder.scope(kind) { block() }
    }

    /** Runs [block] in a scope of that [name], and gives the value declared last. */
    fun <K : SignalKind> named(name: String, block: () -> Unit): Out<K> {
        builder.named(name) { block() }
        return current()
    }

    fun build(output: Out<*>): NetworkSpec = builder.build(own(output))
}
