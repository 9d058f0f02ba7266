/**
 * Differentiation as a transform of graphs, not of numbers: what comes out is graph again, so
 * derivatives have derivatives and are fused with everything else.
 *
 * <p>{@link kortex.autodiff.Autodiff} differentiates tensors that are there; {@link
 * kortex.autodiff.Transforms} turns functions of tensors into their gradients, jacobians and
 * batched forms.
 *
 * <pre>{@code
 * Tensor dx = Autodiff.grad(z, x);
 *
 * Function<Tensor, Tensor> loss = x -> x.matmul(w).square().sum();
 * Tensor each = Transforms.vmap(Transforms.grad(loss)).apply(batch);   // a gradient per example
 * }</pre>
 *
 * <p>Three passes over nodes do the work: {@code Reverse} runs vjp rules backwards, {@code Forward}
 * is the reverse of a reverse, {@code Batching} runs batching rules forwards.
 *
 * <p>{@link kortex.autodiff.BackwardPass} makes functions whose backward pass computes them again,
 * or is written by hand.
 *
 * <p>Entry type: {@link kortex.autodiff.Autodiff}. May import {@code kortex.graph}.
 */
@NullMarked
package kortex.autodiff;

import org.jspecify.annotations.NullMarked;
