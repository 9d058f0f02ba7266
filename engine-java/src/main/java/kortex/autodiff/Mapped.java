package kortex.autodiff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kortex.graph.GraphEmit;
import kortex.graph.Node;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** One application of {@code vmap}: the function is called once, on placeholders for a member. */
final class Mapped {
  private static final GraphEmit EMIT = GraphEmit.INSTANCE;
  private static final long UNKNOWN = -1;

  private final Mapping mapping;
  private final Map<Value, Value> members = new LinkedHashMap<>();
  private final List<Tensor> arguments = new ArrayList<>();
  private long size = UNKNOWN;
  private String first = "";

  private Mapped(Mapping mapping, List<Tensor> leaves) {
    this.mapping = mapping;
    if (!mapping.in().isEmpty() && mapping.in().size() != leaves.size()) {
      throw new SettingException(
          "vmap has axes for " + mapping.in().size() + " tensors, got " + leaves.size(),
          "Give one axis for each tensor of the arguments.");
    }
    for (int i = 0; i < leaves.size(); i++) {
      arguments.add(argument(i, leaves.get(i)));
    }
    if (size == UNKNOWN) {
      throw new SettingException(
          "vmap maps none of its " + leaves.size() + " arguments",
          "Give at least one of them an axis.");
    }
  }

  static List<Tensor> run(
      Mapping mapping, List<Tensor> leaves, Function<List<Tensor>, List<Tensor>> f) {
    Mapped mapped = new Mapped(mapping, leaves);
    List<Value> one = Point.values(f.apply(mapped.arguments));
    return Batching.run(one, mapped.members, mapped.size).stream()
        .map(v -> Tensor.of(fromFront(v, mapping.out())))
        .toList();
  }

  private Tensor argument(int i, Tensor leaf) {
    if (mapping.in(i).isEmpty()) {
      return leaf;
    }
    int axis = mapping.in(i).get();
    Shape shape = leaf.shape();
    String what = "argument " + i + ", " + leaf.type() + ", along axis " + axis;
    if (axis < -shape.rank() || axis >= shape.rank()) {
      throw new ShapeException(
          "vmap cannot map " + what,
          "Map along one of its axes, or leave it out: it is then the same for all members.");
    }
    long extent = shape.extent(axis);
    if (size != UNKNOWN && size != extent) {
      throw new ShapeException(
          "vmap maps " + size + " members of " + first + ", but " + extent + " of " + what,
          "Map along axes of one extent.");
    }
    size = extent;
    first = first.isEmpty() ? what : first;
    int from = Axis.normalise(axis, shape.rank());
    List<Integer> order = new ArrayList<>(List.of(from));
    order.addAll(Axis.without(shape.rank(), List.of(from)));
    Value every = EMIT.one(new View.Permute(List.copyOf(order)), List.of(leaf.value()));
    Value one =
        Node.placeholder(
                every.type().as(every.type().shape().drop(1)),
                "one member of argument " + i + " of vmap")
            .out(0);
    members.put(one, every);
    return Tensor.of(one);
  }

  private static Value fromFront(Value x, int axis) {
    int rank = x.type().shape().rank();
    List<Integer> order = new ArrayList<>(Axis.range(1, rank));
    order.add(Axis.normalise(axis, rank), 0);
    return EMIT.one(new View.Permute(List.copyOf(order)), List.of(x));
  }
}
