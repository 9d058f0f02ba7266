package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kortex.graph.Graph.Ref;
import kortex.op.Body;
import kortex.op.Checkpoint;
import kortex.op.Cond;
import kortex.op.CustomGradient;
import kortex.op.Leaf;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.tensor.TensorType;

/** Rewrites of ops that hold a computation; what they hold is simplified as well. */
final class RegionRules {
  private RegionRules() {}

  /** Writes a region, or what is simpler, and returns its outputs. */
  static List<Ref> apply(Simplify g, Region region, List<Ref> in) {
    return switch (region) {
      case Region.After after -> after(g, in);
      case Scan scan -> new ScanRules(g, scan, in).apply();
      case Cond cond -> cond(g, cond, in);
      case Checkpoint checkpoint -> g.write(checkpoint.body(), in);
      case CustomGradient custom ->
          g.write(custom.forward(), in.subList(0, custom.forward().parameters()));
    };
  }

  static boolean isFill(Simplify g, Ref ref) {
    return g.entry(ref).op() instanceof Leaf.Fill;
  }

  /** Nothing waits for a constant, and a constant waits for nothing. */
  private static List<Ref> after(Simplify g, List<Ref> in) {
    Ref value = in.getFirst();
    Set<Ref> gates = new LinkedHashSet<>(in.subList(1, in.size()));
    gates.removeIf(gate -> isFill(g, gate) || gate.equals(value));
    if (gates.isEmpty() || isFill(g, value)) {
      return List.of(value);
    }
    List<Ref> inputs = new ArrayList<>(List.of(value));
    inputs.addAll(gates);
    return g.append(new Region.After(), inputs);
  }

  private static List<Ref> cond(Simplify g, Cond cond, List<Ref> in) {
    List<Ref> arguments = in.subList(1, in.size());
    if (g.entry(in.getFirst()).op() instanceof Leaf.Fill fill) {
      return g.write(fill.value() != 0 ? cond.then() : cond.otherwise(), arguments);
    }
    List<Ref> outer = arguments.stream().filter(r -> !isFill(g, r)).distinct().toList();
    Body then = simplified(g, cond.then(), arguments, outer);
    Body otherwise = simplified(g, cond.otherwise(), arguments, outer);
    if (then.equals(otherwise)) {
      return g.write(then, outer);
    }
    List<Ref> inputs = new ArrayList<>(List.of(in.getFirst()));
    inputs.addAll(outer);
    return g.append(new Cond(then, otherwise), inputs);
  }

  /** A body of {@code outer} in place of {@code arguments}; constants go inside. */
  private static Body simplified(Simplify g, Body body, List<Ref> arguments, List<Ref> outer) {
    Simplify inner = g.apart(outer.stream().map(g::type).toList());
    Map<Ref, Ref> known = new HashMap<>();
    for (int i = 0; i < outer.size(); i++) {
      known.put(outer.get(i), new Ref(i, 0));
    }
    List<Ref> inside =
        arguments.stream()
            .map(r ->
                g.entry(r).op() instanceof Leaf.Fill fill
                    ? inner.fill(g.type(r), fill.value())
                    : known.get(r))
            .toList();
    return inner.body(inner.write(body, inside));
  }

  static List<TensorType> types(Simplify g, List<Ref> refs) {
    return refs.stream().map(g::type).toList();
  }
}
