/**
 * The loop language that fused groups of ops become: scalar expressions, loops, loads and stores
 * over flat buffers. It knows no backend; each one emits it in its own language, and {@link
 * kortex.kernel.Interpreter} runs it as it stands.
 *
 * <p>A {@link kortex.kernel.Kernel} computes {@code extent} independent pieces of work, and its
 * body handles the pieces from {@code begin} to {@code end}: a backend may split the pieces over
 * threads or blocks as it likes, the result is the same.
 *
 * <pre>
 * kernel(p0: read f32, p1: write f32) extent 4096
 *   for v1 in begin until end
 *     let v2 = load p0[v1]
 *     let v3 = max(v2, 0.0)
 *     store p1[v1] = v3
 * </pre>
 *
 * <p>Entry type: {@link kortex.kernel.Kernel}. May import {@code kortex.scalar}.
 */
@NullMarked
package kortex.kernel;

import org.jspecify.annotations.NullMarked;
