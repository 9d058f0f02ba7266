/**
 * The only place that chains the rooms: capture → simplify → fuse → plan → backend, with a cache of
 * plans by graph structure. Read it first.
 *
 * <pre>{@code
 * Step step = Session.shared().compile(List.of(loss), updates);   // once
 * step.run();                                                     // many times: no graph work
 * double l = step.scalar(0);
 * }</pre>
 *
 * <p>{@link kortex.session.Explanation} says how a computation runs, and {@code Forecast} what it
 * takes, before it does. Plans of evaluated tensors are kept by graph structure and closed when
 * they are dropped.
 *
 * <p>Entry type: {@link kortex.session.Session}. May import everything above it in the line.
 */
@NullMarked
package kortex.session;

import org.jspecify.annotations.NullMarked;
