package kortex.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kortex.graph.Graph;
import kortex.graph.GraphEmit;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Trace;
import kortex.graph.Value;
import kortex.op.Checkpoint;
import kortex.op.Index;
import kortex.op.Random;
import kortex.tensor.TensorType;

/**
 * One training step being written down. While {@link #run} runs, networks called on the same thread
 * are in {@link Phase#TRAINING}: they take random numbers from the scope's key and leave the
 * updates of their states here, for the step to store.
 */
public final class TrainingScope {
  private static final ScopedValue<TrainingScope> CURRENT = ScopedValue.newInstance();

  private final Tensor key;
  private final Segments again;
  private final Map<Storage, Tensor> pending = new LinkedHashMap<>();
  private long streams;

  /** A scope whose random numbers follow from {@code key}, an i64 scalar. */
  public TrainingScope(Tensor key) {
    this(key, Segments.NONE);
  }

  /** A scope whose networks compute the layers of {@code again} once more in the backward pass. */
  public TrainingScope(Tensor key, Segments again) {
    this.key = key;
    this.again = again;
  }

  /** The scope around the caller, if there is one. */
  public static Optional<TrainingScope> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Runs {@code body} in the training phase. */
  public <T> T run(Supplier<T> body) {
    return ScopedValue.where(CURRENT, this).call(body::get);
  }

  /** What networks compute again. */
  Segments again() {
    return again;
  }

  /**
   * The results of {@code layers}, whose backward pass computes them again. States are updated
   * once, by the first pass.
   */
  List<Tensor> again(Supplier<List<Tensor>> layers) {
    Map<Storage, Tensor> before = new LinkedHashMap<>(pending);
    List<Storage> moved = new ArrayList<>();
    Trace trace =
        Trace.of(
            List.of(),
            none -> {
              List<Tensor> results = new ArrayList<>(layers.get());
              pending.forEach((state, value) -> {
                if (before.get(state) != value) {
                  moved.add(state);
                  results.add(value.stopGradient());
                }
              });
              return results;
            });
    List<Tensor> results =
        GraphEmit.INSTANCE
            .emit(new Checkpoint(trace.body(trace.outside())), trace.outside())
            .stream()
            .map(Tensor::of)
            .toList();
    int own = results.size() - moved.size();
    for (int i = 0; i < moved.size(); i++) {
      pending.put(moved.get(i), results.get(own + i));
    }
    return results.subList(0, own);
  }

  /** Uniform numbers in [0, 1) from a stream that no other call has. */
  Tensor uniform(TensorType type) {
    Value counters =
        GraphEmit.INSTANCE.one(new Index.Position(type.shape(), streams++ << 32), List.of());
    return key.broadcastTo(type.shape())
        .apply(new Random.Uniform(type.dtype()), Tensor.of(counters));
  }

  /** The value a state will have after the updates so far. */
  Tensor state(Storage state) {
    Tensor updated = pending.get(state);
    return updated == null ? Tensor.of(state) : updated;
  }

  void update(Storage state, Tensor value) {
    pending.put(state, value);
  }

  /** The new values of all states that networks updated, in order. */
  public List<Graph.Assignment> updates() {
    List<Graph.Assignment> out = new ArrayList<>();
    pending.forEach((state, value) -> out.add(new Graph.Assignment(state, value.value())));
    return out;
  }
}
