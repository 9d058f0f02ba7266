package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Binary;
import kortex.op.Convolution;
import kortex.op.Epilogue;
import kortex.op.Leaf;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Reduce;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;

/**
 * Which products and convolutions take along what follows them: a bias, the addition of a value
 * that is in memory anyway, an activation, a rounding to half precision. Nothing else may read what
 * lies between. An op on values that were widened from half precision reads them as they were.
 */
final class Epilogues {
  /**
   * An op with its epilogue.
   *
   * @param entry the entry of the op
   * @param inputs what the op reads, then what the epilogue reads
   */
  record Taken(int entry, List<Ref> inputs, Epilogue epilogue) {}

  private final Graph graph;
  private final Fusion.Takes takes;
  private final List<Set<Integer>> readers = new ArrayList<>();
  private final Set<Integer> results = new HashSet<>();

  /** The ops with an epilogue, by the last entry that it stands for. */
  private final Map<Integer, Taken> taken = new HashMap<>();

  /** For each entry before the last one, the last one. */
  private final Map<Integer, Integer> last = new HashMap<>();

  Epilogues(Graph graph, Fusion.Takes takes) {
    this.graph = graph;
    this.takes = takes;
    graph.entries().forEach(e -> readers.add(new HashSet<>()));
    for (int i = 0; i < graph.entries().size(); i++) {
      for (Ref input : graph.entries().get(i).inputs()) {
        readers.get(input.entry()).add(i);
      }
    }
    graph.results().forEach(r -> results.add(r.entry()));
    for (int i = 0; i < graph.entries().size(); i++) {
      if (graph.entries().get(i).types().size() == 1 && !last.containsKey(i)) {
        new Chain(i).take();
      }
    }
  }

  /** The op whose epilogue ends with an entry. */
  Optional<Taken> endingAt(int entry) {
    return Optional.ofNullable(taken.get(entry));
  }

  /** The last entry of the epilogue that an entry before that is a part of. */
  Optional<Integer> end(int entry) {
    return Optional.ofNullable(last.get(entry));
  }

  /** What an entry reads from memory or computes from; nothing if it is inside an epilogue. */
  List<Ref> inputs(int entry) {
    if (last.containsKey(entry)) {
      return List.of();
    }
    return endingAt(entry).map(Taken::inputs).orElse(graph.entries().get(entry).inputs());
  }

  /** An op and what follows it, as far as it is taken. */
  private final class Chain {
    private final Entry entry;
    private final int start;
    private final List<Ref> operands;
    private final List<Integer> members = new ArrayList<>();
    private final List<Ref> inputs;
    private Epilogue epilogue = Epilogue.NONE;
    private int end;

    Chain(int start) {
      this.start = start;
      this.end = start;
      this.entry = graph.entries().get(start);
      this.operands = operands(entry);
      this.inputs = new ArrayList<>(operands);
    }

    void take() {
      norm();
      bias();
      residual();
      activation();
      rounded();
      if (end != start || !inputs.equals(entry.inputs())) {
        members.add(start);
        members.forEach(m -> last.put(m, end));
        last.remove(end);
        taken.put(end, new Taken(start, List.copyOf(inputs), epilogue));
      }
    }

    /** The one entry that reads the value so far, if there is one that nothing has taken. */
    private OptionalInt reader() {
      if (results.contains(end) || readers.get(end).size() != 1) {
        return OptionalInt.empty();
      }
      int next = readers.get(end).iterator().next();
      // Of two products that are added, one takes the sum along, and reads the other.
      boolean isTaken = taken.containsKey(next) || last.containsKey(next);
      return isTaken ? OptionalInt.empty() : OptionalInt.of(next);
    }

    /** What an entry reads beside the value {@code x}, once each. */
    private Optional<Ref> beside(int next, int x) {
      List<Ref> read = graph.entries().get(next).inputs();
      boolean first = read.getFirst().entry() == x;
      boolean second = read.getLast().entry() == x;
      return first == second
          ? Optional.empty()
          : Optional.of(first ? read.getLast() : read.getFirst());
    }

    /** What is added to the value so far, if that is all that happens to it. */
    private Optional<Ref> added() {
      OptionalInt next = reader();
      return next.isPresent() && graph.entries().get(next.getAsInt()).op() instanceof Binary.Add
          ? beside(next.getAsInt(), end)
          : Optional.empty();
    }

