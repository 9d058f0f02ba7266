/**
 * The CPU backend.
 *
 * <p>{@code natives} loads the libraries, {@code llvm} compiles generated kernels, {@code threads}
 * runs them in parallel, {@code onednn} and {@code openblas} hold the library steps. {@link
 * kortex.backend.cpu.CpuFeatures} says what this machine offers them.
 */
@NullMarked
package kortex.backend.cpu;

import org.jspecify.annotations.NullMarked;
