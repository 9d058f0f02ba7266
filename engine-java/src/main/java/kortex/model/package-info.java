/**
 * Networks as values. A {@link kortex.model.NetworkSpec} lists {@link kortex.model.Layer}s; a
 * {@link kortex.model.Network} gives them parameters and is a function of tensors; {@link
 * kortex.model.Loss}es and {@link kortex.model.Metric}s are functions of its output and a target.
 *
 * <pre>{@code
 * var builder = NetworkSpec.builder(Input.features(4));
 * int hidden = builder.add(Dense.of(16), List.of(LayerNode.NETWORK_INPUT), Site.NONE);
 * int active = builder.add(Activation.TANH, List.of(hidden), Site.NONE);
 * int logits = builder.add(Dense.of(3), List.of(active), Site.NONE);
 * Network network = Network.of(builder.build(logits), 42);
 * Tensor loss = Loss.crossEntropy().of(network.call(x), labels);
 * }</pre>
 *
 * <p>Entry type: {@link kortex.model.Network}. May import {@code kortex.graph}, {@code kortex.op}
 * and {@code kortex.tensor}.
 */
@NullMarked
package kortex.model;

import org.jspecify.annotations.NullMarked;
