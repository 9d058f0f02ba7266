package kortex.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * When each value of a plan occupies the arena, and how much is occupied at most. A value that is
 * replaced in place and what replaces it count as one.
 *
 * @param values in the order in which they are first written
 * @param peakStep the step during which most is occupied
 * @param peakBytes what is occupied then; the arena may be larger, where gaps remain
 */
public record Lifetimes(List<Occupant> values, int peakStep, long peakBytes) {
  public Lifetimes {
    values = List.copyOf(values);
  }

  /** A value in the arena, by the buffer that it is written to, from one step to another. */
  public record Occupant(int buffer, int first, int last, long bytes) {
    boolean during(int step) {
      return first <= step && step <= last;
    }
  }

  /** The values that are in the arena at the peak, largest first. */
  public List<Occupant> atPeak() {
    return values.stream()
        .filter(v -> v.during(peakStep))
        .sorted(Comparator.comparingLong(Occupant::bytes).reversed())
        .toList();
  }

  /** The lifetimes of a plan. */
  public static Lifetimes of(Plan plan) {
    List<Occupant> values = new ArrayList<>();
    // A write starts a value; reads through any view of the same place extend its life.
    Map<Long, Integer> current = new HashMap<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      Plan.Step step = plan.steps().get(i);
      for (int id : step.reads()) {
        if (!step.writes().contains(id)) {
          extend(plan, id, i, current, values);
        }
      }
      for (int id : step.writes()) {
        if (step.reads().contains(id) && holds(plan, id, current, values)) {
          extend(plan, id, i, current, values);
        } else {
          start(plan, id, i, current, values);
        }
      }
    }
    for (int id : plan.outputs()) {
      extend(plan, id, plan.steps().size(), current, values);
    }
    return peak(values, plan.steps().size());
  }

  /** Whether the place of a buffer holds what was written to that buffer. */
  private static boolean holds(
      Plan plan, int id, Map<Long, Integer> current, List<Occupant> values) {
    return plan.buffers().get(id).place() instanceof Plan.InArena at
        && current.containsKey(at.offset())
        && values.get(Objects.requireNonNull(current.get(at.offset()))).buffer() == id;
  }

  private static void start(
      Plan plan, int id, int step, Map<Long, Integer> current, List<Occupant> values) {
    Plan.Buffer buffer = plan.buffers().get(id);
    if (buffer.place() instanceof Plan.InArena at && buffer.type().size() > 0) {
      current.put(at.offset(), values.size());
      values.add(new Occupant(id, step, step, buffer.type().bytes()));
    }
  }

  private static void extend(
      Plan plan, int id, int step, Map<Long, Integer> current, List<Occupant> values) {
    if (plan.buffers().get(id).place() instanceof Plan.InArena at) {
      Integer known = current.get(at.offset());
      if (known != null) {
        Occupant value = values.get(known);
        values.set(known, new Occupant(value.buffer(), value.first(), step, value.bytes()));
      }
    }
  }

  private static Lifetimes peak(List<Occupant> values, int steps) {
    long most = 0;
    int at = 0;
    long[] change = new long[steps + 2];
    for (Occupant value : values) {
      change[value.first()] += value.bytes();
      change[value.last() + 1] -= value.bytes();
    }
    long now = 0;
    for (int i = 0; i <= steps; i++) {
      now += change[i];
      if (now > most) {
        most = now;
        at = i;
      }
    }
    return new Lifetimes(values, at, most);
  }
}
