package kortex.backend.cpu.calls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import kortex.backend.cpu.llvm.Gelu;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallRunnerTest {
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

  private static final CallTable.Handles NO_HANDLES =
      (handle, address) -> {
        throw new AssertionError("no memory of oneDNN is used");
      };

  private final LlvmCompiler compiler = LlvmCompiler.open(TestLibraries.SHARED).withoutCache();
  private final CallRunner runner = CallRunner.open(TestLibraries.SHARED, compiler);
  private final NativeCode code =
      compiler.link(
          List.of(compiler.compile("marks", MARKS), compiler.compile("gelu", Gelu.IR)), Map.of());
  private final Arena arena = Arena.ofShared();

  @AfterEach
  void close() {
    arena.close();
    code.close();
    runner.close();
  }

  private CallList list() {
    return CallList.of(arena, runner.threads());
  }

  private MemorySegment longs(long... values) {
    return arena.allocateFrom(ValueLayout.JAVA_LONG, values);
  }

  /** Runs a table with a buffer of each id; all calls must be made. */
  private void run(CallTable table, MemorySegment... buffers) {
    place(table, buffers);
    assertEquals(table.size(), runner.run(table, 0));
  }

  private static void place(CallTable table, MemorySegment... buffers) {
    for (int id = 0; id < buffers.length; id++) {
      table.place(id, buffers[id].address(), NO_HANDLES);
    }
  }

  @Test
  void aPassVisitsEveryElementOfEveryKernelOnce() {
    long[] extents = {1, 1, 0, 7, 1000, 64, 65};
    List<CallList.Ranged> kernels = new ArrayList<>();
    MemorySegment[] buffers = new MemorySegment[2 * extents.length];
    for (int i = 0; i < extents.length; i++) {
      long align = i % 2 == 0 ? 64 : 1;
      List<Integer> params = List.of(2 * i, 2 * i + 1);
      kernels.add(new CallList.Ranged(code.symbol("marks"), params, List.of(), extents[i], align));
      buffers[2 * i] = longs(new long[1000]);
      buffers[2 * i + 1] = longs(new long[1000]);
    }
    CallList calls = list();
    calls.pass(kernels, runner.threads());
    CallTable table = calls.table();
    assertEquals(1, table.size());
    run(table, buffers);
    for (int i = 0; i < extents.length; i++) {
      for (int k = 0; k < 1000; k++) {
        long visits = buffers[2 * i].getAtIndex(ValueLayout.JAVA_LONG, k);
        assertEquals(k < extents[i] ? 1 : 0, visits, "element " + k + " of kernel " + i);
      }
    }
  }

  @Test
  void everyElementIsVisitedOnceInAlignedParts() {
    for (long extent : new long[] {1, 2, 15, 16, 17, 31, 32, 33, 100, 1001}) {
      for (long align : new long[] {1, 16, 64}) {
        checkParts(extent, align);
      }
    }
  }

  private void checkParts(long extent, long align) {
    MemorySegment counts = arena.allocate(ValueLayout.JAVA_LONG, extent);
    MemorySegment ends = arena.allocate(ValueLayout.JAVA_LONG, extent);
    CallList calls = list();
    calls.kernel(code.symbol("marks"), List.of(0, 1), extent, align, runner.threads());
    run(calls.table(), counts, ends);
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

  @Test
  void aKernelForOneThreadIsOnePart() {
    MemorySegment ends = arena.allocate(ValueLayout.JAVA_LONG, 199);
    CallList calls = list();
    calls.kernel(code.symbol("marks"), List.of(0, 1), 199, 1, 1);
    calls.kernel(code.symbol("marks"), List.of(0, 1), 0, 1, 1);
    run(calls.table(), arena.allocate(ValueLayout.JAVA_LONG, 199), ends);
    assertEquals(199, ends.get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void vectorKernelOnAllThreadsComputesWhatJavaDoes() {
    assertEquals(2, runner.threads());
    Gelu gelu = new Gelu(arena, 100_003);
    CallList calls = list();
    int count = (int) (gelu.buffers.byteSize() / ValueLayout.ADDRESS.byteSize());
    List<Integer> params = IntStream.range(0, count).boxed().toList();
    calls.kernel(code.symbol("gelu"), params, gelu.length(), 16, 2);
    MemorySegment[] buffers =
        params.stream()
            .map(i -> gelu.buffers.getAtIndex(ValueLayout.ADDRESS, i))
            .toArray(MemorySegment[]::new);
    run(calls.table(), buffers);
    gelu.check(0, gelu.length());
  }

  @Test
  void aLoopMovesSlicesAndKeepsTheRest() {
    CallList calls = list();
    CallList body = calls.body();
    // Body buffers: 0 the running copy, 1 a slice of what is read, 2 a slice of what is written.
    body.copy(2, 0, 8);
    body.copy(0, 1, 8);
    CallList.Places places = id -> id == 0 ? new CallList.At(0, 8) : new CallList.Sliced(id, 8);
    calls.loop(body, places, 3, false);
    MemorySegment kept = longs(-1, 5, -1);
    MemorySegment in = longs(7, 8, 9);
    MemorySegment out = longs(0, 0, 0);
    CallTable table = calls.table();
    run(table, kept, in, out);
    assertArrayEquals(new long[] {-1, 9, -1}, kept.toArray(ValueLayout.JAVA_LONG));
    assertArrayEquals(new long[] {5, 7, 8}, out.toArray(ValueLayout.JAVA_LONG));
    MemorySegment elsewhere = longs(1, 2, 3);
    run(table, kept, elsewhere, out);
    assertArrayEquals(new long[] {9, 1, 2}, out.toArray(ValueLayout.JAVA_LONG));
  }

  @Test
  void aReverseLoopBeginsWithTheLastSlice() {
    CallList calls = list();
    CallList body = calls.body();
    body.copy(1, 0, 8);
    body.copy(0, 2, 8);
    calls.loop(body, id -> id == 0 ? new CallList.At(0, 0) : new CallList.Sliced(id, 8), 3, true);
    MemorySegment kept = longs(5);
    MemorySegment out = longs(0, 0, 0);
    run(calls.table(), kept, out, longs(7, 8, 9));
    assertArrayEquals(new long[] {8, 9, 5}, out.toArray(ValueLayout.JAVA_LONG));
    assertEquals(7, kept.get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void loopsNest() {
    CallList calls = list();
    CallList rows = calls.body();
    CallList columns = rows.body();
    columns.copy(1, 0, 8);
    // In each row, slices of the row; and rows are slices of the whole.
    rows.loop(columns, id -> new CallList.Sliced(id, 8), 2, true);
    calls.loop(rows, id -> new CallList.Sliced(id, 16), 3, false);
    MemorySegment out = longs(0, 0, 0, 0, 0, 0);
    run(calls.table(), longs(1, 2, 3, 4, 5, 6), out);
    assertArrayEquals(new long[] {1, 2, 3, 4, 5, 6}, out.toArray(ValueLayout.JAVA_LONG));
  }

  @Test
  void aBranchRunsOneArm() {
    CallList calls = list();
    CallList then = calls.body();
    then.copy(0, 1, 8);
    CallList otherwise = calls.body();
    otherwise.copy(0, 2, 8);
    CallList.Places same = id -> new CallList.At(id, 0);
    calls.branch(3, then, same, otherwise, same);
    CallTable table = calls.table();
    MemorySegment out = longs(0);
    MemorySegment predicate = arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 1);
    run(table, out, longs(1), longs(2), predicate);
    assertEquals(1, out.get(ValueLayout.JAVA_LONG, 0));
    predicate.set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
    run(table, out, longs(1), longs(2), predicate);
    assertEquals(2, out.get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void javaIsAskedWhereTheListStops() {
    CallList calls = list();
    calls.copy(0, 1, 8);
    calls.stop();
    calls.copy(1, 2, 8);
    CallTable table = calls.table();
    MemorySegment a = longs(1);
    MemorySegment b = longs(2);
    place(table, a, b, longs(3));
    assertEquals(1, runner.run(table, 0));
    assertFalse(table.canFail(1));
    assertEquals(2, a.get(ValueLayout.JAVA_LONG, 0));
    assertEquals(2, b.get(ValueLayout.JAVA_LONG, 0));
    assertEquals(table.size(), runner.run(table, 2));
    assertEquals(3, b.get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void indicesAreChecked() {
    for (int bytes : new int[] {4, 8}) {
      CallList calls = list();
      calls.bounded(0, 1, 3, 5, 5, bytes, words -> new IllegalStateException("out " + words[3]));
      CallTable table = calls.table();
      MemorySegment out = longs(9, 9, 9);
      run(table, indices(bytes, -5, 4, 0), out);
      assertArrayEquals(new long[] {0, 4, 0}, out.toArray(ValueLayout.JAVA_LONG));
      for (int wrong : new int[] {5, -6, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        place(table, indices(bytes, 0, wrong, 0), out);
        assertEquals(0, runner.run(table, 0));
        assertTrue(table.canFail(0));
        assertEquals("out 3", table.failure(0).getMessage());
      }
    }
  }

  private MemorySegment indices(int bytes, int... numbers) {
    return bytes == 4
        ? arena.allocateFrom(ValueLayout.JAVA_INT, numbers)
        : longs(IntStream.of(numbers).mapToLong(i -> i).toArray());
  }

  @Test
  void whatFailsInsideLoopsAndBranchesIsFound() {
    CallList calls = list();
    CallList body = calls.body();
    CallList then = body.body();
    then.copy(0, 0, 0);
    then.bounded(0, 1, 1, 5, 0, 8, words -> new IllegalStateException("in the arm"));
    CallList.Places same = id -> new CallList.At(id, 0);
    body.branch(2, then, same, body.body(), same);
    calls.loop(body, id -> id == 0 ? new CallList.Sliced(0, 8) : new CallList.At(id, 0), 3, false);
    CallTable table = calls.table();
    MemorySegment out = longs(0);
    place(table, longs(1, 7, 2), out, arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 1));
    assertEquals(0, runner.run(table, 0));
    assertEquals("in the arm", table.failure(0).getMessage());
    assertEquals(7, out.get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void aLibraryThatFailsStopsTheRun() {
    CallList calls = list();
    calls.library(0, 0, 0, 0, words -> new IllegalStateException("status " + words[7]));
    calls.copy(0, 1, 8);
    CallTable table = calls.table();
    MemorySegment untouched = longs(1);
    place(table, untouched, longs(2));
    assertEquals(0, runner.run(table, 0));
    assertEquals("status 2", table.failure(0).getMessage());
    assertEquals(1, untouched.get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void closedRunnerRunsNothing() {
    CallRunner other = CallRunner.open(TestLibraries.SHARED, compiler);
    CallTable table = list().table();
    assertEquals(0, other.run(table, 0));
    other.close();
    assertThrows(IllegalStateException.class, () -> other.run(table, 0));
  }

  @Test
  void badArgumentsAreRefused() {
    CallList calls = list();
    MemorySegment kernel = code.symbol("marks");
    Class<IllegalArgumentException> refused = IllegalArgumentException.class;
    assertThrows(refused, () -> calls.kernel(kernel, List.of(0), -1, 1, 1));
    assertThrows(refused, () -> calls.kernel(kernel, List.of(0), 1, 0, 1));
    assertThrows(refused, () -> calls.kernel(MemorySegment.NULL, List.of(0), 1, 1, 1));
    CallTable table = calls.table();
    assertThrows(refused, () -> runner.run(table, -1));
    assertThrows(refused, () -> runner.run(table, 0, 1));
    Arena shortLived = Arena.ofConfined();
    CallTable gone = CallList.of(shortLived, 2).table();
    shortLived.close();
    assertThrows(refused, () -> runner.run(gone, 0));
  }
}
