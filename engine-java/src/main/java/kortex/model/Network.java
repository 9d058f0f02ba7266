package kortex.model;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.tensor.DType;
import kortex.tensor.DeviceException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * A network with its parameters: a function of tensors. The parameters start from values that
 * depend only on the seed and their own name, so that adding a layer leaves the others as they
 * were.
 */
public final class Network {
  private final NetworkSpec spec;
  private final Map<String, Variable> parameters = new LinkedHashMap<>();
  private final Map<String, Storage> states = new LinkedHashMap<>();
  private final Map<String, Regularizer> regularizers = new LinkedHashMap<>();

  private Network(NetworkSpec spec, long seed) {
    this.spec = spec;
    List<Shape> shapes = spec.shapes();
    requireRoom(spec, shapes);
    for (LayerNode node : spec.nodes()) {
      List<Shape> inputs = spec.inputShapes(node, shapes);
      node.layer().weights(inputs).forEach(w -> addParameter(node, w, seed));
      node.layer().states(inputs).forEach(s -> addState(node, s));
    }
  }

  /** A network with fresh parameters. */
  public static Network of(NetworkSpec spec, long seed) {
    return new Network(spec, seed);
  }

  /**
   * Throws {@link DeviceException} when the parameters do not fit the Java heap, before any is
   * made.
   */
  private static void requireRoom(NetworkSpec spec, List<Shape> shapes) {
    double total = 0;
    long largest = -1;
    String name = "";
    for (LayerNode node : spec.nodes()) {
      for (WeightSpec weight : node.layer().weights(spec.inputShapes(node, shapes))) {
        long size = weight.shape().size();
        total += size * 4.0;
        if (size > largest) {
          largest = size;
          String at = node.site().equals(Site.NONE) ? "" : "   " + node.site();
          name = node.path() + "/" + weight.name() + " " + weight.shape() + at;
        }
      }
    }
    double heap = Runtime.getRuntime().maxMemory();
    if (total > heap || largest > Integer.MAX_VALUE - 8) {
      throw new DeviceException(
          String.format(
              Locale.ROOT,
              "the parameters need %.0f MiB, the Java heap holds %.0f MiB, and one parameter has"
                  + " fewer than 2^31 elements%nthe largest is %s",
              total / (1 << 20),
              heap / (1 << 20),
              name),
          "Use smaller layers, or a larger heap: KORTEX_JAVA_OPTS=-Xmx….");
    }
  }

  private void addParameter(LayerNode node, WeightSpec weight, long seed) {
    String name = node.path() + "/" + weight.name();
    parameters.put(name, Variable.of(name, FirstValue.of(weight, seed, name)));
    weight.regularizer().ifPresent(r -> regularizers.put(name, r));
  }

  private void addState(LayerNode node, StateSpec state) {
    float[] values = new float[(int) state.shape().size()];
    java.util.Arrays.fill(values, (float) state.initial());
    TensorType type = new TensorType(DType.F32, state.shape());
    Storage storage = Storage.of(type, MemorySegment.ofArray(values));
    states.put(node.path() + "/" + state.name(), storage);
  }

  /** What the network was made from. */
  public NetworkSpec spec() {
    return spec;
  }

  /**
   * The output for a batch {@code [batch, input..]}: {@code [batch, output..]}. Inside a {@link
   * TrainingScope} in the training phase, elsewhere for inference. Throws {@link ShapeException}
   * when the input is not a batch of the network's input.
   */
  public Tensor call(Tensor x) {
    checkInput(x);
    Optional<TrainingScope> scope = TrainingScope.current();
    Map<Integer, Tensor> values = new HashMap<>(Map.of(LayerNode.NETWORK_INPUT, x));
    int layers = spec.nodes().size();
    for (int i = 0; i < layers; i++) {
      int first = i;
      Optional<Segments.Range> range = scope.flatMap(s -> s.again().at(first));
      if (range.isPresent() && range.get().end() <= layers) {
        again(scope.orElseThrow(), range.get(), values);
        i = range.get().end() - 1;
      } else {
        forward(i, scope, values);
      }
    }
    return of(values, spec.output());
  }

  private static Tensor of(Map<Integer, Tensor> values, int node) {
    return Objects.requireNonNull(values.get(node));
  }

  private void forward(int number, Optional<TrainingScope> scope, Map<Integer, Tensor> values) {
    LayerNode node = spec.nodes().get(number);
    List<Tensor> inputs = node.inputs().stream().map(i -> of(values, i)).toList();
    values.put(
        number, node.origin().call(() -> node.layer().forward(new Context(node, scope), inputs)));
  }

