package kortex.session;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import kortex.backend.Backend;
import kortex.backend.Backend.Effort;
import kortex.backend.Backends;
import kortex.graph.Evaluator;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Node;
import kortex.graph.Storage;
import kortex.graph.StoredView;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.plan.Plan;
import kortex.tensor.DeviceException;
import kortex.tensor.KortexException;
import kortex.tensor.TensorType;

/**
 * Compiles and runs computations on one backend. Plans are kept by graph structure, so a loop that
 * builds the same graph again pays a look-up. Safe for use by several threads, which take turns.
 */
public final class Session implements Evaluator, AutoCloseable {
  private static final int KEPT_PLANS = 256;
  private static final long KEPT_BYTES = 256L << 20;

  private final Backend backend;
  private final String reason;
  private final Budget budget;
  private final Plans plans = new Plans(KEPT_PLANS, KEPT_BYTES);
  private boolean closed;
  private boolean saidWhyNoBf16;

  private Session(Backends.Choice choice, OptionalLong memoryLimit) {
    this.budget = new Budget(choice.backend(), memoryLimit);
    this.backend = choice.backend();
    this.reason = choice.reason();
  }

  private static final class Shared {
    private static final Supplier<Session> SESSION = open();

    /** A failure is kept and thrown as it is at each use, not as a failed initialisation. */
    private static Supplier<Session> open() {
      try {
        Backends.Choice choice =
            Backends.choose(Optional.ofNullable(System.getProperty("kortex.backend")));
        for (String refused : choice.refused()) {
          System.getLogger("kortex")
              .log(Level.WARNING, refused + "; running on " + choice.backend().name() + " instead");
        }
        Session session = new Session(choice, Budget.limitSetting());
        return () -> session;
      } catch (KortexException e) {
        return () -> {
          throw e;
        };
      }
    }
  }

  /**
   * The session of this process, on the best backend that runs here; {@code -Dkortex.backend=NAME}
   * chooses another.
   */
  public static Session shared() {
    return Shared.SESSION.get();
  }

  /** A session of its own on the backend of that name. */
  public static Session open(String backend) {
    return new Session(Backends.choose(Optional.of(backend)), Budget.limitSetting());
  }

  /** A session of its own on a backend. */
  public static Session on(Backend backend) {
    return new Session(new Backends.Choice(backend, "given", List.of()), Budget.limitSetting());
  }

  /** A session on a backend that holds at most {@code memoryLimit} bytes of its memory. */
  public static Session on(Backend backend, long memoryLimit) {
    return new Session(
        new Backends.Choice(backend, "given", List.of()), OptionalLong.of(memoryLimit));
  }

  /**
   * The session that computes for the caller: the one bound for the current scope, else the shared
   * one.
   */
  public static Session current() {
    return Evaluator.current() instanceof Session session ? session : shared();
  }

  /** The backend it runs on. */
  public Backend backend() {
    return backend;
  }

  Budget budget() {
    return budget;
  }

  /** Whether stored data are in this session's memory. */
  boolean holds(Storage storage) {
    return storage.resident().orElse(null) instanceof SessionMemory known
        && known.session() == this;
  }

  /** Why that backend was chosen, in one line. */
  public String reason() {
    return reason;
  }

  /**
   * Compiles a computation once, to be run many times. It reads the storages behind its leaves, as
   * they are at each run, and stores the updates back in place. Throws {@link DeviceException} that
   * names the largest values and their lines when there is not enough memory for it.
   */
  public Step compile(List<? extends Tensor> outputs, List<Graph.Assignment> updates) {
    return compile(outputs, updates, Precision.F32);
  }

  /** The same with products in another precision, where the backend has it; see {@link #runs}. */
  public synchronized Step compile(
      List<? extends Tensor> outputs, List<Graph.Assignment> updates, Precision precision) {
    requireOpen();
    Graph.Captured captured = capture(outputs, updates);
    return new Step(this, build(captured, Effort.THOROUGH, runs(precision)), captured, true);
  }

  /**
   * The precision that products run in when {@code wanted} is asked for: f32 where the backend has
   * no faster one, with one line that says why.
   */
  public synchronized Precision runs(Precision wanted) {
    Optional<String> lacking = wanted == Precision.F32 ? Optional.empty() : backend.lacksBf16();
    if (lacking.isPresent() && !saidWhyNoBf16) {
      saidWhyNoBf16 = true;
      System.getLogger("kortex")
          .log(Level.WARNING, "products run in f32, not in bf16: " + lacking.get());
    }
    return lacking.isPresent() ? Precision.F32 : wanted;
  }

  private static Graph.Captured capture(
      List<? extends Tensor> outputs, List<Graph.Assignment> updates) {
    return Graph.capture(outputs.stream().map(Tensor::value).toList(), updates);
  }

  /** What would run to compute the values and the updates. Nothing is compiled or computed. */
  public Explanation explain(List<? extends Tensor> outputs, List<Graph.Assignment> updates) {
    return explain(outputs, updates, Precision.F32);
  }

