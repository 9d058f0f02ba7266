package kortex.graph;

import java.util.List;
import java.util.Optional;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.tensor.SettingException;
import kortex.tensor.TensorType;
import org.jspecify.annotations.Nullable;

/** One application of an op. Immutable but for the memory of values already computed. */
public final class Node {
  private final Op op;
  private final List<Value> inputs;
  private final List<TensorType> types;
  private final @Nullable Storage storage;
  private final long version;
  private final Origin origin = Origin.current();
  private volatile @Nullable List<Storage> computed;

  private Node(Op op, List<Value> inputs, List<TensorType> types, @Nullable Storage storage) {
    this.op = op;
    this.inputs = inputs;
    this.types = types;
    this.storage = storage;
    this.version = storage == null ? 0 : storage.version();
  }

  /** Applies an op; throws its shape or dtype error when the inputs do not fit. */
  public static Node apply(Op op, List<Value> inputs) {
    return new Node(
        op, List.copyOf(inputs), op.infer(inputs.stream().map(Value::type).toList()), null);
  }

  /** A leaf that reads stored data. */
  public static Node read(Storage storage) {
    TensorType type = storage.type();
    return new Node(new Leaf.Read(type), List.of(), List.of(type), storage);
  }

  /** What is computed. */
  public Op op() {
    return op;
  }

  /** What it is applied to. */
  public List<Value> inputs() {
    return inputs;
  }

  /** The types of the outputs. */
  public List<TensorType> types() {
    return types;
  }

  /** Output number {@code i}. */
  public Value out(int i) {
    return new Value(this, i);
  }

  /** Where a leaf's data is stored. */
  public Optional<Storage> storage() {
    return Optional.ofNullable(storage);
  }

  /** The user's line that made it. */
  public Origin origin() {
    return origin;
  }

  /** Throws when a training step has replaced the data that this leaf was made to read. */
  void requireCurrent() {
    if (storage != null && storage.version() != version) {
      throw new SettingException(
          "a tensor of type "
              + types.getFirst()
              + " was built from a parameter that a step has since replaced",
          "Ask for its value before the step, or build it again after the step.");
    }
  }

  /** The results, once computed: later graphs start from them instead of computing again. */
  public Optional<List<Storage>> computed() {
    return Optional.ofNullable(computed);
  }

  /** Remembers the results. */
  public void remember(List<Storage> results) {
    computed = List.copyOf(results);
  }
}
