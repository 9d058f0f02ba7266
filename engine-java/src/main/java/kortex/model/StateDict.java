package kortex.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kortex.graph.Storage;
import kortex.tensor.DataException;

/** Named values into named places, strictly. */
public final class StateDict {
  private StateDict() {}

  /**
   * Replaces the data of every target by a copy of the value of the same name. Throws {@link
   * DataException} that lists every name that is missing or unexpected and every type that differs,
   * with both; then nothing is replaced.
   */
  public static void load(Map<String, Storage> targets, Map<String, Storage> values) {
    List<String> problems = new ArrayList<>();
    targets.forEach((name, target) -> {
      Storage value = values.get(name);
      if (value == null) {
        problems.add("missing: " + name + " " + target.type());
      } else if (!value.type().equals(target.type())) {
        problems.add(
            "differs: "
                + name
                + " is "
                + target.type()
                + " here, "
                + value.type()
                + " in what is loaded");
      }
    });
    values.forEach((name, value) -> {
      if (!targets.containsKey(name)) {
        problems.add("unexpected: " + name + " " + value.type());
      }
    });
    if (!problems.isEmpty()) {
      throw new DataException(
          "the values do not fit the network\n" + String.join("\n", problems),
          "Load values that were saved from a network with the same layers and names.");
    }
    targets.forEach(
        (name, target) -> target.write(Objects.requireNonNull(values.get(name)).host()));
  }
}
