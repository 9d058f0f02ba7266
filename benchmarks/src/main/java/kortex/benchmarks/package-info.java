/**
 * Measurements that no test runs: JMH benchmarks of kernels, ops and the latency of expressions,
 * and a soak that watches the memory of a long run.
 *
 * <pre>{@code
 * benchmarks/run interactive     # writes docs/benchmarks/interactive.md
 * benchmarks/run soak            # writes docs/benchmarks/soak.md
 * benchmarks/run jmh -f 1 Ops    # JMH as it is
 * }</pre>
 *
 * <p>Entry type: {@link kortex.benchmarks.Main}. May import the engine.
 */
@NullMarked
package kortex.benchmarks;

import org.jspecify.annotations.NullMarked;
