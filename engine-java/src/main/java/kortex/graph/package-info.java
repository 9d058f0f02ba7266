/**
 * Computations as values. A {@link kortex.graph.Tensor} is a lazy handle on a {@link
 * kortex.graph.Node}; nothing is computed until its numbers are asked for. {@link
 * kortex.graph.Graph} is the flat form that the compiler works on: captured from tensors, compared
 * by structure, rewritten, planned.
 *
 * <pre>{@code
 * Tensor x = Tensor.of(1, 2, 3);
 * Tensor z = x.mul(2).mean();   // a graph of four nodes
 * System.out.println(z);        // 4.0: compiled and run now
 * }</pre>
 *
 * <p>Every node knows the user's line that made it ({@link kortex.graph.Origin}).
 *
 * <p>{@link kortex.graph.Control} has loops and branches, which stay one computation.
 *
 * <p>Entry type: {@link kortex.graph.Tensor}. May import {@code kortex.op} and {@code
 * kortex.tensor}.
 */
@NullMarked
package kortex.graph;

import org.jspecify.annotations.NullMarked;
