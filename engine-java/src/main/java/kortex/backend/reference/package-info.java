/**
 * The reference backend: every op in plain Java, one at a time, accumulating in double. It is the
 * oracle that other backends are tested against, and what runs where no native library does.
 * Correct before fast.
 *
 * <pre>{@code
 * Session oracle = Session.on(ReferenceBackend.create());
 * Session kernels = Session.on(ReferenceBackend.interpreting());   // runs them as they stand
 * }</pre>
 *
 * <p>Entry type: {@link kortex.backend.reference.ReferenceBackend}. May import {@code
 * kortex.backend}.
 */
@NullMarked
package kortex.backend.reference;

import org.jspecify.annotations.NullMarked;
