package kortex.backend.cpu.llvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/**
 * Objects linked into this process by a linker (LLVM's ORC LLJIT) of their own: their symbols meet
 * no other code's, and closing frees all of it.
 *
 * <p>Functions of the C library and of libm resolve by themselves. A symbol is valid until {@link
 * #close}; the caller sees to it that no call is running then.
 */
public final class NativeCode implements AutoCloseable {
  private static final int ELF = 0x7f454c46;
  private static final long PAIR_BYTES = 24;
  private static final byte EXPORTED_AND_CALLABLE = 1 | 4;

  private final LlvmApi llvm;
  private final Arena lifetime = Arena.ofShared();
  private long jit;

  NativeCode(LlvmApi llvm, List<byte[]> objects, Map<String, MemorySegment> symbols) {
    this.llvm = llvm;
    objects.forEach(NativeCode::requireElf);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
      check(llvm.createLlJit.call(result.address(), 0));
      jit = result.get(ValueLayout.JAVA_LONG, 0);
      long dylib = llvm.mainDylib.call(jit);
      if (!symbols.isEmpty()) {
        define(dylib, symbols, arena);
      }
      for (byte[] object : objects) {
        add(dylib, object);
      }
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  private static void requireElf(byte[] object) {
    if (object.length < 64 || java.nio.ByteBuffer.wrap(object).getInt(0) != ELF) {
      throw new KernelCompileException("Linking", "object", "not an ELF object");
    }
  }

  private void define(long dylib, Map<String, MemorySegment> symbols, Arena arena) {
    MemorySegment pairs = arena.allocate(symbols.size() * PAIR_BYTES, Long.BYTES);
    long at = 0;
    for (Map.Entry<String, MemorySegment> symbol : symbols.entrySet()) {
      long name = llvm.mangleAndIntern.call(jit, arena.allocateFrom(symbol.getKey()).address());
      pairs.set(ValueLayout.JAVA_LONG, at, name);
      pairs.set(ValueLayout.JAVA_LONG, at + 8, symbol.getValue().address());
      pairs.set(ValueLayout.JAVA_BYTE, at + 16, EXPORTED_AND_CALLABLE);
      at += PAIR_BYTES;
    }
    long unit = llvm.absoluteSymbols.call(pairs.address(), symbols.size());
    check(llvm.dylibDefine.call(dylib, unit));
  }

  private void add(long dylib, byte[] object) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, object);
      long name = arena.allocateFrom("kernel").address();
      long buffer = llvm.copyMemoryBuffer.call(copy.address(), object.length, name);
      check(llvm.addObjectFile.call(jit, dylib, buffer)); // takes the buffer over
    }
  }

  /**
   * The address of the function {@code name}. The first call links.
   *
   * @throws KernelCompileException if there is no such function, or one that it calls is missing
   */
  public synchronized MemorySegment symbol(String name) {
    if (jit == 0) {
      throw new IllegalStateException("native code with " + name + " is closed");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
      long error = llvm.lookup.call(jit, result.address(), arena.allocateFrom(name).address());
      llvm.check(error, text -> new KernelCompileException("Linking", name, text));
      return MemorySegment.ofAddress(result.get(ValueLayout.JAVA_LONG, 0))
          .reinterpret(lifetime, ignored -> {});
    }
  }

  private void check(long error) {
    llvm.check(error, text -> new KernelCompileException("Linking", "object", text));
  }

  @Override
  public synchronized void close() {
    if (jit != 0) {
      long error = llvm.disposeLlJit.call(jit);
      jit = 0;
      check(error);
    }
    if (lifetime.scope().isAlive()) {
      lifetime.close();
    }
  }
}
