package kortex.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import kortex.graph.Graph.Ref;
import kortex.op.Body;
import kortex.op.Index;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Random;
import kortex.op.Scan;
import kortex.op.View;
import kortex.tensor.TensorType;

/**
 * Rewrites of loops. Constants and repeated values go into the body; what is the same in every step
 * comes out of it: carries that no step changes, computations of constants, results.
 */
final class ScanRules {
  private final Simplify g;
  private final Scan scan;
  private final List<Ref> in;

  private final List<Ref> carries = new ArrayList<>();
  private final List<Ref> sequences = new ArrayList<>();
  private final List<Ref> constants = new ArrayList<>();

  ScanRules(Simplify g, Scan scan, List<Ref> in) {
    this.g = g;
    this.scan = scan;
    this.in = in;
  }

  /** Writes the loop and returns its outputs. */
  List<Ref> apply() {
    if (scan.length() == 0) {
      return neverRuns();
    }
    if (IntStream.range(0, in.size()).anyMatch(this::takes)) {
      return takingInside();
    }
    Body simple = simplified();
    List<Ref> outputs = write(simple);
    List<Ref> out = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < scan.body().results().size(); i++) {
      boolean kept = i >= scan.carries() || !unchanged(scan.body(), i);
      out.add(kept ? outputs.get(next++) : in.get(i));
    }
    return out;
  }

  private List<Ref> neverRuns() {
    List<Ref> out = new ArrayList<>(in.subList(0, scan.carries()));
    for (TensorType type : scan.body().resultTypes().subList(scan.carries(), results())) {
      out.add(g.fill(scan.stacked(type), 0));
    }
    return out;
  }

  private int results() {
    return scan.body().results().size();
  }

  /** Whether each step gives carry {@code i} back as it is. */
  private static boolean unchanged(Body body, int i) {
    return body.results().get(i).equals(new Body.Ref(i, 0));
  }

  private enum Kind {
    CARRY,
    SEQUENCE,
    CONSTANT
  }

  /** What stands for a parameter: a leaf of the new body, or something made inside from one. */
  private record Argument(Kind kind, Ref input, Optional<Op> made) {}

  private List<Ref> home(Argument a) {
    return switch (a.kind()) {
      case CARRY -> carries;
      case SEQUENCE -> sequences;
      case CONSTANT -> constants;
    };
  }

  /** The body with simpler parameters, simplified. */
  private Body simplified() {
    List<Argument> arguments = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      arguments.add(argument(i));
    }
    for (Argument a : arguments) {
      boolean shared = isFill(a) || home(a).contains(a.input());
      if (a.kind() == Kind.CARRY || !shared) {
        home(a).add(a.input());
      }
    }
    List<TensorType> leaves = new ArrayList<>(RegionRules.types(g, carries));
    sequences.forEach(s -> leaves.add(slice(g.type(s))));
    leaves.addAll(RegionRules.types(g, constants));
    Simplify inner = g.apart(leaves);
    List<Ref> inside = new ArrayList<>();
    int carry = 0;
    for (Argument a : arguments) {
      if (isFill(a)) {
        inside.addAll(inner.emit(a.made().orElseThrow(), List.of()));
        continue;
      }
      int number =
          switch (a.kind()) {
            case CARRY -> carry++;
            case SEQUENCE -> carries.size() + sequences.indexOf(a.input());
            case CONSTANT -> carries.size() + sequences.size() + constants.indexOf(a.input());
          };
      Ref leaf = new Ref(number, 0);
      inside.add(a.made().map(op -> inner.one(op, List.of(leaf))).orElse(leaf));
    }
    List<Ref> results = new ArrayList<>(inner.write(scan.body(), inside));
    for (int i = scan.carries() - 1; i >= 0; i--) {
      if (unchanged(scan.body(), i)) {
        results.remove(i);
      }
    }
    return inner.body(results);
  }

  private static boolean isFill(Argument a) {
    return a.made().filter(Leaf.Fill.class::isInstance).isPresent();
  }

  private static TensorType slice(TensorType stack) {
    return stack.as(stack.shape().drop(1));
  }

  private Argument argument(int i) {
    Ref input = in.get(i);
    TensorType type = g.type(input);
    if (i < scan.carries() && !unchanged(scan.body(), i)) {
      return new Argument(Kind.CARRY, input, Optional.empty());
    }
    TensorType inside = scan.isSequence(i) ? slice(type) : type;
    if (g.entry(input).op() instanceof Leaf.Fill fill) {
      return new Argument(Kind.CONSTANT, input, Optional.of(new Leaf.Fill(inside, fill.value())));
    }
    if (!scan.isSequence(i)) {
      return new Argument(Kind.CONSTANT, input, Optional.empty());
    }
    if (g.entry(input).op() instanceof View.Broadcast view && !view.axes().contains(0)) {
      List<Integer> axes = view.axes().stream().map(a -> a - 1).toList();
      return new Argument(
          Kind.CONSTANT,
          g.entry(input).inputs().getFirst(),
          Optional.of(new View.Broadcast(inside.shape(), axes)));
    }
    return new Argument(Kind.SEQUENCE, input, Optional.empty());
  }

  /** Whether a sequence is rows from a small table, of which only the positions need be stored. */
  private boolean takes(int i) {
    Ref input = in.get(i);
    return scan.isSequence(i) && TakeRules.isOfSmallTable(g, input, g.entry(input).op());
  }

  /** The loop with such tables as constants, and the positions as sequences. */
  private List<Ref> takingInside() {
    List<Ref> inputs = new ArrayList<>(in);
    Body.Builder builder = new Body.Builder();
    List<Body.Ref> arguments = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      if (takes(i)) {
        inputs.set(i, g.entry(in.get(i)).inputs().get(1));
        inputs.add(g.entry(in.get(i)).inputs().get(0));
      }
      TensorType type = g.type(inputs.get(i));
      arguments.add(builder.parameter(scan.isSequence(i) ? slice(type) : type));
    }
    List<Body.Ref> tables =
        builder.parameters(RegionRules.types(g, inputs.subList(in.size(), inputs.size())));
    int next = 0;
    for (int i = 0; i < in.size(); i++) {
      if (takes(i)) {
        arguments.set(
            i, builder.one(new Index.Take(), List.of(tables.get(next++), arguments.get(i))));
      }
    }
    Body body = builder.build(scan.body().inline(builder, arguments));
    Scan taking = new Scan(body, scan.carries(), scan.sequences(), scan.length(), scan.reverse());
    return new ScanRules(g, taking, inputs).apply();
  }

  /** Writes the loop of a simplified body, whose parameters are the collected inputs. */
  private List<Ref> write(Body simple) {
    Body varying = hoisted(simple);
    int steps = carries.size() + sequences.size();
    Body body = ScanTransposes.apply(g, varying, steps, scan.length(), constants);
    List<Ref> inputs = new ArrayList<>(carries);
    inputs.addAll(sequences);
    inputs.addAll(constants);
    Scan all = new Scan(body, carries.size(), sequences.size(), scan.length(), scan.reverse());
    return ScanSums.apply(g, all, inputs).orElseGet(() -> write(body, inputs));
  }

  private List<Ref> write(Body body, List<Ref> inputs) {
    List<Ref> out = new ArrayList<>(Collections.nCopies(body.results().size(), new Ref(-1, 0)));
    boolean again = false;
    List<Body.Ref> results = new ArrayList<>();
    Map<Body.Ref, Integer> places = new HashMap<>();
    for (int i = 0; i < body.results().size(); i++) {
      Body.Ref result = body.results().get(i);
      if (i < carries.size()) {
        again |= unchanged(body, i);
        results.add(result);
      } else if (constant(body, result, inputs, i, out)) {
        continue;
      } else if (places.putIfAbsent(result, results.size()) == null) {
        results.add(result);
      }
    }
    List<Ref> outputs = results.isEmpty() ? List.of() : loop(body, results, inputs, again);
    for (int i = 0; i < out.size(); i++) {
      Body.Ref result = body.results().get(i);
      if (i < carries.size()) {
        out.set(i, outputs.get(i));
      } else if (places.containsKey(result)) {
        out.set(i, outputs.get(Objects.requireNonNull(places.get(result))));
      }
    }
    return out;
  }

  /** The loop of the inputs that some results need; {@code again} says to simplify it further. */
  private List<Ref> loop(Body body, List<Body.Ref> results, List<Ref> inputs, boolean again) {
    Set<Integer> read = read(body, results);
    int constant = carries.size() + sequences.size();
    List<Integer> kept =
        IntStream.range(0, inputs.size())
            .filter(p -> p < carries.size() || read.contains(p))
            .boxed()
            .toList();
    int steps = (int) kept.stream().filter(p -> p < constant).count();
    Scan less =
        new Scan(
            body.restrict(kept, results),
            carries.size(),
            steps - carries.size(),
            scan.length(),
            scan.reverse());
    List<Ref> left = Prune.pick(inputs, kept);
    return again ? new ScanRules(g, less, left).apply() : g.append(less, left);
  }

  private static Set<Integer> read(Body body, List<Body.Ref> results) {
    boolean[] needed = body.needed(results);
    Set<Integer> out = new HashSet<>();
    for (int p = 0; p < body.parameters(); p++) {
      if (needed[p]) {
        out.add(p);
      }
    }
    return out;
  }

  /** A result that is the same in every step is repeated outside. */
  private boolean constant(Body body, Body.Ref result, List<Ref> inputs, int i, List<Ref> out) {
    TensorType type = scan.stacked(body.type(result));
    if (body.entries().get(result.entry()).op() instanceof Leaf.Fill fill) {
      out.set(i, g.fill(type, fill.value()));
      return true;
    }
    if (body.isParameter(result) && result.entry() >= carries.size() + sequences.size()) {
      int rank = type.shape().rank();
      out.set(
          i,
          g.broadcast(inputs.get(result.entry()), type.shape(), kortex.tensor.Axis.range(1, rank)));
      return true;
    }
    return false;
  }

  /**
   * The body with what it computes of constants alone taken out of it, as further constants. Views
   * and what is cheaper to make than to read stay.
   */
  private Body hoisted(Body body) {
    int steps = carries.size() + sequences.size();
    List<Boolean> changing =
        IntStream.range(0, body.parameters()).mapToObj(p -> p < steps).toList();
    boolean[] varies = body.dependents(changing);
    boolean some = false;
    for (int i = body.parameters(); i < varies.length; i++) {
      some |= !varies[i] && !staysInside(body.entries().get(i).op());
    }
    return some ? new Hoist(body, varies).run() : body;
  }

  private static boolean staysInside(Op op) {
    return op instanceof View
        || op instanceof Leaf
        || op instanceof Index.Iota
        || op instanceof Index.Position
        || op instanceof Random;
  }

  /** Takes the entries that do not vary out of a body. */
  private final class Hoist {
    private final Body body;
    private final boolean[] varies;
    private final Map<Body.Ref, Ref> outside = new HashMap<>();
    private final Map<Body.Ref, Body.Ref> inside = new HashMap<>();

    Hoist(Body body, boolean[] varies) {
      this.body = body;
      this.varies = varies;
    }

    Body run() {
      int steps = carries.size() + sequences.size();
      for (int p = steps; p < body.parameters(); p++) {
        outside.put(new Body.Ref(p, 0), constants.get(p - steps));
      }
      Body.Builder builder = new Body.Builder();
      List<Body.Ref> parameters = builder.parameters(body.parameterTypes());
      for (int p = 0; p < parameters.size(); p++) {
        inside.put(new Body.Ref(p, 0), parameters.get(p));
      }
      for (int i = body.parameters(); i < varies.length; i++) {
        if (!varies[i]) {
          lift(i, builder);
        }
      }
      for (int i = body.parameters(); i < varies.length; i++) {
        Body.Entry entry = body.entries().get(i);
        if (varies[i] || staysInside(entry.op())) {
          put(
              inside,
              i,
              builder.emit(entry.op(), entry.inputs().stream().map(inside::get).toList()));
        }
      }
      return builder.build(body.results().stream().map(inside::get).toList());
    }

    private void lift(int i, Body.Builder builder) {
      Body.Entry entry = body.entries().get(i);
      List<Ref> outputs = g.emit(entry.op(), entry.inputs().stream().map(outside::get).toList());
      put(outside, i, outputs);
      if (!staysInside(entry.op())) {
        constants.addAll(outputs);
        put(inside, i, builder.parameters(entry.types()));
      }
    }

    private static <R> void put(Map<Body.Ref, R> into, int entry, List<R> outputs) {
      for (int o = 0; o < outputs.size(); o++) {
        into.put(new Body.Ref(entry, o), outputs.get(o));
      }
    }
  }
}
