package kortex.op;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import kortex.op.Body.Entry;
import kortex.op.Body.Ref;
import kortex.tensor.TensorType;

/**
 * The gradient of a scan: a scan in the other direction. Its carries are the gradients of the
 * carries and the sums of the gradients of the constants. What its steps need of the forward steps
 * is kept, as {@link Residuals} chooses, by running the forward scan with these values as
 * additional results; the simplifier makes one scan of the two.
 */
final class ScanVjp {
  private final Scan scan;
  private final Body body;

  /** Forward and reverse pass of one step: parameters, gradients of the results, both passes. */
  private final Body.Builder joint = new Body.Builder();

  private final List<Ref> parameters;
  private final List<Ref> gradients = new ArrayList<>();

  /** Where the forward pass begins in the joint step, and where it ends. */
  private final int begin;

  private final int end;
  private final List<Optional<Ref>> flowing;

  ScanVjp(Scan scan) {
    this.scan = scan;
    this.body = scan.body();
    this.parameters = joint.parameters(body.parameterTypes());
    List<Optional<Ref>> upstream = new ArrayList<>();
    for (TensorType type : body.resultTypes()) {
      upstream.add(isFloat(type) ? Optional.of(joint.parameter(type)) : Optional.empty());
    }
    upstream.forEach(g -> g.ifPresent(gradients::add));
    this.begin = joint.size();
    List<List<Ref>> values = body.run(joint, parameters);
    this.end = joint.size();
    this.flowing = BodyVjp.reverse(joint, body, values, upstream);
  }

  private static boolean isFloat(TensorType type) {
    return type.dtype().isFloat();
  }

  <V> List<Optional<V>> apply(Emit<V> e, Op.Call<V> call) {
    List<Ref> kept = new ArrayList<>(Residuals.choose(scan, readByReverse()));
    List<V> stacks = keep(e, call, kept);
    List<Integer> carries = where(0, scan.carries(), i -> isFloat(body.parameterTypes().get(i)));
    List<Integer> constants =
        where(scan.constants(), body.parameters(), i -> flowing.get(i).isPresent());
    List<Integer> slices = where(scan.carries(), scan.constants(), i -> flowing.get(i).isPresent());

    Reverse step = new Reverse(kept, carries, constants, slices);
    List<V> inputs = new ArrayList<>();
    carries.forEach(i -> inputs.add(call.gradients().get(i)));
    constants.forEach(i -> inputs.add(e.fillLike(call.in(i), 0)));
    inputs.addAll(stacks);
    inputs.addAll(call.inputs().subList(scan.carries(), scan.constants()));
    for (int i = scan.carries(); i < body.results().size(); i++) {
      if (isFloat(body.resultTypes().get(i))) {
        inputs.add(call.gradients().get(i));
      }
    }
    int sums = carries.size() + constants.size();
    int sequences = inputs.size() - sums;
    inputs.addAll(call.inputs().subList(scan.constants(), call.inputs().size()));
    Scan back = new Scan(step.body(), sums, sequences, scan.length(), !scan.reverse());
    List<V> outputs = e.emit(back, inputs);
    Map<Integer, V> found = new HashMap<>();
    int next = 0;
    for (List<Integer> part : List.of(carries, constants, slices)) {
      for (int i : part) {
        found.put(i, outputs.get(next++));
      }
    }
    return IntStream.range(0, body.parameters())
        .mapToObj(i -> Optional.ofNullable(found.get(i)))
        .toList();
  }

  private static List<Integer> where(int from, int to, java.util.function.IntPredicate keep) {
    return IntStream.range(from, to).filter(keep).boxed().toList();
  }

  private Body jointBody(List<Ref> results) {
    return joint.build(results);
  }

  /** What the reverse pass reads of the forward pass, as values of the body. */
  private Set<Ref> readByReverse() {
    Set<Ref> out = new LinkedHashSet<>();
    List<Ref> results = flowing.stream().flatMap(Optional::stream).toList();
    Body all = jointBody(results);
    boolean[] needed = all.needed(results);
    results.forEach(r -> forward(r).ifPresent(out::add));
    for (int i = end; i < all.entries().size(); i++) {
      if (needed[i]) {
        all.entries().get(i).inputs().forEach(r -> forward(r).ifPresent(out::add));
      }
    }
    return out;
  }

  /** A value of the joint step as one of the forward pass, if it is. */
  private Optional<Ref> forward(Ref ref) {
    if (ref.entry() < body.parameters()) {
      return Optional.of(ref);
    }
    boolean inside = ref.entry() >= begin && ref.entry() < end;
    return inside
        ? Optional.of(new Ref(ref.entry() - begin + body.parameters(), ref.output()))
        : Optional.empty();
  }

