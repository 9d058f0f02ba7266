/**
 * The CPU backend.
 *
 * <pre>{@code
 * CpuBackend cpu = CpuBackend.open(settings);
 * Program program = cpu.compile(plan, Effort.THOROUGH);
 * }</pre>
 *
 * <p>{@code natives} loads the libraries, {@code llvm} compiles generated kernels, {@code threads}
 * runs them in parallel, {@code onednn} and {@code openblas} hold the library steps. {@link
 * kortex.backend.cpu.CpuFeatures} says what this machine offers them. Large programs, which run one
 * at a time, share the memory for what they compute on the way.
 *
 * <p>Entry type: {@link kortex.backend.cpu.CpuBackend}. May import {@code kortex.backend} and
 * {@code kortex.backend.reference}.
 */
@NullMarked
package kortex.backend.cpu;

import org.jspecify.annotations.NullMarked;