    private boolean runs(Epilogue longer) {
      return takes.test(entry.op(), longer, operands.stream().map(graph::type).toList());
    }

    private void goOn(Epilogue longer, int next) {
      members.add(end);
      epilogue = longer;
      end = next;
    }

    /** A vector that is repeated along all axes but one. */
    private record Repeated(Ref vector, int axis) {}

    private Optional<Repeated> repeated(Ref ref) {
      if (!(graph.entry(ref).op() instanceof View.Broadcast repeated)) {
        return Optional.empty();
      }
      Ref vector = graph.entry(ref).inputs().getFirst();
      Shape shape = graph.type(vector).shape();
      List<Integer> varying =
          Axis.range(0, shape.rank()).stream().filter(a -> shape.extent(a) != 1).toList();
      return varying.size() == 1
          ? Optional.of(new Repeated(vector, repeated.axes().get(varying.getFirst())))
          : Optional.empty();
    }

    /** The value less a vector, times a vector. */
    private void norm() {
      OptionalInt difference = reader();
      if (difference.isEmpty()) {
        return;
      }
      int centred = difference.getAsInt();
      Entry sub = graph.entries().get(centred);
      boolean hidden = !results.contains(centred) && readers.get(centred).size() == 1;
      if (!hidden || !(sub.op() instanceof Binary.Sub) || sub.inputs().getFirst().entry() != end) {
        return;
      }
      int product = readers.get(centred).iterator().next();
      if (!(graph.entries().get(product).op() instanceof Binary.Mul)) {
        return;
      }
      Optional<Repeated> centre = beside(centred, end).flatMap(this::repeated);
      Optional<Repeated> scale = beside(product, centred).flatMap(this::repeated);
      if (centre.isEmpty() || scale.isEmpty() || centre.get().axis() != scale.get().axis()) {
        return;
      }
      Epilogue longer = epilogue.withNorm(centre.get().axis());
      if (runs(longer)) {
        inputs.add(centre.get().vector());
        inputs.add(scale.get().vector());
        members.add(centred);
        goOn(longer, product);
      }
    }

    private void bias() {
      Optional<Repeated> vector = added().flatMap(this::repeated);
      if (vector.isEmpty()) {
        return;
      }
      Epilogue longer = epilogue.withBias(vector.get().axis());
      if (runs(longer)) {
        inputs.add(vector.get().vector());
        goOn(longer, readers.get(end).iterator().next());
      }
    }

    private void residual() {
      Optional<Ref> other = added();
      if (other.isPresent() && isInMemory(other.get()) && runs(epilogue.withResidual())) {
        inputs.add(other.get());
        goOn(epilogue.withResidual(), readers.get(end).iterator().next());
      }
    }

    /** Whether a value is stored whoever reads it. */
    private boolean isInMemory(Ref ref) {
      if (last.containsKey(ref.entry())) {
        return false;
      }
      Op op = graph.entry(ref).op();
      boolean elsewhere = readers.get(ref.entry()).size() > 1 && !(op instanceof View);
      return op instanceof Leaf.Read
          || op instanceof MatMul
          || op instanceof Convolution
          || op instanceof Reduce
          || taken.containsKey(ref.entry())
          || (elsewhere && !(op instanceof Leaf.Fill));
    }

    private void activation() {
      if (results.contains(end)) {
        return;
      }
      Ref x = new Ref(end, 0);
      List<Integer> readingX = readers.get(end).stream().sorted().toList();
      if (readingX.size() == 1) {
        int next = readingX.getFirst();
        Op op = graph.entries().get(next).op();
        if (op instanceof Unary.Tanh) {
          apply(Epilogue.Activation.TANH, List.of(), next);
        } else if (op instanceof Unary.Sigmoid) {
          apply(Epilogue.Activation.SIGMOID, List.of(), next);
        }
      } else if (readingX.size() == 2) {
        int next = readingX.getLast();
        isRelu(x, readingX.getFirst(), next)
            .ifPresent(inside -> apply(Epilogue.Activation.RELU, inside, next));
        isGelu(x, readingX.getFirst(), next)
            .ifPresent(inside -> apply(Epilogue.Activation.GELU, inside, next));
      }
    }

