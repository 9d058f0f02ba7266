/**
 * From groups to something a backend can run: kernels are lowered to the loop language, steps are
 * put in order, and one arena is laid out from the lifetimes of the values, so that the memory
 * needed is known before anything runs. A loop or a branch is a step with plans of its own, whose
 * arena is a part of this one.
 *
 * <pre>{@code
 * Plan plan = Planner.plan(Fusion.group(Simplify.run(graph), backend::runsWhole));
 * }</pre>
 *
 * <p>Entry type: {@link kortex.plan.Planner}. May import {@code kortex.graph} and {@code
 * kortex.kernel}.
 */
@NullMarked
package kortex.plan;

import org.jspecify.annotations.NullMarked;
