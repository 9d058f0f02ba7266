/**
 * The scalar primitives: about 40 things that can be done to single numbers. Ops write their
 * formulas in them ({@link kortex.scalar.Scalars}), kernels are made of them, and every backend
 * emits each of them once.
 *
 * <pre>{@code
 * <S> S cube(Scalars<S> s, S x) {
 *   return s.mul(x, s.mul(x, x));   // a number, a kernel or LLVM IR, as s makes it
 * }
 * }</pre>
 *
 * <p>Entry type: {@link kortex.scalar.Prim}. May import {@code kortex.tensor}.
 */
@NullMarked
package kortex.scalar;

import org.jspecify.annotations.NullMarked;
