/**
 * Products in f64 and linear algebra by OpenBLAS and the LAPACK in it.
 *
 * <p>{@link kortex.backend.cpu.openblas.OpenBlas} is the library, {@link
 * kortex.backend.cpu.openblas.BlasCall} one op on stacks of matrices. Row-major matrices are the
 * transposes of what LAPACK reads; each step says how it deals with that.
 *
 * <pre>{@code
 * OpenBlas blas = OpenBlas.open(libraries);
 * BlasCall product = ProductCall.of(blas, new MatMul(false, false), in, out, memory, false);
 * product.run(buffers);
 * }</pre>
 *
 * <p>Entry type: {@link kortex.backend.cpu.openblas.OpenBlas}. May import {@code
 * kortex.backend.cpu.natives} and the rooms of {@code kortex.backend.cpu}.
 */
@NullMarked
package kortex.backend.cpu.openblas;

import org.jspecify.annotations.NullMarked;
