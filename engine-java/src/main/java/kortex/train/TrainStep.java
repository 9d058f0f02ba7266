package kortex.train;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kortex.autodiff.Autodiff;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.model.Network;
import kortex.model.Segments;
import kortex.model.TrainingScope;
import kortex.optimizer.Optimizer;
import kortex.session.Explanation;
import kortex.session.Footprint;
import kortex.session.Precision;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Updates of parameters: forward, loss, penalties, gradients, clipping, optimizer and the states of
 * layers in one compiled computation. It owns what is remembered from step to step: the slots of
 * the optimizer, the number of steps, the key of the random numbers.
 *
 * <p>{@link #run} is for a loop written by hand: it builds the graph each time, and the session
 * finds the plan again by its structure. {@link #compile} captures it once.
 */
public final class TrainStep {
  private final Session session;
  private final List<Variable> parameters;
  private final Supplier<Optional<Tensor>> penalty;
  private final Optimizer optimizer;
  private final List<List<Storage>> slots = new ArrayList<>();
  private final Storage steps = scalar(0);
  private final Storage key;

  private TrainStep(
      Session session,
      List<Variable> parameters,
      Supplier<Optional<Tensor>> penalty,
      Optimizer optimizer,
      long seed) {
    this.session = session;
    this.parameters = List.copyOf(parameters);
    this.penalty = penalty;
    this.optimizer = optimizer;
    this.key = scalar(mix(seed));
    for (Variable parameter : parameters) {
      slots.add(optimizer.slots(parameter.type()).stream().map(TrainStep::fresh).toList());
    }
  }

  /** Steps that train a network, with the penalties its layers declare. */
  public static TrainStep of(Session session, Network network, Optimizer optimizer, long seed) {
    return new TrainStep(session, network.parameters(), network::penalty, optimizer, seed);
  }

  /** Steps that train given variables. */
  public static TrainStep of(
      Session session, List<Variable> parameters, Optimizer optimizer, long seed) {
    return new TrainStep(session, parameters, Optional::empty, optimizer, seed);
  }

  private static Storage scalar(long value) {
    TensorType type = new TensorType(DType.I64, Shape.SCALAR);
    return Storage.of(type, MemorySegment.ofArray(new long[] {value}));
  }

  private static Storage fresh(Optimizer.Slot slot) {
    TensorType type = slot.type();
    if (slot.initial() == 0) {
      return Storage.zeros(type);
    }
    return Storage.of(
        type,
        data -> {
          for (long i = 0; i < type.size(); i++) {
            HostMemory.set(data, type.dtype(), i, slot.initial());
          }
        });
  }

  /** Spreads neighbouring seeds apart: the steps count on from the key. */
  private static long mix(long seed) {
    long a = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L + 0x9E3779B97F4A7C15L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  /**
   * Makes one update of all parameters from the loss that {@code loss} builds. Throws {@link
   * TrainingException} when the loss is no longer a finite number.
   */
  public StepResult run(Supplier<Tensor> loss) {
    return run(loss, Precision.F32);
  }

  /** The same with products in another precision. */
  public StepResult run(Supplier<Tensor> loss, Precision precision) {
    Parts parts = build(() -> Pass.of(loss.get()), Segments.NONE);
    StepResult result =
        session.runOnce(parts.outputs(), parts.updates(), precision, CompiledStep::result);
    if (!Double.isFinite(result.loss())) {
      throw new TrainingException(
          "the loss is "
              + result.loss()
              + " in step "
              + result.step()
              + ", with learning rate "
              + result.learningRate(),
          "Lower the learning rate, clip the gradients, or look for log or division of 0.");
    }
    return result;
  }

  /**
   * Compiles a step that can be run many times. Throws {@link TrainingException} that names the
   * parameters that the loss does not depend on.
   */
  public CompiledStep compile(Supplier<Pass> forward) {
    return compile(forward, Segments.NONE, Precision.F32);
  }

  /** The same with products in another precision. */
  public CompiledStep compile(Supplier<Pass> forward, Precision precision) {
    return compile(forward, Segments.NONE, precision);
  }

  /** The same with some layers of the networks computed again in the backward pass. */
  public CompiledStep compile(Supplier<Pass> forward, Segments again, Precision precision) {
    Parts parts = build(forward, again);
    return new CompiledStep(session.compile(parts.outputs(), parts.updates(), precision));
  }

  /** The memory that {@link #compile(Supplier, Segments, Precision)} would need for a step. */
  public Footprint footprint(Supplier<Pass> forward, Segments again, Precision precision) {
    Parts parts = build(forward, again);
    return session.footprint(parts.outputs(), parts.updates(), precision);
  }

  /** What {@link #run} would do with the loss that {@code loss} builds; nothing is updated. */
  public Explanation explain(Supplier<Tensor> loss) {
    return explain(loss, Precision.F32);
  }

  /** The same with products in another precision. */
  public Explanation explain(Supplier<Tensor> loss, Precision precision) {
    Parts parts = build(() -> Pass.of(loss.get()), Segments.NONE);
    return session.explain(parts.outputs(), parts.updates(), precision);
  }

  /** A whole step as graph. */
  private record Parts(List<Tensor> outputs, List<Graph.Assignment> updates) {}

  private Parts build(Supplier<Pass> forward, Segments again) {
    TrainingScope scope = new TrainingScope(Tensor.of(key).add(Tensor.of(steps)), again);
    Pass pass = scope.run(forward);
    Tensor loss = penalty.get().map(pass.loss()::add).orElse(pass.loss());
    Tensor done = Tensor.of(steps);
    Tensor number = done.add(1);
    Tensor rate = optimizer.rate().at(done.cast(DType.F32));
    List<Graph.Assignment> updates = new ArrayList<>(parameterUpdates(loss, number, rate));
    updates.addAll(scope.updates());
    updates.add(new Graph.Assignment(steps, number.value()));
    List<Tensor> outputs = new ArrayList<>(List.of(pass.loss(), rate, number));
    outputs.addAll(pass.outputs());
    return new Parts(outputs, updates);
  }

  private List<Graph.Assignment> parameterUpdates(Tensor loss, Tensor number, Tensor rate) {
    List<Tensor> gradients = optimizer.clip(gradients(loss));
    List<Graph.Assignment> updates = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      Variable parameter = parameters.get(i);
      List<Storage> stored = slots.get(i);
      Optimizer.Update update =
          optimizer.update(
              new Optimizer.Application(
                  parameter,
                  gradients.get(i),
                  stored.stream().map(Tensor::of).toList(),
                  rate.cast(parameter.dtype()),
                  number));
      updates.add(new Graph.Assignment(parameter.storage(), update.parameter().value()));
      for (int s = 0; s < stored.size(); s++) {
        updates.add(new Graph.Assignment(stored.get(s), update.slots().get(s).value()));
      }
    }
    return updates;
  }

  private List<Tensor> gradients(Tensor loss) {
    List<Optional<Tensor>> found = Autodiff.gradIfAny(loss, parameters);
    List<String> dead = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).isEmpty()) {
        String name = parameters.get(i).name();
        dead.add(name.isEmpty() ? "parameter " + i + " " + parameters.get(i).type() : name);
      }
    }
    if (!dead.isEmpty()) {
      throw new TrainingException(
          "the loss does not depend on " + String.join(", ", dead),
          "Use the layer on the way to the output, or leave it out of the network.");
    }
    return found.stream().map(Optional::orElseThrow).toList();
  }

  /** Number of updates made so far. */
  public long steps() {
    return HostMemory.getLong(steps.host(), DType.I64, 0);
  }

  /**
   * What is remembered between steps, by name: {@code optimizer/step}, {@code optimizer/key} and
   * {@code optimizer/<parameter>/<slot>}. With it and the parameters a training goes on exactly.
   */
  public Map<String, Storage> state() {
    Map<String, Storage> out = new LinkedHashMap<>();
    out.put("optimizer/step", steps);
    out.put("optimizer/key", key);
    for (int i = 0; i < parameters.size(); i++) {
      Variable parameter = parameters.get(i);
      String name = parameter.name().isEmpty() ? "parameter" + i : parameter.name();
      List<Optimizer.Slot> declared = optimizer.slots(parameter.type());
      for (int s = 0; s < declared.size(); s++) {
        out.put("optimizer/" + name + "/" + declared.get(s).name(), slots.get(i).get(s));
      }
    }
    return out;
  }
}
