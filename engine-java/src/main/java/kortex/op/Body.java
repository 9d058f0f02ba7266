package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import kortex.tensor.Axis;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * A function of tensors as a value: the computation inside a {@link Region}, in flat form. Bodies
 * of one structure are equal, so an op with a body can be a part of the key of a plan.
 *
 * @param parameters how many parameters it has; they are the first entries, each a {@link
 *     Leaf.Read}
 * @param entries the parameters, then the applications of ops, inputs before their use
 * @param results what it computes
 */
public record Body(int parameters, List<Entry> entries, List<Ref> results) {

  /** One output of one entry. */
  public record Ref(int entry, int output) {}

  /** One application of an op. */
  public record Entry(Op op, List<Ref> inputs, List<TensorType> types) {
    public Entry {
      inputs = List.copyOf(inputs);
      types = List.copyOf(types);
    }
  }

  public Body {
    entries = List.copyOf(entries);
    results = List.copyOf(results);
  }

  /** The type of a value. */
  public TensorType type(Ref ref) {
    return entries.get(ref.entry()).types().get(ref.output());
  }

  /** The types of the parameters. */
  public List<TensorType> parameterTypes() {
    return entries.subList(0, parameters).stream().map(e -> e.types().getFirst()).toList();
  }

  /** The types of the results. */
  public List<TensorType> resultTypes() {
    return results.stream().map(this::type).toList();
  }

  /** Whether a value is a parameter. */
  public boolean isParameter(Ref ref) {
    return ref.entry() < parameters;
  }

  /** About how many operations on numbers one evaluation takes. */
  public double flops() {
    return entries.stream()
        .mapToDouble(e -> e.op().flops(e.inputs().stream().map(this::type).toList(), e.types()))
        .sum();
  }

  /** The same computation with other results. */
  public Body withResults(List<Ref> other) {
    return new Body(parameters, entries, other);
  }

  /** Writes the body out for the given arguments and returns its results. */
  public <V> List<V> inline(Emit<V> e, List<V> arguments) {
    List<List<V>> values = run(e, arguments);
    return results.stream().map(r -> at(values, r)).toList();
  }

  /** Writes the body out; for each entry its outputs. */
  <V> List<List<V>> run(Emit<V> e, List<V> arguments) {
    List<List<V>> values = new ArrayList<>(entries.size());
    arguments.forEach(a -> values.add(List.of(a)));
    for (Entry entry : entries.subList(parameters, entries.size())) {
      values.add(e.emit(entry.op(), entry.inputs().stream().map(r -> at(values, r)).toList()));
    }
    return values;
  }

  static <V> V at(List<List<V>> values, Ref ref) {
    return values.get(ref.entry()).get(ref.output());
  }