    private void rounded() {
      if (results.contains(end) || readers.get(end).size() != 1) {
        return;
      }
      int next = readers.get(end).iterator().next();
      if (graph.entries().get(next).op() instanceof Unary.Cast cast
          && cast.to().isHalf()
          && runs(epilogue.to(cast.to()))) {
        goOn(epilogue.to(cast.to()), next);
      }
    }

    private void apply(Epilogue.Activation function, List<Integer> inside, int next) {
      Epilogue longer = epilogue.with(function);
      boolean hidden =
          inside.stream().allMatch(i -> !results.contains(i) && readers.get(i).size() == 1);
      if (hidden && runs(longer)) {
        members.addAll(inside);
        goOn(longer, next);
      }
    }
  }

  /** What an op can read instead of its inputs: the values that all of them were widened from. */
  private List<Ref> operands(Entry entry) {
    if (entry.inputs().isEmpty() || !entry.inputs().stream().allMatch(this::isWidened)) {
      return entry.inputs();
    }
    List<Ref> narrow =
        entry.inputs().stream().map(r -> graph.entry(r).inputs().getFirst()).toList();
    boolean runs = takes.test(entry.op(), Epilogue.NONE, narrow.stream().map(graph::type).toList());
    return runs ? narrow : entry.inputs();
  }

  private boolean isWidened(Ref ref) {
    return graph.entry(ref).op() instanceof Unary.Cast
        && graph.type(ref).dtype() == DType.F32
        && graph.type(graph.entry(ref).inputs().getFirst()).dtype().isHalf();
  }

  /** What lies between x and {@code y = x ≤ 0 ? 0 : x}, if {@code y} is that. */
  private Optional<List<Integer>> isRelu(Ref x, int comparison, int y) {
    Entry c = graph.entries().get(comparison);
    Entry select = graph.entries().get(y);
    boolean fits =
        c.op() instanceof Binary.LessOrEqual
            && select.op() instanceof Select
            && c.inputs().getFirst().equals(x)
            && select.inputs().get(0).entry() == comparison
            && select.inputs().get(2).equals(x)
            && isFill(c.inputs().getLast(), 0)
            && isFill(select.inputs().get(1), 0);
    return fits ? Optional.of(List.of(comparison)) : Optional.empty();
  }

  /** What lies between x and {@code y = x · ((erf(x · √½) + 1) · ½)}, if {@code y} is that. */
  private Optional<List<Integer>> isGelu(Ref x, int scaled, int y) {
    Optional<Ref> half = times(y, x);
    Optional<Ref> sum = half.flatMap(h -> timesNumber(h, 0.5));
    Optional<Ref> erf =
        sum.filter(s -> graph.entry(s).op() instanceof Binary.Add)
            .filter(s -> isFill(graph.entry(s).inputs().getLast(), 1))
            .map(s -> graph.entry(s).inputs().getFirst())
            .filter(e -> graph.entry(e).op() instanceof Unary.Erf);
    boolean fits =
        erf.map(e -> graph.entry(e).inputs().getFirst())
            .filter(a -> a.entry() == scaled)
            .flatMap(a -> timesNumber(a, Math.sqrt(0.5)))
            .filter(x::equals)
            .isPresent();
    return fits
        ? Optional.of(
            List.of(
                scaled,
                erf.orElseThrow().entry(),
                sum.orElseThrow().entry(),
                half.orElseThrow().entry()))
        : Optional.empty();
  }

  /** What is multiplied by {@code x} at an entry. */
  private Optional<Ref> times(int entry, Ref x) {
    Entry product = graph.entries().get(entry);
    return product.op() instanceof Binary.Mul && product.inputs().getFirst().equals(x)
        ? Optional.of(product.inputs().getLast())
        : Optional.empty();
  }

  private Optional<Ref> timesNumber(Ref product, double number) {
    Entry entry = graph.entry(product);
    return entry.op() instanceof Binary.Mul && isFill(entry.inputs().getLast(), number)
        ? Optional.of(entry.inputs().getFirst())
        : Optional.empty();
  }

  private boolean isFill(Ref ref, double value) {
    return graph.entry(ref).op() instanceof Leaf.Fill fill && (float) fill.value() == (float) value;
  }
}
