/**
 * The reference backend: every op in plain Java, one at a time, accumulating in double. It is the
 * oracle that other backends are tested against, and what runs where no native library does.
 * Correct before fast.
 *
 * <p>Entry type: {@link kortex.backend.reference.ReferenceBackend}. May import {@code
 * kortex.backend}.
 */
@NullMarked
package kortex.backend.reference;

import org.jspecify.annotations.NullMarked;
