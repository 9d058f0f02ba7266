package kortex.dsl

import kortex.model.CustomLayer
import kortex.model.Forward
import kortex.model.Initializer
import kortex.model.Layer
import kortex.model.Phase
import kortex.model.WeightSpec
import kortex.tensor.SettingException
import kortex.tensor.Shape
import kortex.tensor.ShapeException
import kotlin.reflect.KProperty

/**
 * A layer written where it is used, from tensor operations:
 *
 * ```
 * val scale = layer("scale") { val g by weight(features) { ones() }; forward { x -> x * g } }
 * val net = network(features(4)) { dense(8); scale(); dense(3) }
 * ```
 *
 * @param name the stem of its names in tables and checkpoints: `scale1/g`
 * @param define declares parameters and the function; runs once for each use
 */
public fun layer(name: String, define: HandLayerScope.() -> Unit): HandLayer = HandLayer(name, define)

/** A layer that [layer] made; calling it inside `network { }` adds it. */
public class HandLayer internal constructor(private val name: String, private val define: HandLayerScope.() -> Unit) {
    internal fun layer(): Layer = CustomLayer.of(
        name,
        { shapes -> HandLayerScope(name, shapes.first(), null).apply(define).weights },
        { context, inputs ->
            val x = inputs.first()
            val scope = HandLayerScope(name, x.shape().drop(1), context).apply(define)
            checked(x, scope.run(x))
        }
    )

    private fun checked(input: Tensor, output: Tensor): Tensor {
        if (output.shape().rank() == input.shape().rank()) return output
        throw ShapeException(
            "layer $name makes ${output.type()} of ${input.type()}: it changes the number of axes",
            "Keep the axes; flatten { } is what turns images into features."
        )
    }

    override fun toString(): String = "$name()"
}

/** The inside of a layer written by hand. */
@NnDsl
public class HandLayerScope internal constructor(
    private val name: String,
    /** The shape of one example of the input, without the batch axis. */
    public val inputShape: Shape,
    private val context: Forward?
) {
    internal val weights = ArrayList<WeightSpec>()
    private var function: ((Tensor) -> Tensor)? = null

    /** Features of a vector or of each step of a sequence, or channels of an image. */
    public val features: Int get() = Math.toIntExact(inputShape.extent(if (inputShape.rank() == 2) 1 else 0))

    /** Whether the layer is called inside a training step. */
    public val training: Boolean get() = context == null || context.phase() == Phase.TRAINING

    /** Declares a parameter of the given [shape], named after the property: `val g by weight(features) { ones() }`. */
    public fun weight(vararg shape: Int, init: WeightInit.() -> Initializer): WeightDeclaration =
        WeightDeclaration(this, Shape.of(shape.map { it.toLong() }), WeightInit().init())

    /** The function of the layer: a batch `[batch, …]` in, a batch with as many axes out. */
    public fun forward(function: (Tensor) -> Tensor) {
        this.function?.let { throw twice("forward of layer $name", "one function", "another") }
        this.function = function
    }

    internal fun read(weight: String): Tensor = context?.weight(weight) ?: throw SettingException(
        "weight $weight of layer $name is read while the layer is declared",
        "Read it inside forward { }."
    )

    internal fun run(x: Tensor): Tensor = function?.invoke(x) ?: throw SettingException(
        "layer $name has no forward { }",
        "Add one, such as forward { x -> x }."
    )
}

/** A parameter of a layer written by hand, before it has its name. */
public class WeightDeclaration internal constructor(
    private val scope: HandLayerScope, private val shape: Shape, private val init: Initializer
) {
    /** Names the parameter after the [property]. */
    public operator fun provideDelegate(thisRef: Any?, property: KProperty<*>): HandWeight {
        scope.weights += WeightSpec.of(property.name, shape, init)
        return HandWeight(scope)
    }
}

/** A parameter of a layer written by hand, to be read inside `forward { }`. */
public class HandWeight internal constructor(private val scope: HandLayerScope) {
    /** The parameter's value. */
    public operator fun getValue(thisRef: Any?, property: KProperty<*>): Tensor = scope.read(property.name)
}
