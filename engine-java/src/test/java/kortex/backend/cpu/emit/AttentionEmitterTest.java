package kortex.backend.cpu.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.calls.CallRunner;
import kortex.backend.cpu.calls.CallTable;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.LlvmTarget;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.natives.TestLibraries;
import kortex.backend.reference.Dense;
import kortex.backend.reference.ReferenceOps;
import kortex.op.Attention;
import kortex.op.Op;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both passes against the reference: lengths around blocks, odd heads, groups and biases. */
@TestInstance(Lifecycle.PER_CLASS)
class AttentionEmitterTest {
  private static final int GUARD = 64;
  private static final float UNTOUCHED = 12345;
  private static final double SCALE = 0.3;

  private final LlvmCompiler compiler = LlvmCompiler.open(TestLibraries.SHARED).withoutCache();
  private final CallRunner runner = CallRunner.open(TestLibraries.SHARED, compiler);

  /** Heads, heads that share keys, queries, keys, features, features of values. */
  private static final int[][] SIZES = {
    {1, 1, 64, 64, 64, 64},
    {3, 1, 65, 63, 33, 8},
    {4, 2, 130, 70, 80, 1},
    {6, 3, 31, 200, 1, 33},
    {2, 1, 200, 20, 8, 80}
  };

  @AfterAll
  void close() {
    runner.close();
  }

  /** The machine's own vectors, and those of narrower machines, which it runs as well. */
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 128})
  void passesAreThoseOfTheReference(int bits) {
    LlvmTarget own = compiler.target();
    LlvmTarget target =
        bits == 0
            ? own
            : own.restrictedTo(
                bits == 256 ? "haswell" : "x86-64", bits == 256 ? "+avx2,+fma" : "", bits);
    for (int[] size : SIZES) {
      for (boolean causal : new boolean[] {false, true}) {
        for (Shape bias : biases(size)) {
          check(size, causal, bias, target);
        }
      }
    }
  }

  private static List<Shape> biases(int[] s) {
    return s[3] == 64
        ? List.of(Shape.SCALAR)
        : List.of(Shape.SCALAR, Shape.of(s[0], 1, s[3]), Shape.of(1, s[2], s[3]));
  }

  private static TensorType f32(long... shape) {
    return new TensorType(DType.F32, Shape.of(shape));
  }

  /** No bias is a scalar shape. */
  private void check(int[] s, boolean causal, Shape bias, LlvmTarget target) {
    boolean biased = bias.rank() > 0;
    List<TensorType> in = new ArrayList<>();
    in.add(f32(s[0], s[2], s[4]));
    in.add(f32(s[0] / s[1], s[3], s[4]));
    in.add(f32(s[0] / s[1], s[3], s[5]));
    if (biased) {
      in.add(new TensorType(DType.F32, bias));
    }
    Optional<AttentionPass.Bias> place =
        biased
            ? Optional.of(
                new AttentionPass.Bias(
                    List.of(s[0]),
                    List.of(bias.extent(0) == 1 ? 0L : bias.strides()[0]),
                    bias.extent(1) > 1))
            : Optional.empty();
    try (Arena arena = Arena.ofShared()) {
      List<Dense> given = new ArrayList<>(in.stream().map(t -> random(arena, t)).toList());
      Op forward = new Attention.Attend(causal, SCALE, biased);
      List<Dense> expected = reference(arena, forward, given);
      run(arena, pass(false, s, causal, place), target, given, expected);
      given.add(expected.get(1));
      given.add(random(arena, f32(s[0], s[2], s[5])));
      given.add(random(arena, f32(s[0], s[2])));
      Op backward = new Attention.AttendGrad(causal, SCALE, biased);
      List<Dense> gradients = reference(arena, backward, given);
      run(arena, pass(true, s, causal, place), target, given, gradients);
    }
  }

  private static AttentionPass pass(
      boolean backward, int[] s, boolean causal, Optional<AttentionPass.Bias> bias) {
    return new AttentionPass(backward, s[0], s[1], s[2], s[3], s[4], s[5], causal, SCALE, bias);
  }

  private static List<Dense> reference(Arena arena, Op op, List<Dense> in) {
    List<Dense> out =
        op.infer(in.stream().map(Dense::type).toList()).stream()
            .map(t -> new Dense(t, arena.allocate(t.bytes(), 64)))
            .toList();
    ReferenceOps.run(op, in, out);
    return out;
  }

  private void run(
      Arena arena, AttentionPass pass, LlvmTarget target, List<Dense> in, List<Dense> expected) {
    ModuleEmitter.Module module =
        ModuleEmitter.emit(List.of(), List.of(pass), target.vectorBits(), "a");
    byte[] object = compiler.withTarget(target).compile(pass.toString(), module.text());
    try (NativeCode code = compiler.link(List.of(object), Map.of())) {
      List<MemorySegment> results =
          expected.stream().map(d -> guarded(arena, d.type().size())).toList();
      int workers = 3;
      MemorySegment scratch = arena.allocate(pass.workerBytes(workers), 64);
      scratch.set(ValueLayout.JAVA_LONG, 0, workers);
      MemorySegment parts = arena.allocate(Math.max(1, pass.partBytes()), 64);
      CallList calls = CallList.of(arena, runner.threads());
      List<Integer> params = IntStream.range(0, in.size() + results.size()).boxed().toList();
      String name = Objects.requireNonNull(module.vectorised().get(pass));
      calls.kernel(
          code.symbol(name), params, List.of(scratch, parts), workers, 1, runner.threads());
      if (pass.inParts()) {
        List<Integer> sums = params.subList(params.size() - 2, params.size());
        calls.kernel(code.symbol(name + ".sum"), sums, List.of(parts), pass.sums(), 1, 1);
      }
      CallTable table = calls.table();
      CallTable.Handles none = (handle, at) -> {};
      for (int i = 0; i < in.size(); i++) {
        table.place(i, in.get(i).data().address(), none);
      }
      for (int i = 0; i < results.size(); i++) {
        table.place(in.size() + i, results.get(i).address() + GUARD * Float.BYTES, none);
      }
      assertEquals(table.size(), runner.run(table, 0));
      for (int i = 0; i < results.size(); i++) {
        compare(pass + " result " + i, expected.get(i), results.get(i));
      }
    }
  }

  private static void compare(String what, Dense expected, MemorySegment got) {
    long size = expected.type().size();
    for (long i = 0; i < size; i++) {
      double wanted = at(expected.data(), i);
      assertEquals(wanted, at(got, GUARD + i), 3e-5 * (1 + Math.abs(wanted)), what + " at " + i);
    }
    for (int i = 0; i < GUARD; i++) {
      assertEquals(UNTOUCHED, at(got, i), what + " before");
      assertEquals(UNTOUCHED, at(got, GUARD + size + i), what + " behind");
    }
  }

  private static float at(MemorySegment data, long i) {
    return data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
  }

  private static MemorySegment guarded(Arena arena, long size) {
    MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, size + 2 * GUARD);
    for (long i = 0; i < size + 2 * GUARD; i++) {
      out.setAtIndex(ValueLayout.JAVA_FLOAT, i, UNTOUCHED);
    }
    return out;
  }

  private static Dense random(Arena arena, TensorType type) {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, Math.max(1, type.size()));
    for (long i = 0; i < type.size(); i++) {
      out.setAtIndex(ValueLayout.JAVA_FLOAT, i, 4 * random.nextFloat() - 2);
    }
    return new Dense(type, out);
  }
}
