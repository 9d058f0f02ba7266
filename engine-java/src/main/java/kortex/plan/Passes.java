package kortex.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds kernels that follow one another in a plan and don't wait for one another: none touches what
 * another writes. They can run side by side, in one pass. The updates of all parameters are such
 * kernels.
 */
public final class Passes {
  private Passes() {}

  /**
   * A stretch of a plan's steps.
   *
   * @param from the number of the first step, counted from 0
   * @param to the number behind the last step
   */
  public record Pass(int from, int to) {
    /** The number of steps. */
    public int size() {
      return to - from;
    }
  }

  /** A part of the memory of a leaf, or of the arena for leaf −1. */
  private record Part(int leaf, long begin, long end) {
    static Part of(Plan plan, int id) {
      Plan.Buffer buffer = plan.buffers().get(id);
      long bytes = buffer.type().bytes();
      return switch (buffer.place()) {
        case Plan.InLeaf at -> new Part(at.leaf(), 0, bytes);
        case Plan.InArena at -> new Part(-1, at.offset(), at.offset() + bytes);
      };
    }

    boolean meets(Part other) {
      return leaf == other.leaf && begin < other.end && other.begin < end;
    }
  }

  /** What the kernels of a pass touch so far. */
  private static final class Touched {
    private final Plan plan;
    private final List<Part> read = new ArrayList<>();
    private final List<Part> written = new ArrayList<>();

    Touched(Plan plan) {
      this.plan = plan;
    }

    private List<Part> parts(List<Integer> ids) {
      return ids.stream().map(id -> Part.of(plan, id)).toList();
    }

    boolean allows(Plan.Step step) {
      List<Part> writes = parts(step.writes());
      return meetNone(writes, written)
          && meetNone(writes, read)
          && meetNone(parts(step.reads()), written);
    }

    private static boolean meetNone(List<Part> some, List<Part> others) {
      return some.stream().noneMatch(part -> others.stream().anyMatch(part::meets));
    }

    void add(Plan.Step step) {
      read.addAll(parts(step.reads()));
      written.addAll(parts(step.writes()));
    }
  }

  /** The passes of two kernels and more, in order. */
  public static List<Pass> of(Plan plan) {
    List<Pass> out = new ArrayList<>();
    List<Plan.Step> steps = plan.steps();
    int from = 0;
    while (from < steps.size()) {
      Touched touched = new Touched(plan);
      int to = from;
      while (to < steps.size()
          && steps.get(to) instanceof Plan.KernelStep step
          && touched.allows(step)) {
        touched.add(step);
        to++;
      }
      if (to - from > 1) {
        out.add(new Pass(from, to));
      }
      from = Math.max(to, from + 1);
    }
    return out;
  }
}