  /** The same with products in another precision. */
  public Explanation explain(
      List<? extends Tensor> outputs, List<Graph.Assignment> updates, Precision precision) {
    Graph.Captured captured = capture(outputs, updates);
    Blueprint blueprint = Blueprint.of(captured.graph(), backend, runs(precision));
    return Explanation.of(backend, blueprint, captured);
  }

  /** The memory that a computation would take. Nothing is compiled or computed. */
  public Footprint footprint(
      List<? extends Tensor> outputs, List<Graph.Assignment> updates, Precision precision) {
    Graph.Captured captured = capture(outputs, updates);
    Plan plan = Blueprint.of(captured.graph(), backend, runs(precision)).plan();
    return new Footprint(plan.arenaBytes(), Forecast.bytes(plan.leaves()));
  }

  /**
   * Runs a computation once and reads its results, on a plan shared with every computation of the
   * same structure. No other computation runs in between. Throws {@link DeviceException} as {@link
   * #compile} does.
   */
  public <R> R runOnce(
      List<? extends Tensor> outputs, List<Graph.Assignment> updates, Function<Step, R> read) {
    return runOnce(outputs, updates, Precision.F32, read);
  }

  /** The same with products in another precision. */
  public synchronized <R> R runOnce(
      List<? extends Tensor> outputs,
      List<Graph.Assignment> updates,
      Precision precision,
      Function<Step, R> read) {
    requireOpen();
    Precision running = runs(precision);
    Graph.Captured captured =
        Graph.captureOpen(outputs.stream().map(Tensor::value).toList(), updates);
    Compiled compiled = lookUp(captured, running);
    compiled.use();
    try {
      Step step = new Step(this, compiled, captured, false);
      step.run();
      return read.apply(step);
    } catch (DeviceException | OutOfMemoryError e) {
      // What it took so far is worth more to a smaller computation.
      plans.drop(new Plans.Key(captured.graph(), running));
      throw e;
    } finally {
      compiled.release();
    }
  }

  private Compiled lookUp(Graph.Captured captured, Precision precision) {
    Plans.Key key = new Plans.Key(captured.graph(), precision);
    return plans
        .find(key)
        .orElseGet(() -> {
          Compiled built = build(captured, Effort.QUICK, precision);
          plans.keep(key, built);
          return built;
        });
  }

  private Compiled build(Graph.Captured captured, Effort effort, Precision precision) {
    Blueprint blueprint = Blueprint.of(captured.graph(), backend, precision);
    Forecast forecast = Forecast.of(this, blueprint, captured);
    if (!budget.fits(forecast.bytes())) {
      plans.clear();
      budget.reclaim(forecast.bytes());
      forecast.requireFits(budget);
    }
    return new Compiled(this, blueprint, effort);
  }

  @Override
  public List<Storage> evaluate(List<Value> values) {
    values.forEach(v -> HostMemory.requireFits(v.type()));
    List<Storage> results = stored(values).orElseGet(() -> computed(values));
    remember(values, results);
    return results;
  }

  /** The values, if all of them are a few elements of stored data. */
  private synchronized Optional<List<Storage>> stored(List<Value> values) {
    List<StoredView> views = new ArrayList<>();
    for (Value value : values) {
      Optional<StoredView> view = StoredView.of(value);
      if (view.isEmpty()) {
        return Optional.empty();
      }
      views.add(view.get());
    }
    return Optional.of(views.stream().map(StoredView::read).toList());
  }

  private List<Storage> computed(List<Value> values) {
    List<Tensor> tensors = values.stream().map(Tensor::of).toList();
    requireHeap(tensors);
    return runOnce(tensors, List.of(), step -> read(step, values));
  }

  private void requireHeap(List<Tensor> results) {
    List<TensorType> types = results.stream().map(Tensor::type).toList();
    if (HostMemory.heapShortOf(Forecast.bytes(types)).isPresent()) {
      Graph.Captured captured = capture(results, List.of());
      Blueprint blueprint = Blueprint.of(captured.graph(), backend, Precision.F32);
      Forecast.of(this, blueprint, captured).requireHeap(types);
    }
  }

  private static List<Storage> read(Step step, List<Value> values) {
    List<Storage> results = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Storage result = Storage.zeros(values.get(i).type());
      step.read(i, result.host());
      results.add(result);
    }
    return results;
  }

  /** Later graphs start from what is computed now. */
  private static void remember(List<Value> values, List<Storage> results) {
    Map<Value, Storage> known = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      known.put(values.get(i), results.get(i));
    }
    for (Value value : values) {
      Node node = value.node();
      if (node.storage().isEmpty()
          && node.computed().isEmpty()
          && known.keySet().containsAll(node.outputs())) {
        node.remember(
            node.outputs().stream().map(v -> Objects.requireNonNull(known.get(v))).toList());
      }
    }
  }

  /** Throws {@link DeviceException} after {@link #close}. */
  void requireOpen() {
    if (closed) {
      throw new DeviceException(
          "the session on " + backend.name() + " was closed",
          "Open another one, or close it when nothing is computed on it any more.");
    }
  }

  /**
   * Gives back plans and the backend. What is computed with this session or a step of it afterwards
   * throws {@link DeviceException}; results that were read before stay.
   */
  @Override
  public synchronized void close() {
    closed = true;
    plans.clear();
    backend.close();
  }
}