  /** The stacked values of {@code kept}, from a forward scan that gives them as well. */
  private <V> List<V> keep(Emit<V> e, Op.Call<V> call, List<Ref> kept) {
    List<Ref> results = new ArrayList<>(body.results());
    List<Integer> places = new ArrayList<>();
    for (Ref ref : kept) {
      int known = results.subList(scan.carries(), results.size()).indexOf(ref);
      places.add(known < 0 ? results.size() : scan.carries() + known);
      if (known < 0) {
        results.add(ref);
      }
    }
    if (results.size() == body.results().size()) {
      return places.stream().map(call.outputs()::get).toList();
    }
    Scan more =
        new Scan(
            body.withResults(results),
            scan.carries(),
            scan.sequences(),
            scan.length(),
            scan.reverse());
    List<V> outputs = e.emit(more, call.inputs());
    return places.stream().map(outputs::get).toList();
  }

  /** Writes the step of the reverse scan. */
  private final class Reverse {
    private final Body.Builder builder = new Body.Builder();
    private final List<Integer> carries;
    private final List<Integer> constants;
    private final List<Integer> slices;

    /** Values of the joint step in the reverse step. */
    private final Map<Ref, Ref> known = new LinkedHashMap<>();

    private final List<Ref> sums;

    Reverse(List<Ref> kept, List<Integer> carries, List<Integer> constants, List<Integer> slices) {
      this.carries = carries;
      this.constants = constants;
      this.slices = slices;
      List<TensorType> types = body.parameterTypes();
      for (int i = 0; i < carries.size(); i++) {
        known.put(gradients.get(i), builder.parameter(types.get(carries.get(i))));
      }
      this.sums = builder.parameters(constants.stream().map(types::get).toList());
      for (Ref ref : kept) {
        known.put(joint(ref), builder.parameter(body.type(ref)));
      }
      for (int i = scan.carries(); i < scan.constants(); i++) {
        known.put(parameters.get(i), builder.parameter(types.get(i)));
      }
      for (Ref g : gradients.subList(carries.size(), gradients.size())) {
        known.put(g, builder.parameter(joint.type(g)));
      }
      for (int i = scan.constants(); i < body.parameters(); i++) {
        known.put(parameters.get(i), builder.parameter(types.get(i)));
      }
    }

    private Ref joint(Ref ref) {
      return ref.entry() < body.parameters()
          ? ref
          : new Ref(ref.entry() - body.parameters() + begin, ref.output());
    }

    Body body() {
      List<Ref> wanted = new ArrayList<>();
      for (List<Integer> part : List.of(carries, constants, slices)) {
        part.forEach(i -> flowing.get(i).ifPresent(wanted::add));
      }
      write(wanted);
      List<Ref> results = new ArrayList<>();
      for (int i : carries) {
        TensorType type = body.parameterTypes().get(i);
        results.add(flowing.get(i).map(known::get).orElseGet(() -> builder.fill(type, 0)));
      }
      for (int i = 0; i < constants.size(); i++) {
        results.add(builder.add(sums.get(i), given(constants.get(i))));
      }
      slices.forEach(i -> results.add(given(i)));
      return builder.build(results);
    }

    private Ref given(int parameter) {
      return java.util.Objects.requireNonNull(known.get(flowing.get(parameter).orElseThrow()));
    }

    /** Copies the entries of the joint step that {@code wanted} needs and that are not known. */
    private void write(List<Ref> wanted) {
      List<Entry> entries = jointBody(List.of()).entries();
      boolean[] needed = new boolean[entries.size()];
      wanted.stream().filter(r -> !known.containsKey(r)).forEach(r -> needed[r.entry()] = true);
      for (int i = entries.size() - 1; i >= begin; i--) {
        if (needed[i]) {
          entries.get(i).inputs().stream()
              .filter(r -> !known.containsKey(r))
              .forEach(r -> needed[r.entry()] = true);
        }
      }
      for (int i = begin; i < entries.size(); i++) {
        if (needed[i]) {
          Entry entry = entries.get(i);
          List<Ref> outputs =
              builder.emit(entry.op(), entry.inputs().stream().map(known::get).toList());
          for (int o = 0; o < outputs.size(); o++) {
            known.putIfAbsent(new Ref(i, o), outputs.get(o));
          }
        }
      }
    }
  }
}
