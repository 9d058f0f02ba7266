/**
 * Measurements: training steps, inference and single ops beside other systems, what the machine can
 * do at most, JMH benchmarks of ops and of the latency of expressions, and a soak that watches the
 * memory of a long run. Tests only hold that the losses of the trainings are right.
 *
 * <pre>{@code
 * nn bench steps W2 W4            # workloads in Kotlin: kortex.bench.Workload
 * nn bench limits                 # multiply-adds and memory
 * bench/compare --workloads W2    # the same beside the peers in bench/peers
 * bench/run interactive           # writes docs/benchmarks/interactive.md
 * bench/run soak                  # writes docs/benchmarks/soak.md
 * bench/run jmh SingleOps         # JMH as it is
 * }</pre>
 *
 * <p>Entry types: {@code BenchCommand} and {@link kortex.bench.Main}. May import everything but the
 * scripts' host.
 */
@NullMarked
package kortex.bench;

import org.jspecify.annotations.NullMarked;
