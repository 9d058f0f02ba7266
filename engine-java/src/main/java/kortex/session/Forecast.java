package kortex.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.StringJoiner;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Origin;
import kortex.graph.Storage;
import kortex.plan.Lifetimes;
import kortex.plan.Plan;
import kortex.tensor.DeviceException;
import kortex.tensor.TensorType;

/**
 * The memory that a computation will take, from its plan: known before any of it is taken.
 *
 * @param arena for intermediate values and results, at once
 * @param stored for stored values that are not in the backend's memory yet
 * @param items everything that makes up the two
 */
record Forecast(long arena, long stored, List<Item> items) {
  private static final int SHOWN = 5;
  private static final String REMEDY =
      "Use smaller tensors, a smaller batch or network; the lines above take the most.";

  /** One value, by what makes it and the user's line. */
  record Item(long bytes, TensorType type, String what, Origin origin) {}

  static Forecast of(Session session, Blueprint blueprint, Graph.Captured captured) {
    Plan plan = blueprint.plan();
    List<Item> items = new ArrayList<>();
    for (Lifetimes.Occupant value : Lifetimes.of(plan).atPeak()) {
      int entry = blueprint.planned().entries().get(value.buffer());
      TensorType type = plan.buffers().get(value.buffer()).type();
      Origin origin = blueprint.origin(entry, captured.origins());
      items.add(new Item(value.bytes(), type, blueprint.label(value.buffer()), origin));
    }
    long stored = 0;
    List<Integer> entries = captured.graph().leaves();
    for (int i = 0; i < captured.leaves().size(); i++) {
      Storage leaf = captured.leaves().get(i);
      if (!session.holds(leaf)) {
        stored += leaf.type().bytes();
        String name = leaf.name().isEmpty() ? "stored" : leaf.name();
        Origin origin = captured.origins().get(entries.get(i));
        items.add(new Item(leaf.type().bytes(), leaf.type(), name, origin));
      }
    }
    items.sort(Comparator.comparingLong(Item::bytes).reversed());
    return new Forecast(plan.arenaBytes(), stored, items);
  }

  static long bytes(List<TensorType> types) {
    return types.stream().mapToLong(TensorType::bytes).sum();
  }

  long bytes() {
    return arena + stored;
  }

  /** Throws {@link DeviceException} when less than the computation takes is free. */
  void requireFits(Budget budget) {
    OptionalLong free = budget.free(bytes());
    if (free.isPresent() && free.getAsLong() < bytes()) {
      String limit =
          budget.limit().isPresent()
              ? " of the " + Bytes.text(budget.limit().getAsLong()) + " of " + Budget.LIMIT
              : "";
      throw new DeviceException(
          "the computation needs "
              + Bytes.text(bytes())
              + " ("
              + Bytes.text(arena)
              + " for intermediate values and results, "
              + Bytes.text(stored)
              + " for stored values), "
              + Bytes.text(free.getAsLong())
              + limit
              + " are free"
              + largest(),
          REMEDY);
    }
  }

  /** Throws when the Java heap cannot take copies of the results. */
  void requireHeap(List<TensorType> results) {
    long wanted = bytes(results);
    OptionalLong free = HostMemory.heapShortOf(wanted);
    if (free.isPresent()) {
      throw new DeviceException(
          "the results need "
              + Bytes.text(wanted)
              + " of the Java heap, "
              + Bytes.text(free.getAsLong())
              + " are free there"
              + largest(),
          "Reduce them before they are read, or use a larger heap: KORTEX_JAVA_OPTS=-Xmx….");
    }
  }

  private String largest() {
    StringJoiner out = new StringJoiner("\n", "\nthe largest:\n", "");
    for (Item item : items.subList(0, Math.min(SHOWN, items.size()))) {
      String line = "%s  %s  %s   %s";
      out.add(
          line.formatted(Bytes.text(item.bytes()), item.type(), item.what(), item.origin())
              .stripTrailing());
    }
    return out.toString();
  }
}
