/**
 * What a backend is: it says which ops it runs as a whole, gives memory, and compiles plans. {@link
 * kortex.backend.Backends} finds the backends and chooses one, once, with its reason.
 *
 * <pre>{@code
 * Program program = backend.compile(plan, Backend.Effort.THOROUGH);
 * }</pre>
 *
 * <p>Entry type: {@link kortex.backend.Backend}. May import {@code kortex.plan}.
 */
@NullMarked
package kortex.backend;

import org.jspecify.annotations.NullMarked;