  /** Some layers of which only what others read is kept for the backward pass. */
  private void again(TrainingScope scope, Segments.Range range, Map<Integer, Tensor> values) {
    Set<Integer> read = new HashSet<>(List.of(spec.output()));
    spec.nodes().subList(range.end(), spec.nodes().size()).forEach(n -> read.addAll(n.inputs()));
    List<Integer> kept =
        IntStream.range(range.first(), range.end()).filter(read::contains).boxed().toList();
    List<Tensor> results =
        scope.again(() -> {
          Map<Integer, Tensor> inside = new HashMap<>(values);
          for (int i = range.first(); i < range.end(); i++) {
            forward(i, Optional.of(scope), inside);
          }
          return kept.stream().map(i -> of(inside, i)).toList();
        });
    for (int i = 0; i < kept.size(); i++) {
      values.put(kept.get(i), results.get(i));
    }
  }

  private void checkInput(Tensor x) {
    Shape example = spec.input().shape();
    boolean tokens = spec.input().kind() == Input.Kind.TOKENS;
    if (x.shape().rank() != example.rank() + 1
        || !x.shape().drop(1).equals(example)
        || (tokens ? !x.dtype().isInteger() : x.dtype() != DType.F32)) {
      String batch = (tokens ? "i32" : "f32") + "[batch, " + example.toString().substring(1);
      throw new ShapeException(
          "the network takes " + batch + ", got " + x.type(),
          x.shape().equals(example)
              ? "Add a batch axis: x.reshape(1, ..)."
              : "Pass a batch of " + spec.input() + ".");
    }
  }

  /** The trained values, in the order of the layers. */
  public List<Variable> parameters() {
    return List.copyOf(parameters.values());
  }

  /** The parameters of two or more axes: what a penalty on the size of weights means. */
  public List<Variable> weights() {
    return parameters.values().stream().filter(v -> v.shape().rank() >= 2).toList();
  }

  /** One parameter by its name. Throws {@link SettingException} when there is none. */
  public Variable parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).orElseThrow(() -> unknown("parameter", name));
  }

  static SettingException unknown(String what, String name) {
    return new SettingException("there is no " + what + " named " + name, "Check the name.");
  }

  /** Number of trained numbers. */
  public long parameterCount() {
    return parameters.values().stream().mapToLong(v -> v.type().size()).sum();
  }

  /** Floating-point operations of inference for one example; a multiply-add counts as two. */
  public long flops() {
    return NetworkTable.of(spec).flops();
  }

  /** The sum of all penalties that layers declared, empty when none did. */
  public Optional<Tensor> penalty() {
    return regularizers.entrySet().stream()
        .map(e -> e.getValue().penalty(parameter(e.getKey())))
        .reduce(Tensor::add);
  }

  /**
   * Everything a checkpoint holds: parameters, then states, by name, in the order of the layers.
   */
  public Map<String, Storage> state() {
    Map<String, Storage> out = new LinkedHashMap<>();
    parameters.forEach((name, variable) -> out.put(name, variable.storage()));
    out.putAll(states);
    return java.util.Collections.unmodifiableMap(out);
  }

  /**
   * Replaces all parameters and states by copies of the given values. Throws {@code DataException}
   * that lists every name that is missing or unknown and every type that differs; then nothing is
   * replaced.
   */
  public void load(Map<String, Storage> values) {
    StateDict.load(state(), values);
  }

  /** A table: path, output shape, parameters and FLOPs of each layer, and totals. */
  @Override
  public String toString() {
    return NetworkTable.of(spec).toString();
  }

  private final class Context implements Forward {
    private final LayerNode node;
    private final Optional<TrainingScope> scope;

    Context(LayerNode node, Optional<TrainingScope> scope) {
      this.node = node;
      this.scope = scope;
    }

    @Override
    public Tensor weight(String name) {
      return parameter(node.path() + "/" + name);
    }

    private Storage stored(String name) {
      String key = node.path() + "/" + name;
      return Optional.ofNullable(states.get(key)).orElseThrow(() -> unknown("state", key));
    }

    @Override
    public Tensor state(String name) {
      Storage storage = stored(name);
      return scope.map(s -> s.state(storage)).orElseGet(() -> Tensor.of(storage));
    }

    @Override
    public void update(String state, Tensor value) {
      scope.ifPresent(s -> s.update(stored(state), value));
    }

    @Override
    public Phase phase() {
      return scope.isPresent() ? Phase.TRAINING : Phase.INFERENCE;
    }

    @Override
    public Tensor uniform(TensorType type) {
      return scope
          .orElseThrow(() ->
              new SettingException(
                  node.path() + " asks for random numbers in inference",
                  "Check the phase first: inference is a pure function."))
          .uniform(type);
    }
  }
}
