/**
 * Optimizers, schedules and clipping, as graph: each says how the next value of a parameter follows
 * from its gradient and what is remembered, and the training step compiles it with the rest.
 *
 * <pre>{@code
 * Optimizer optimizer = new AdamW(Cosine.of(1e-3), Moments.DEFAULT, 0.01)
 *     .clipped(new Clip.GlobalNorm(1.0));
 * }</pre>
 *
 * <p>Entry type: {@link kortex.optimizer.Optimizer}. May import {@code kortex.graph} and {@code
 * kortex.tensor}.
 */
@NullMarked
package kortex.optimizer;

import org.jspecify.annotations.NullMarked;
