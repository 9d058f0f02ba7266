package kortex.backend.cpu.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import kortex.backend.cpu.llvm.Gelu;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.Test;

class ParallelRunnerTest {
  /** Adds 1 to each element and writes begin and end at the element where the part begins. */
  private static final String MARKS =
      """
      define void @marks(ptr %buffers, i64 %begin, i64 %end) {
      entry:
        %counts = load ptr, ptr %buffers
        %endsAt = getelementptr ptr, ptr %buffers, i64 1
        %ends = load ptr, ptr %endsAt
        %mark = getelementptr i64, ptr %ends, i64 %begin
        store i64 %end, ptr %mark
        br label %loop

      loop:
        %i = phi i64 [ %begin, %entry ], [ %next, %loop ]
        %at = getelementptr i64, ptr %counts, i64 %i
        %old = load i64, ptr %at
        %new = add i64 %old, 1
        store i64 %new, ptr %at
        %next = add i64 %i, 1
        %more = icmp slt i64 %next, %end
        br i1 %more, label %loop, label %done

      done:
        ret void
      }
      """;

  private final LlvmCompiler compiler = LlvmCompiler.open(TestLibraries.SHARED).withoutCache();

  @Test
  void everyElementIsVisitedOnceInAlignedParts() {
    try (ParallelRunner runner = ParallelRunner.open(TestLibraries.SHARED, compiler);
        NativeCode code = compiler.link(compiler.compile("marks", MARKS))) {
      MemorySegment kernel = code.symbol("marks");
      for (long extent : new long[] {1, 2, 15, 16, 17, 31, 32, 33, 100, 1001}) {
        for (long align : new long[] {1, 16, 64}) {
          checkParts(runner, kernel, extent, align);
        }
      }
    }
  }

  private static void checkParts(
      ParallelRunner runner, MemorySegment kernel, long extent, long align) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment counts = arena.allocate(ValueLayout.JAVA_LONG, extent);
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_LONG, extent);
      MemorySegment buffers = arena.allocate(ValueLayout.ADDRESS, 2);
      buffers.setAtIndex(ValueLayout.ADDRESS, 0, counts);
      buffers.setAtIndex(ValueLayout.ADDRESS, 1, ends);
      runner.run(kernel, buffers, extent, 1, align);
      int parts = 0;
      for (long begin = 0; begin < extent; parts++) {
        assertEquals(0, begin % align);
        begin = ends.getAtIndex(ValueLayout.JAVA_LONG, begin);
      }
      assertTrue(parts <= runner.threads(), parts + " parts");
      for (long i = 0; i < extent; i++) {
        assertEquals(1, counts.getAtIndex(ValueLayout.JAVA_LONG, i), "element " + i);
      }
      assertTrue(extent < 2 * align || extent < 2 || parts == 2, extent + ": " + parts);
    }
  }

  @Test
  void smallRangesStayInOnePart() {
    try (ParallelRunner runner = ParallelRunner.open(TestLibraries.SHARED, compiler);
        NativeCode code = compiler.link(compiler.compile("marks", MARKS));
        Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_LONG, 199);
      MemorySegment buffers = arena.allocate(ValueLayout.ADDRESS, 2);
      buffers.setAtIndex(ValueLayout.ADDRESS, 0, arena.allocate(ValueLayout.JAVA_LONG, 199));
      buffers.setAtIndex(ValueLayout.ADDRESS, 1, ends);
      runner.run(code.symbol("marks"), buffers, 199, 100, 1);
      assertEquals(199, ends.get(ValueLayout.JAVA_LONG, 0));
      runner.run(code.symbol("marks"), buffers, 0, 100, 1);
    }
  }

  @Test
  void vectorKernelOnAllThreadsComputesWhatJavaDoes() {
    try (ParallelRunner runner = ParallelRunner.open(TestLibraries.SHARED, compiler);
        NativeCode code = compiler.link(compiler.compile("gelu", Gelu.IR));
        Arena arena = Arena.ofShared()) {
      assertEquals(2, runner.threads());
      Gelu gelu = new Gelu(arena, 100_003);
      runner.run(code.symbol("gelu"), gelu.buffers, gelu.length(), 1000, 16);
      gelu.check(0, gelu.length());
    }
  }

  @Test
  void closedRunnerRunsNothing() {
    ParallelRunner runner = ParallelRunner.open(TestLibraries.SHARED, compiler);
    runner.close();
    try (NativeCode code = compiler.link(compiler.compile("marks", MARKS));
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffers = arena.allocate(16);
      assertThrows(
          IllegalStateException.class, () -> runner.run(code.symbol("marks"), buffers, 1, 1, 1));
    }
  }

  @Test
  void badArgumentsAreRefused() {
    try (ParallelRunner runner = ParallelRunner.open(TestLibraries.SHARED, compiler);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffers = arena.allocate(8);
      NativeCode code = compiler.link(compiler.compile("marks", MARKS));
      MemorySegment kernel = code.symbol("marks");
      Class<IllegalArgumentException> refused = IllegalArgumentException.class;
      assertThrows(refused, () -> runner.run(kernel, buffers, -1, 1, 1));
      assertThrows(refused, () -> runner.run(kernel, buffers, 1, 1, 0));
      assertThrows(refused, () -> runner.run(MemorySegment.NULL, buffers, 1, 1, 1));
      assertThrows(refused, () -> runner.run(kernel, MemorySegment.ofArray(new long[1]), 1, 1, 1));
      code.close();
      assertThrows(refused, () -> runner.run(kernel, buffers, 1, 1, 1));
    }
  }
}
