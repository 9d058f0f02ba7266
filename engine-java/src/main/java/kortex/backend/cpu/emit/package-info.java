/**
 * Emits kernels of the loop language as LLVM IR.
 *
 * <p>Each kernel becomes a function {@code void k(ptr buffers, i64 begin, i64 end)}. Loops are
 * emitted with their test at the end and sums as reassociable, which is what LLVM's loop vectoriser
 * asks for.
 *
 * <pre>{@code
 * String text = ModuleEmitter.emit(kernels).text();
 * }</pre>
 *
 * <p>Products, convolutions and attention of some sizes ({@link
 * kortex.backend.cpu.emit.Vectorised}) are written in explicit vectors, for the width of the
 * machine.
 *
 * <p>Entry type: {@link kortex.backend.cpu.emit.ModuleEmitter}. May import {@code kortex.kernel}
 * and {@code kortex.op}.
 */
@NullMarked
package kortex.backend.cpu.emit;

import org.jspecify.annotations.NullMarked;
