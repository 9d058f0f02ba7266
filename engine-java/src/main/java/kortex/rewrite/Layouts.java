package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import kortex.graph.BodyGraph;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Accumulate;
import kortex.op.ArgSort;
import kortex.op.Attention;
import kortex.op.Binary;
import kortex.op.Body;
import kortex.op.Checkpoint;
import kortex.op.Cond;
import kortex.op.Convolution;
import kortex.op.CustomGradient;
import kortex.op.Format;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.LinearAlgebra;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Pooling;
import kortex.op.Random;
import kortex.op.Reduce;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.TensorType;

/**
 * Gives images channels last where a backend wants them so. Convolutions and pools are computed on
 * images of that format, and what is elementwise, reduced, sliced, padded or joined stays in the
 * order of axes in which its inputs already are; everything else sees the axes as they were. So
 * axes are permuted at the edges only: where images come in, where they become rows of features,
 * and where they are results. The permutations are ordinary views, which {@link Simplify} shares
 * and cancels, and random numbers are drawn at the positions that they always had.
 */
final class Layouts {
  private final BiPredicate<Op, List<TensorType>> wantsLast;

  /** Whether this graph has channels last: the backend wants it for most of its convolutions. */
  private final boolean last;

  private final List<Entry> entries = new ArrayList<>();
  private final List<Integer> from = new ArrayList<>();

  /** Where each value of the old graph is. */
  private final Map<Ref, Laid> values = new HashMap<>();

  /** A value and the order of its axes: axis {@code i} of it is axis {@code order[i]}. */
  private record Laid(Ref ref, List<Integer> order) {
    boolean isPermuted() {
      return !order.equals(Axis.range(0, order.size()));
    }
  }

  private Layouts(Graph graph, BiPredicate<Op, List<TensorType>> wantsLast) {
    this.wantsLast = wantsLast;
    this.last = balance(graph) > 0;
  }

  /** The work of the convolutions that want channels last, less that of the others. */
  private double balance(Graph graph) {
    double sum = 0;
    for (Entry entry : graph.entries()) {
      if (entry.op() instanceof Convolution op) {
        List<TensorType> inputs = entry.inputs().stream().map(graph::type).toList();
        double flops = op.flops(inputs, entry.types());
        sum += wantsLast.test(op, inputs) ? flops : -flops;
      }
    }
    return sum;
  }

  /**
   * The graph with images in the format that {@code wantsLast} wants for most of the work of its
   * convolutions, and the bodies of its loops and branches likewise; to be simplified again.
   */
  static Traced run(Traced traced, BiPredicate<Op, List<TensorType>> wantsLast) {
    Graph graph = traced.graph();
    if (graph.entries().stream().noneMatch(e -> concerns(e.op()))) {
      return traced;
    }
    Layouts layouts = new Layouts(graph, wantsLast);
    Graph laid = layouts.rewrite(graph);
    return traced.rewritten(laid, layouts.from);
  }

  private static boolean concerns(Op op) {
    return op instanceof Convolution
        || (op instanceof Region region
            && region.bodies().stream()
                .anyMatch(b -> b.entries().stream().anyMatch(e -> concerns(e.op()))));
  }

  private Graph rewrite(Graph graph) {
    for (int i = 0; i < graph.entries().size(); i++) {
      Entry entry = graph.entries().get(i);
      List<Laid> outputs = write(entry.op(), entry.inputs().stream().map(this::value).toList());
      for (int o = 0; o < outputs.size(); o++) {
        values.put(new Ref(i, o), outputs.get(o));
      }
      while (from.size() < entries.size()) {
        from.add(i);
      }
    }
    List<Ref> outputs = graph.outputs().stream().map(r -> restored(value(r))).toList();
    List<Graph.Update> updates =
        graph.updates().stream()
            .map(u ->
                new Graph.Update(
                    value(new Ref(u.target(), 0)).ref().entry(), restored(value(u.value()))))
            .toList();
    while (from.size() < entries.size()) {
      from.add(graph.entries().size() - 1);
    }
    return new Graph(entries, outputs, updates);
  }

