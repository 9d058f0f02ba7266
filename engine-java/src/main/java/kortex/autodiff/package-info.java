/**
 * Differentiation as a transform of graphs: {@link kortex.autodiff.Autodiff#grad} takes tensors and
 * gives tensors, so gradients have gradients.
 *
 * <pre>{@code
 * Tensor dx = Autodiff.grad(z, x);
 * Tensor d2x = Autodiff.grad(dx.sum(), x);
 * }</pre>
 *
 * <p>{@link kortex.autodiff.BackwardPass} makes functions whose backward pass computes them again,
 * or is written by hand.
 *
 * <p>May import {@code kortex.graph}.
 */
@NullMarked
package kortex.autodiff;

import org.jspecify.annotations.NullMarked;
