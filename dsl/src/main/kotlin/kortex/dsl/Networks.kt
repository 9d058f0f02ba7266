package kortex.dsl

import kortex.model.Input
import kortex.model.NetworkSpec
import kortex.model.Network as ModelNetwork

/** What a network takes: made by [image], [features], [sequence] and [tokens]. */
public class InputSpec<I : SignalKind> internal constructor(internal val input: Input) {
    override fun equals(other: Any?): Boolean = other is InputSpec<*> && input == other.input

    override fun hashCode(): Int = input.hashCode()

    /** Written as in a script: `image(1, 8, 8)`. */
    override fun toString(): String = input.toString()
}

/** Images of `[channels, height, width]`. */
public fun image(channels: Int, height: Int, width: Int): InputSpec<Image> =
    InputSpec(Input.image(channels.toLong(), height.toLong(), width.toLong()))

/** Vectors of [count] features. */
public fun features(count: Int): InputSpec<Features> = InputSpec(Input.features(count.toLong()))

/** Sequences of [time] steps, each a vector of [features]. */
public fun sequence(time: Int, features: Int): InputSpec<Sequence> =
    InputSpec(Input.sequence(time.toLong(), features.toLong()))

/**
 * Sequences of [time] tokens: whole numbers from 0 to [vocabulary] − 1.
 *
 * @throws kortex.tensor.SettingException when the vocabulary is empty
 */
public fun tokens(time: Int, vocabulary: Int): InputSpec<Tokens> = InputSpec(Input.tokens(time.toLong(), vocabulary))

/**
 * A network of images whose output is the value of the block's last line:
 * `network(image(1, 8, 8)) { conv2d(16, kernel = 3); relu(); flatten { dense(10) } }`.
 *
 * The last line decides the type: a `flatten { }` makes it a `Network<Image, Features>`. After a line that is no layer,
 * such as a loop, end the block with [current][LayerScope.current]. Sizes are checked here: one error lists everything
 * that doesn't fit, with the line of each layer.
 *
 * @param seed what the first values of the parameters follow from
 * @throws kortex.tensor.ShapeException when layers don't fit together
 */
@JvmName("imageNetwork")
public fun <O : SignalKind> network(
    input: InputSpec<Image>, seed: Long = 0, block: ImageScope.() -> Out<O>
): Network<Image, O> {
    val draft = NetworkDraft(input.input)
    return Network(draft.build(ImageScope(draft).block()), seed)
}

/** A network of features, `network(features(4)) { dense(16); tanh(); dense(3) }`; see the one of images. */
@JvmName("featuresNetwork")
public fun network(
    input: InputSpec<Features>, seed: Long = 0, block: FeaturesScope.() -> Out<Features>
): Network<Features, Features> {
    val draft = NetworkDraft(input.input)
    return Network(draft.build(FeaturesScope(draft).block()), seed)
}

/**
 * A network of sequences, `network(sequence(time = 28, features = 28)) { gru(64); lastStep { dense(10) } }`; see the one of
 * images.
 */
@JvmName("sequenceNetwork")
public fun <O : SignalKind> network(
    input: InputSpec<Sequence>, seed: Long = 0, block: SequenceScope.() -> Out<O>
): Network<Sequence, O> {
    val draft = NetworkDraft(input.input)
    return Network(draft.build(SequenceScope(draft).block()), seed)
}

/**
 * A network of tokens, `network(tokens(time = 64, vocabulary = 96)) { embedding(64) { lstm(256); dense(96) } }`; see the
 * one of images.
 */
@JvmName("tokensNetwork")
public fun <O : SignalKind> network(
    input: InputSpec<Tokens>, seed: Long = 0, block: TokensScope.() -> Out<O>
): Network<Tokens, O> {
    val draft = NetworkDraft(input.input)
    return Network(draft.build(TokensScope(draft).block()), seed)
}

/**
 * A network with its parameters: a function from batches to batches, and what [train] changes.
 *
 * @param I what it takes
 * @param O what it gives
 */
public class Network<I : SignalKind, O : SignalKind> internal constructor(
    /** The engine's network. */
    public val model: ModelNetwork
) {
    internal constructor(spec: NetworkSpec, seed: Long) : this(ModelNetwork.of(spec, seed))

    /** What it was made from; prints as the script declares it. */
    public val spec: NetworkSpec get() = model.spec()

    /** All trained values, in the order of the layers. */
    public val parameters: List<Variable> get() = model.parameters()

    /** The parameters of two or more axes, without biases and scales: what a penalty such as [l2] means. */
    public val weights: List<Variable> get() = model.weights()

    /** Number of trained numbers. */
    public val parameterCount: Long get() = model.parameterCount()

    /**
     * The output for a batch [x]: `[batch, input…] → [batch, output…]`, in the training phase inside [trainStep],
     * elsewhere for inference.
     *
     * @throws kortex.tensor.ShapeException when [x] is not a batch of the network's input
     */
    public operator fun invoke(x: Tensor): Tensor = model.call(x)

    /** One parameter by its name, such as `flatten/dense1/weight`. */
    public fun parameter(name: String): Variable = model.parameter(name)

    /** A table: path, output shape, parameters and FLOPs of each layer, and totals. */
    override fun toString(): String = model.toString()
}
