package kortex.train;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import kortex.model.NetworkSpec;
import kortex.model.Segments;
import kortex.session.Footprint;
import kortex.tensor.DeviceException;

/**
 * How a training step keeps within a memory budget.
 *
 * @param budget the bytes that it may take
 * @param before what it would take if every value were kept
 * @param after what it takes
 * @param segments the layers that are computed again in the backward pass; none if all fits
 * @param share the part of the forward pass that is computed twice, from 0 to 1
 * @param layers the names of those layers, for people
 */
public record Recomputation(
    long budget,
    Footprint before,
    Footprint after,
    Segments segments,
    double share,
    String layers) {

  /**
   * Chooses what costs the least among what fits. Throws {@link DeviceException} that says what the
   * most frugal choice takes when none does.
   *
   * @param plan tells what a step takes that computes some layers again
   */
  static Recomputation choose(long budget, NetworkSpec spec, Function<Segments, Footprint> plan) {
    return new Search(budget, spec, plan).run();
  }

  /** In a line: what is computed again, and at what cost; empty if nothing is. */
  public Optional<String> summary() {
    return segments.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "memory: %s of %s, %s without computing %s again, which is %.0f %% of the forward"
                    + " pass",
                mib(after.bytes()),
                mib(budget),
                mib(before.bytes()),
                layers,
                100 * share));
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }

  /** Plans as few steps as it can: each takes about as long as compiling one. */
  private record Search(long budget, NetworkSpec spec, Function<Segments, Footprint> plan) {
    private record Choice(Segments segments, Footprint takes, double share) {}

    Recomputation run() {
      Footprint all = plan.apply(Segments.NONE);
      if (all.bytes() <= budget) {
        return new Recomputation(budget, all, all, Segments.NONE, 0, "");
      }
      List<Choice> full = Segments.choices(spec).stream().map(this::planned).toList();
      Choice best =
          full.stream()
              .filter(c -> c.takes().bytes() <= budget)
              .min(Comparator.comparingDouble(Choice::share))
              .orElseThrow(() -> noneFits(all, full));
      for (Choice choice : full) {
        best = fewest(choice.segments(), best);
      }
      return new Recomputation(
          budget, all, best.takes(), best.segments(), best.share(), best.segments().describe(spec));
    }

    private Choice planned(Segments segments) {
      return new Choice(segments, plan.apply(segments), segments.share(spec));
    }

    /** Only the first few stretches, as few as will do, if that costs less than {@code best}. */
    private Choice fewest(Segments segments, Choice best) {
      int low = 1;
      int high = segments.ranges().size();
      while (high > 0 && segments.first(high).share(spec) >= best.share()) {
        high--;
      }
      Choice found = best;
      while (low <= high) {
        int middle = (low + high) / 2;
        Choice some = planned(segments.first(middle));
        if (some.takes().bytes() <= budget) {
          found = some;
          high = middle - 1;
        } else {
          low = middle + 1;
        }
      }
      return found;
    }

    private DeviceException noneFits(Footprint all, List<Choice> choices) {
      Footprint least =
          choices.stream()
              .map(Choice::takes)
              .min(Comparator.comparingLong(Footprint::bytes))
              .orElse(all);
      return new DeviceException(
          "a training step takes "
              + all
              + ", at least "
              + least
              + " if layers are computed again in the backward pass; the budget is "
              + mib(budget),
          least.stored() < budget
              ? "Use a smaller batch or a smaller network, or raise the budget."
              : "Use a smaller network or an optimizer that remembers less, or raise the budget.");
    }
  }
}
