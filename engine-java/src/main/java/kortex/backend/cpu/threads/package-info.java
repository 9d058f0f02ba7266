/**
 * Runs generated kernels on the thread pool of OpenMP, the same that oneDNN uses.
 *
 * <p>{@link kortex.backend.cpu.threads.ParallelRunner} is the entry. One pool for everything means
 * that no two sets of threads compete for the cores, and that a step passes between library calls
 * and kernels while the workers are still awake. May import {@code kortex.backend.cpu.natives},
 * {@code kortex.backend.cpu.llvm} and {@code kortex.tensor}.
 *
 * <pre>{@code
 * try (ParallelRunner runner = ParallelRunner.open(libraries, compiler)) {
 *   runner.run(kernel, buffers, elements, 16_384, 16);
 * }
 * }</pre>
 */
@NullMarked
package kortex.backend.cpu.threads;

import org.jspecify.annotations.NullMarked;
