package kortex.backend.cpu.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.calls.CallRunner;
import kortex.backend.cpu.calls.CallTable;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.LlvmTarget;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.natives.TestLibraries;
import kortex.op.Epilogue;

/** Runs generated code with vectors of some width, between guards that must stay as they are. */
final class EmittedCode implements AutoCloseable {
  private static final int GUARD = 64;
  private static final float UNTOUCHED = 12345;

  final LlvmCompiler compiler = LlvmCompiler.open(TestLibraries.SHARED).withoutCache();
  private final CallRunner runner = CallRunner.open(TestLibraries.SHARED, compiler);
  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

  /** This machine with vectors of a width, which may be narrower than its own; 0 for its own. */
  LlvmTarget target(int bits) {
    LlvmTarget own = compiler.target();
    return bits == 0
        ? own
        : own.restrictedTo(
            bits == 256 ? "haswell" : "x86-64", bits == 256 ? "+avx2,+fma" : "", bits);
  }

  /**
   * A function of a module, which gets its inputs, its result if it has one, and scratch memory.
   *
   * @param pieces how many pieces of work it has
   */
  record Function(String name, List<float[]> inputs, int size, long scratch, int pieces) {}

  /** What the last function of a module writes; it finds what the first ones left as scratch. */
  float[] run(LlvmTarget target, String text, List<Function> first, Function last) {
    byte[] object = compiler.withTarget(target).compile(last.name(), text);
    try (NativeCode code = compiler.link(List.of(object), Map.of());
        Arena arena = Arena.ofShared()) {
      MemorySegment scratch = arena.allocate(Math.max(1, last.scratch()), 64);
      MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, last.size() + 2 * GUARD);
      for (long i = 0; i < last.size() + 2 * GUARD; i++) {
        out.setAtIndex(ValueLayout.JAVA_FLOAT, i, UNTOUCHED);
      }
      CallList calls = CallList.of(arena, runner.threads());
      List<MemorySegment> buffers = new ArrayList<>(List.of(out.asSlice(GUARD * Float.BYTES)));
      List<Function> functions = new ArrayList<>(first);
      functions.add(last);
      for (Function function : functions) {
        List<Integer> params = new ArrayList<>();
        for (float[] input : function.inputs()) {
          params.add(buffers.size());
          buffers.add(arena.allocateFrom(ValueLayout.JAVA_FLOAT, input));
        }
        if (function.size() > 0) {
          params.add(0);
        }
        MemorySegment address = code.symbol(function.name());
        int pieces = function.pieces();
        calls.kernel(address, params, List.of(scratch), pieces, 1, runner.threads());
      }
      CallTable table = calls.table();
      for (int i = 0; i < buffers.size(); i++) {
        table.place(i, buffers.get(i).address(), (handle, at) -> {});
      }
      assertEquals(table.size(), runner.run(table, 0));
      return within(out, last);
    }
  }

  private static float[] within(MemorySegment out, Function function) {
    for (int i = 0; i < GUARD; i++) {
      assertEquals(UNTOUCHED, at(out, i), function.name() + " before");
      assertEquals(UNTOUCHED, at(out, GUARD + function.size() + i), "behind");
    }
    return out.asSlice(GUARD * Float.BYTES, (long) function.size() * Float.BYTES)
        .toArray(ValueLayout.JAVA_FLOAT);
  }

  private static float at(MemorySegment data, int i) {
    return data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
  }

  float[] random(int size) {
    float[] out = new float[size];
    for (int i = 0; i < size; i++) {
      out[i] = random.nextFloat() - 0.5f;
    }
    return out;
  }

  /** Some epilogue: bits 0 to 3 for norm, bias, residual, relu. */
  static Epilogue epilogue(int bits, int axis) {
    return new Epilogue(
        (bits & 1) != 0 ? OptionalInt.of(axis) : OptionalInt.empty(),
        (bits & 2) != 0 ? OptionalInt.of(axis) : OptionalInt.empty(),
        (bits & 4) != 0,
        (bits & 8) != 0 ? Optional.of(Epilogue.Activation.RELU) : Optional.empty(),
        Optional.empty());
  }

  /** What an epilogue reads, for results of a size with some channels. */
  List<float[]> operands(Epilogue epilogue, int channels, int size) {
    List<float[]> out = new ArrayList<>();
    for (int i = 0; i < epilogue.operands(); i++) {
      boolean last = i == epilogue.operands() - 1;
      out.add(random(last && epilogue.residual() ? size : channels));
    }
    return out;
  }

  /** What an epilogue makes of element {@code i}. */
  static double apply(Epilogue epilogue, List<float[]> operands, double sum, int channel, int i) {
    double out = sum;
    int next = 0;
    if (epilogue.norm().isPresent()) {
      out = (out - operands.get(0)[channel]) * operands.get(1)[channel];
      next = 2;
    }
    if (epilogue.bias().isPresent()) {
      out += operands.get(next++)[channel];
    }
    if (epilogue.residual()) {
      out += operands.get(next)[i];
    }
    return epilogue.activation().isPresent() ? Math.max(0, out) : out;
  }

  @Override
  public void close() {
    runner.close();
  }
}
