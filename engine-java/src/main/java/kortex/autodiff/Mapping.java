package kortex.autodiff;

import java.util.List;
import java.util.Optional;

/**
 * Which axes {@link Transforms#vmap} maps over.
 *
 * @param in the axis of each leaf of the arguments, in order; empty for a leaf that is the same for
 *     all members. An empty list maps every leaf along its first axis
 * @param out the axis of the results along which the members lie
 */
public record Mapping(List<Optional<Integer>> in, int out) {
  public Mapping {
    in = List.copyOf(in);
  }

  /** Every leaf along its first axis, results as well. */
  public static Mapping first() {
    return new Mapping(List.of(), 0);
  }

  /** The axis of leaf {@code i}. */
  Optional<Integer> in(int i) {
    return in.isEmpty() ? Optional.of(0) : in.get(i);
  }
}
