/**
 * Products in f64 and linear algebra by OpenBLAS and the LAPACK in it.
 *
 * <p>{@link kortex.backend.cpu.openblas.OpenBlas} is the library, {@link
 * kortex.backend.cpu.openblas.StackCall} one op on a stack of matrices. Row-major matrices are the
 * transposes of what LAPACK reads; each step says how it deals with that. May import {@code
 * kortex.backend.cpu.natives} and the rooms of {@code kortex.backend.cpu}.
 *
 * <pre>{@code
 * OpenBlas blas = OpenBlas.open(libraries);
 * StackCall product = StackCall.of(blas, new MatMul(false, false), inputs, output, memory);
 * blas.run(false, () -> product.run(buffers));
 * }</pre>
 */
@NullMarked
package kortex.backend.cpu.openblas;

import org.jspecify.annotations.NullMarked;