  private List<Laid> write(Op op, List<Laid> in) {
    return switch (op) {
      case Convolution convolution -> convolution(convolution, in);
      case Pooling pool -> pooling(pool, in);
      case Unary _, Binary _, Select _, Random _ -> together(op, in, in.size());
      case Region.After after -> together(after, in, 1);
      case Reduce reduce -> reduce(reduce, in.getFirst());
      case Join.Concat concat -> {
        List<Integer> order = order(in);
        yield one(new Join.Concat(order.indexOf(concat.axis())), in(order, in), order);
      }
      case Join.Pad pad -> {
        List<Integer> order = in.getFirst().order();
        yield one(new Join.Pad(pick(pad.margins(), order), pad.value()), in(order, in), order);
      }
      case View.Slice slice -> {
        List<Integer> order = in.getFirst().order();
        yield one(new View.Slice(pick(slice.ranges(), order)), in(order, in), order);
      }
      case Scan scan ->
          as(
              new Scan(
                  inside(scan.body()),
                  scan.carries(),
                  scan.sequences(),
                  scan.length(),
                  scan.reverse()),
              in);
      case Cond cond -> as(new Cond(inside(cond.then()), inside(cond.otherwise())), in);
      case Checkpoint _, CustomGradient _ -> as(op, in);
      case View.Reshape _, View.Broadcast _, View.Permute _ -> as(op, in);
      case Leaf _, Index _, Accumulate _, ArgSort _, MatMul _ -> as(op, in);
      case Attention _, LinearAlgebra _ -> as(op, in);
    };
  }

  private Body inside(Body body) {
    return BodyGraph.body(run(Traced.of(BodyGraph.of(body)), wantsLast).graph());
  }

  private List<Laid> convolution(Convolution op, List<Laid> in) {
    if (!last || op.geometry().format() == Format.CHANNELS_LAST) {
      return as(op, in);
    }
    int rank = in.getFirst().order().size();
    List<Integer> order = Format.CHANNELS_LAST.order(rank);
    Ref first = in(order, in.get(0));
    return switch (op) {
      case Convolution.Conv _, Convolution.ConvInputGrad _ ->
          one(op.channelsLast(), List.of(first, restored(in.get(1))), order);
      case Convolution.ConvWeightGrad _ ->
          one(op.channelsLast(), List.of(first, in(order, in.get(1))), Axis.range(0, rank));
    };
  }

  private List<Laid> pooling(Pooling op, List<Laid> in) {
    if (!last || op.geometry().format() == Format.CHANNELS_LAST) {
      return as(op, in);
    }
    List<Integer> order = Format.CHANNELS_LAST.order(in.getFirst().order().size());
    return one(op.channelsLast(), in(order, in), order);
  }

  /** An op whose result has the axes of its first {@code count} inputs, which all have the same. */
  private List<Laid> together(Op op, List<Laid> in, int count) {
    List<Integer> order = order(in.subList(0, count));
    List<Ref> inputs = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      inputs.add(i < count ? in(order, in.get(i)) : in.get(i).ref());
    }
    return one(op, inputs, order);
  }

  private List<Laid> reduce(Reduce op, Laid x) {
    List<Integer> axes = op.axes().stream().map(x.order()::indexOf).sorted().toList();
    List<Integer> kept = Axis.without(x.order().size(), op.axes());
    List<Integer> order = x.order().stream().filter(kept::contains).map(kept::indexOf).toList();
    return one(op.over(axes), List.of(x.ref()), order);
  }

  /** The order that some value is already in, if it is not the order that it always had. */
  private static List<Integer> order(List<Laid> in) {
    return in.stream().filter(Laid::isPermuted).findFirst().orElse(in.getFirst()).order();
  }

  /** The op on inputs whose axes are in the order that they always had. */
  private List<Laid> as(Op op, List<Laid> in) {
    return emit(op, in.stream().map(this::restored).toList()).stream()
        .map(r -> new Laid(r, Axis.range(0, type(r).shape().rank())))
        .toList();
  }

  private List<Laid> one(Op op, List<Ref> inputs, List<Integer> order) {
    return List.of(new Laid(emit(op, inputs).getFirst(), order));
  }

  private static <T> List<T> pick(List<T> values, List<Integer> order) {
    return order.stream().map(values::get).toList();
  }

  private List<Ref> in(List<Integer> order, List<Laid> values) {
    return values.stream().map(v -> in(order, v)).toList();
  }

  /** A value with its axes in another order. */
  private Ref in(List<Integer> order, Laid value) {
    List<Integer> steps = order.stream().map(value.order()::indexOf).toList();
    return steps.equals(Axis.range(0, steps.size()))
        ? value.ref()
        : emit(new View.Permute(steps), List.of(value.ref())).getFirst();
  }

  /** A value with its axes as they always were. */
  private Ref restored(Laid value) {
    return in(Axis.range(0, value.order().size()), value);
  }

  private Laid value(Ref ref) {
    return Objects.requireNonNull(values.get(ref));
  }

  private TensorType type(Ref ref) {
    return entries.get(ref.entry()).types().get(ref.output());
  }

  private List<Ref> emit(Op op, List<Ref> inputs) {
    entries.add(new Entry(op, inputs, op.infer(inputs.stream().map(this::type).toList())));
    int number = entries.size() - 1;
    return IntStream.range(0, entries.getLast().types().size())
        .mapToObj(o -> new Ref(number, o))
        .toList();
  }
}