  /**
   * The part of the body that {@code results} need, with the parameters of the given numbers, which
   * must be all that it reads.
   */
  public Body restrict(List<Integer> kept, List<Ref> wanted) {
    Builder out = new Builder();
    boolean[] needed = needed(wanted);
    List<List<Ref>> values = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (i < parameters) {
        values.add(kept.contains(i) ? List.of(out.parameter(entry.types().getFirst())) : List.of());
      } else if (needed[i]) {
        values.add(out.emit(entry.op(), entry.inputs().stream().map(r -> at(values, r)).toList()));
      } else {
        values.add(List.of());
      }
    }
    return out.build(wanted.stream().map(r -> at(values, r)).toList());
  }

  /** For each entry, whether it depends on one of the parameters of which {@code from} is true. */
  public boolean[] dependents(List<Boolean> from) {
    boolean[] out = new boolean[entries.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          i < parameters
              ? from.get(i)
              : entries.get(i).inputs().stream().anyMatch(r -> out[r.entry()]);
    }
    return out;
  }

  /** For each entry, whether one of {@code of} is computed from it. */
  public boolean[] needed(List<Ref> of) {
    boolean[] out = new boolean[entries.size()];
    of.forEach(r -> out[r.entry()] = true);
    for (int i = out.length - 1; i >= 0; i--) {
      if (out[i]) {
        entries.get(i).inputs().forEach(r -> out[r.entry()] = true);
      }
    }
    return out;
  }

  /**
   * The body on a whole batch at once.
   *
   * @param batched which parameters differ between members, which then lie along a first axis more
   * @param size the number of members
   * @param full which results must have the first axis; the others have it if they differ
   */
  Body batch(List<Boolean> batched, long size, List<Boolean> full) {
    Builder out = new Builder();
    List<TensorType> types = parameterTypes();
    List<List<Ref>> values = new ArrayList<>();
    for (int i = 0; i < parameters; i++) {
      Shape shape = types.get(i).shape();
      values.add(
          List.of(
              out.parameter(batched.get(i) ? types.get(i).as(shape.prepend(size)) : types.get(i))));
    }
    boolean[] differs = dependents(batched);
    for (int i = parameters; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      List<Ref> inputs = entry.inputs().stream().map(r -> at(values, r)).toList();
      List<Boolean> flags = entry.inputs().stream().map(r -> differs[r.entry()]).toList();
      values.add(
          differs[i]
              ? entry.op().batch(out, new Op.Batch<>(inputs, flags, size))
              : out.emit(entry.op(), inputs));
    }
    List<Ref> results = new ArrayList<>();
    for (int i = 0; i < this.results.size(); i++) {
      Ref ref = this.results.get(i);
      Ref value = at(values, ref);
      boolean repeat = full.get(i) && !differs[ref.entry()];
      Shape shape = type(ref).shape();
      results.add(
          repeat
              ? out.broadcast(value, shape.prepend(size), Axis.range(1, shape.rank() + 1))
              : value);
    }
    return out.build(results);
  }

  /** Which results differ between members when the parameters of {@code batched} do. */
  List<Boolean> differing(List<Boolean> batched) {
    boolean[] differs = dependents(batched);
    return results.stream().map(r -> differs[r.entry()]).toList();
  }

  /** Writes a body; parameters first. */
  public static final class Builder implements Emit<Ref> {
    private final List<Entry> entries = new ArrayList<>();
    private int parameters;

    /** One more parameter. */
    public Ref parameter(TensorType type) {
      if (parameters < entries.size()) {
        throw new IllegalStateException("parameters come before everything else");
      }
      entries.add(new Entry(new Leaf.Read(type), List.of(), List.of(type)));
      return new Ref(parameters++, 0);
    }

    /** One more parameter for each type. */
    public List<Ref> parameters(List<TensorType> types) {
      return types.stream().map(this::parameter).toList();
    }

    /** How many entries there are so far. */
    public int size() {
      return entries.size();
    }

    @Override
    public TensorType type(Ref value) {
      return entries.get(value.entry()).types().get(value.output());
    }

    @Override
    public List<Ref> emit(Op op, List<Ref> inputs) {
      List<TensorType> types = op.infer(inputs.stream().map(this::type).toList());
      entries.add(new Entry(op, inputs, types));
      int number = entries.size() - 1;
      return IntStream.range(0, types.size()).mapToObj(o -> new Ref(number, o)).toList();
    }

    /** The body of these results. */
    public Body build(List<Ref> results) {
      return new Body(parameters, entries, results);
    }
  }

  /** As text, an entry a line, for errors and debugging. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      out.append(i == 0 ? "" : "; ").append('%').append(i).append(" = ");
      out.append(i < parameters ? entry.types().getFirst() : entry.op());
      if (i >= parameters) {
        out.append(names(entry.inputs()));
      }
    }
    return out.append("; return ").append(names(results)).append('}').toString();
  }

  private static String names(List<Ref> refs) {
    return refs.stream()
        .map(r -> "%" + r.entry() + (r.output() == 0 ? "" : "." + r.output()))
        .toList()
        .toString()
        .replace('[', '(')
        .replace(']', ')');
  }

  /** The values of a list at which {@code keep} is true. */
  static <T> List<T> where(List<T> values, List<Boolean> keep) {
    return IntStream.range(0, values.size())
        .filter(keep::get)
        .mapToObj(values::get)
        .map(Objects::requireNonNull)
        .toList();
  }
}
