/**
 * Emits kernels of the loop language as LLVM IR. Entry type: {@link
 * kortex.backend.cpu.emit.ModuleEmitter}. May import {@code kortex.kernel}.
 *
 * <p>Each kernel becomes a function {@code void k(ptr buffers, i64 begin, i64 end)}. Loops are
 * emitted with their test at the end and sums as reassociable, which is what LLVM's loop vectoriser
 * asks for.
 */
@NullMarked
package kortex.backend.cpu.emit;

import org.jspecify.annotations.NullMarked;
