package kortex.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Several runs of a program in one call. What a run updates, the next one reads.
 *
 * @param times number of runs, at least 1
 * @param sliced numbers of the leaves that are another slice of their memory in each run: run
 *     {@code n}, counted from 0, reads slice {@code n}
 * @param collected for each output of the plan, where it is put: that of run {@code n} in slice
 *     {@code n}
 */
public record Repeat(int times, Set<Integer> sliced, List<Collected> collected) {
  /** Throws when there is nothing to run. */
  public Repeat {
    if (times < 1) {
      throw new IllegalArgumentException(times + " runs");
    }
    sliced = Set.copyOf(sliced);
    collected = List.copyOf(collected);
  }

  /**
   * Memory for an output of all runs.
   *
   * @param bytes size of the output of one run
   */
  public record Collected(Memory memory, long bytes) {}

  /** Runs a program one time after the other. */
  void oneByOne(Program program, List<Memory> leaves, List<Long> leafBytes) {
    try (Arena arena = Arena.ofConfined()) {
      List<MemorySegment> staging =
          collected.stream().map(c -> arena.allocate(Math.max(1, c.bytes()), 8)).toList();
      for (int n = 0; n < times; n++) {
        program.run(slices(leaves, leafBytes, n));
        for (int output = 0; output < collected.size(); output++) {
          long bytes = collected.get(output).bytes();
          MemorySegment value = staging.get(output).asSlice(0, bytes);
          program.read(output, value);
          collected.get(output).memory().slice(n * bytes, bytes).write(value);
        }
      }
    }
  }

  private List<Memory> slices(List<Memory> leaves, List<Long> bytes, int run) {
    List<Memory> out = new ArrayList<>(leaves);
    for (int leaf : sliced) {
      out.set(leaf, leaves.get(leaf).slice(run * bytes.get(leaf), bytes.get(leaf)));
    }
    return out;
  }
}
