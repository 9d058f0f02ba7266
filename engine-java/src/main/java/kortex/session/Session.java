package kortex.session;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import kortex.backend.Backend;
import kortex.backend.Backends;
import kortex.graph.Evaluator;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Node;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.plan.Plan;
import kortex.plan.Planner;
import kortex.rewrite.Fusion;
import kortex.rewrite.Simplify;
import kortex.tensor.KortexException;

/**
 * Compiles and runs computations on one backend. Plans are kept by graph structure, so a loop that
 * builds the same graph again pays a look-up. Safe for use by several threads, which take turns.
 */
public final class Session implements Evaluator, AutoCloseable {
  /** The plans kept for graphs that were evaluated; the least recently used goes first. */
  private static final int KEPT_PLANS = 256;

  private final Backend backend;
  private final String reason;
  private final Map<Graph, Compiled> plans = new LinkedHashMap<>(16, 0.75f, true);

  private Session(Backends.Choice choice) {
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
        Session session = new Session(choice);
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
    return new Session(Backends.choose(Optional.of(backend)));
  }

  /** A session of its own on a backend. */
  public static Session on(Backend backend) {
    return new Session(new Backends.Choice(backend, "given", List.of()));
  }

  /** The backend it runs on. */
  public Backend backend() {
    return backend;
  }

  /** Why that backend was chosen, in one line. */
  public String reason() {
    return reason;
  }

  /**
   * Compiles a computation once, to be run many times. It reads the storages behind its leaves, as
   * they are at each run, and stores the updates back in place.
   */
  public synchronized Step compile(List<? extends Tensor> outputs, List<Graph.Assignment> updates) {
    Graph.Captured captured = Graph.capture(outputs.stream().map(Tensor::value).toList(), updates);
    return new Step(this, build(captured.graph()), captured.leaves(), true);
  }

  /**
   * Runs a computation once and reads its results, on a plan shared with every computation of the
   * same structure. No other computation runs in between.
   */
  public synchronized <R> R runOnce(
      List<? extends Tensor> outputs, List<Graph.Assignment> updates, Function<Step, R> read) {
    Step step = cached(outputs, updates);
    step.run();
    return read.apply(step);
  }

  private Step cached(List<? extends Tensor> outputs, List<Graph.Assignment> updates) {
    Graph.Captured captured = Graph.capture(outputs.stream().map(Tensor::value).toList(), updates);
    return new Step(this, lookUp(captured.graph()), captured.leaves(), false);
  }

  private Compiled lookUp(Graph graph) {
    Compiled known = plans.get(graph);
    if (known == null) {
      known = build(graph);
      plans.put(graph, known);
      if (plans.size() > KEPT_PLANS) {
        plans.remove(plans.keySet().iterator().next());
      }
    }
    return known;
  }

  private Compiled build(Graph graph) {
    Graph simple = Simplify.run(graph);
    Plan plan = Planner.plan(Fusion.group(simple, backend::runsWhole));
    return new Compiled(backend, plan);
  }

  @Override
  public List<Storage> evaluate(List<Value> values) {
    values.forEach(v -> HostMemory.requireFits(v.type()));
    List<Tensor> tensors = values.stream().map(Tensor::of).toList();
    List<Storage> results = runOnce(tensors, List.of(), step -> read(step, values));
    remember(values, results);
    return results;
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

  @Override
  public synchronized void close() {
    plans.clear();
    backend.close();
  }
}
