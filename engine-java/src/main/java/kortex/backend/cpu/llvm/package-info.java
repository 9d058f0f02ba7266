/**
 * Compiles LLVM IR text to machine code, keeps the objects on disk, and links them into the
 * process.
 *
 * <p>{@link kortex.backend.cpu.llvm.LlvmCompiler} is the entry: {@code compile} turns text into an
 * object, {@code link} turns objects into callable addresses. The two are apart because compiling
 * costs milliseconds and is cached by content, while linking costs a fraction of one. May import
 * {@code kortex.backend.cpu.natives} and {@code kortex.tensor}.
 *
 * <pre>{@code
 * LlvmCompiler compiler = LlvmCompiler.open(libraries);
 * byte[] object = compiler.compile("gelu", irText);
 * try (NativeCode code = compiler.link(object)) {
 *   MemorySegment kernel = code.symbol("gelu_1024");
 * }
 * }</pre>
 */
@NullMarked
package kortex.backend.cpu.llvm;

import org.jspecify.annotations.NullMarked;
