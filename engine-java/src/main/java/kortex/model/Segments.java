package kortex.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;

/**
 * Which layers of a network are computed again in the backward pass: stretches of layers, of which
 * a training step keeps what goes in and what comes out, and nothing in between (Chen et al.,
 * "Training deep nets with sublinear memory cost", 2016).
 *
 * @param ranges in order, without overlap
 */
public record Segments(List<Range> ranges) {
  /** Every value is kept. */
  public static final Segments NONE = new Segments(List.of());

  /** The layers from number {@code first} up to, without, {@code end}. */
  public record Range(int first, int end) {}

  /** Throws {@link SettingException} when stretches are empty, overlap or are not in order. */
  public Segments {
    ranges = List.copyOf(ranges);
    int free = 0;
    for (Range range : ranges) {
      if (range.first() < free || range.end() <= range.first()) {
        throw new SettingException(
            "layers "
                + range.first()
                + " to "
                + range.end()
                + " are no stretch of layers behind "
                + free,
            "Give stretches in order, without overlap, of one layer and more.");
      }
      free = range.end();
    }
  }

  /** Throws {@link SettingException} when a network has fewer layers. */
  private void requireWithin(NetworkSpec spec) {
    int layers = spec.nodes().size();
    if (!isEmpty() && ranges.getLast().end() > layers) {
      throw new SettingException(
          "a stretch ends with layer " + ranges.getLast().end() + " of a network of " + layers,
          "Choose stretches for this network.");
    }
  }

  /** Whether nothing is computed again. */
  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** The first of these stretches. Throws {@link SettingException} when there are fewer. */
  public Segments first(int count) {
    if (count < 0 || count > ranges.size()) {
      throw new SettingException(
          "the first " + count + " of " + ranges.size() + " stretches",
          "Take 0 to " + ranges.size() + ".");
    }
    return new Segments(ranges.subList(0, count));
  }

  /** The stretch that begins with a layer. */
  Optional<Range> at(int layer) {
    return ranges.stream().filter(r -> r.first() == layer).findFirst();
  }

  /**
   * Ways to cut a network into stretches, from few long ones to many short ones; then one that ends
   * each behind a product, which need not be computed again there. What follows the last cut is
   * kept: the backward pass begins with it.
   */
  public static List<Segments> choices(NetworkSpec spec) {
    Sizes sizes = new Sizes(spec);
    Set<List<Integer>> cuts = new LinkedHashSet<>();
    int layers = spec.nodes().size();
    for (int count = 2; count <= layers; count += Math.max(1, count / 2)) {
      cuts.add(sizes.even(count));
    }
    cuts.add(sizes.even(layers));
    cuts.add(sizes.behindProducts());
    return cuts.stream().filter(c -> !c.isEmpty()).map(Segments::between).toList();
  }

  private static Segments between(List<Integer> cuts) {
    List<Range> ranges = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      ranges.add(new Range(from, cut));
      from = cut;
    }
    return new Segments(ranges);
  }

  /** The part of the forward pass that is computed twice, from 0 to 1. */
  public double share(NetworkSpec spec) {
    requireWithin(spec);
    double[] work = new Sizes(spec).work;
    double again = 0;
    for (Range range : ranges) {
      // The result of a product behind which nothing else is computed is kept, and not needed.
      Set<Integer> read = new HashSet<>();
      spec.nodes().subList(range.first(), range.end()).forEach(n -> read.addAll(n.inputs()));
      again +=
          IntStream.range(range.first(), range.end())
              .filter(i -> read.contains(i) || !isProduct(spec.nodes().get(i).layer()))
              .mapToDouble(i -> work[i])
              .sum();
    }
    return again / Math.max(1, Arrays.stream(work).sum());
  }

  /** Whether a layer's gradients follow from what goes in alone. */
  private static boolean isProduct(Layer layer) {
    return layer instanceof Conv2d || layer instanceof Dense;
  }

  /** As the layers are called: {@code conv1 … relu2, conv4 … relu5}; some stand for many. */
  public String describe(NetworkSpec spec) {
    requireWithin(spec);
    List<String> names = new ArrayList<>();
    for (Range range : ranges) {
      String from = spec.nodes().get(range.first()).path();
      String to = spec.nodes().get(range.end() - 1).path();
      names.add(from.equals(to) ? from : from + " … " + to);
    }
    int shown = 3;
    return names.size() <= shown + 1
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, shown)) + " and " + (names.size() - shown) + " more";
  }

  /** What the layers of a network compute, for one example. */
  private static final class Sizes {
    private final NetworkSpec spec;
    private final long[] values;
    private final double[] work;

    /** How many values made before each layer are read behind it. */
    private final double[] crossing;

    Sizes(NetworkSpec spec) {
      this.spec = spec;
      List<Shape> shapes = spec.shapes();
      values = shapes.stream().mapToLong(Shape::size).toArray();
      work =
          IntStream.range(0, values.length)
              .mapToDouble(i -> work(spec.nodes().get(i), shapes) + values[i])
              .toArray();
      crossing = IntStream.range(0, values.length).mapToDouble(this::crossing).toArray();
    }

    private double work(LayerNode node, List<Shape> shapes) {
      return node.layer().flops(spec.inputShapes(node, shapes));
    }

    /** Cuts into about equal parts, moved to where few values cross. */
    List<Integer> even(int count) {
      double total = Arrays.stream(values).asDoubleStream().sum();
      Set<Integer> cuts = new TreeSet<>();
      for (int i = 1; i < count; i++) {
        double wanted = total * i / count;
        double best = Double.MAX_VALUE;
        int at = 0;
        double before = 0;
        for (int cut = 1; cut < values.length; cut++) {
          before += values[cut - 1];
          double away = Math.abs(before - wanted) / total * count;
          double cost = crossing[cut] * (1 + away);
          if (away <= 0.5 && cost < best) {
            best = cost;
            at = cut;
          }
        }
        if (at > 0) {
          cuts.add(at);
        }
      }
      return List.copyOf(cuts);
    }

    private double crossing(int cut) {
      Set<Integer> read = new HashSet<>();
      spec.nodes().subList(cut, spec.nodes().size()).forEach(n -> read.addAll(n.inputs()));
      return IntStream.range(0, cut).filter(read::contains).mapToDouble(i -> values[i]).sum();
    }

    List<Integer> behindProducts() {
      return IntStream.range(0, values.length - 1)
          .filter(i -> isProduct(spec.nodes().get(i).layer()))
          .mapToObj(i -> i + 1)
          .toList();
    }
  }
}
