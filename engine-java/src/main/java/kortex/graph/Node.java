package kortex.graph;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.tensor.PlaceholderException;
import kortex.tensor.SettingException;
import kortex.tensor.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * One application of an op. Immutable but for the memory of values already computed, and of what
 * they were computed from in a very long loop.
 */
public final class Node {
  private static final AtomicLong IDS = new AtomicLong();
  private static final int MAY_CHANGE = -1;
  private static final int KEPT_ROUNDS = 256;

  private final long id = IDS.incrementAndGet();
  private final Op op;
  private final List<TensorType> types;
  private final @Nullable Storage storage;
  private final @Nullable String placeholder;
  private final long version;
  private final int pending;
  private final Origin origin = Origin.current();
  private volatile @Nullable List<Value> inputs;
  private volatile @Nullable List<Storage> computed;
  private volatile int rounds;

  private Node(
      Op op,
      List<Value> inputs,
      List<TensorType> types,
      @Nullable Storage storage,
      @Nullable String placeholder,
      int pending) {
    this.op = op;
    this.inputs = inputs;
    this.types = types;
    this.storage = storage;
    this.placeholder = placeholder;
    this.version = storage == null ? 0 : storage.version();
    this.pending = pending;
    this.rounds = inputs.stream().mapToInt(v -> v.node().rounds).max().orElse(0);
  }

  /** Applies an op; throws its shape or dtype error when the inputs do not fit. */
  public static Node apply(Op op, List<Value> inputs) {
    return new Node(
        op,
        List.copyOf(inputs),
        op.infer(inputs.stream().map(Value::type).toList()),
        null,
        null,
        pending(inputs));
  }

  private static int pending(List<Value> inputs) {
    int most = 0;
    for (Value input : inputs) {
      Node node = input.node();
      if (node.pending == MAY_CHANGE) {
        return MAY_CHANGE;
      }
      most = Math.max(most, node.computed == null ? node.pending : 0);
    }
    return most + 1;
  }

  /** A leaf that reads stored data, as they are when something is computed from it. */
  public static Node read(Storage storage) {
    return read(storage, MAY_CHANGE);
  }

  /** A leaf that reads stored data which stay as they are. */
  static Node constant(Storage storage) {
    return read(storage, 0);
  }

  private static Node read(Storage storage, int pending) {
    TensorType type = storage.type();
    return new Node(new Leaf.Read(type), List.of(), List.of(type), storage, null, pending);
  }

  /**
   * A leaf without data, for which a transform puts in another value later.
   *
   * @param what what it stands for, as messages say it: {@code one member of argument 0 of vmap}
   */
  public static Node placeholder(TensorType type, String what) {
    return new Node(new Leaf.Read(type), List.of(), List.of(type), null, what, MAY_CHANGE);
  }

  /** A number larger than those of all nodes behind this one. */
  public long id() {
    return id;
  }

  /** Whether it stands for a value that a transform puts in later. */
  boolean isPlaceholder() {
    return placeholder != null;
  }

  /**
   * How many nodes lie in a row behind this one since the last computed ones, or more; 0 when
   * something behind it may change, so that when it is computed matters.
   */
  public int pending() {
    return pending == MAY_CHANGE || computed != null ? 0 : pending;
  }

  /** Whether data behind it may change, or are put in later, so that it cannot be computed yet. */
  public boolean mayChange() {
    return pending == MAY_CHANGE;
  }

  /** What is computed. */
  public Op op() {
    return op;
  }

  /** What it is applied to. Throws {@link SettingException} when that {@link #isForgotten}. */
  public List<Value> inputs() {
    List<Value> known = inputs;
    if (known == null) {
      throw new SettingException(
          "there is no derivative through a tensor of type "
              + types.getFirst()
              + (origin.equals(Origin.NONE) ? "" : " (" + origin + ")")
              + ": it was computed in a loop, whose last "
              + KEPT_ROUNDS
              + " rounds alone are kept",
          "Differentiate a function of where the loop starts, grad(f)(x), and write the loop with"
              + " iterate(…) or scan(…).");
    }
    return known;
  }

  /** Whether it is known no more what it was computed from: constants, many rounds ago. */
  public boolean isForgotten() {
    return inputs == null;
  }

  /** The types of the outputs. */
  public List<TensorType> types() {
    return types;
  }

  /** Output number {@code i}. */
  public Value out(int i) {
    return new Value(this, i);
  }

  /** All outputs. */
  public List<Value> outputs() {
    return IntStream.range(0, types.size()).mapToObj(this::out).toList();
  }

  /** Where a leaf's data is stored. */
  public Optional<Storage> storage() {
    return Optional.ofNullable(storage);
  }

  /** The user's line that made it. */
  public Origin origin() {
    return origin;
  }

  /** Whether the data that this leaf was made to read have been replaced since. */
  public boolean isReplaced() {
    return storage != null && storage.version() != version;
  }

  /** Throws when a training step has replaced the data that this leaf was made to read. */
  void requireCurrent() {
    if (isReplaced()) {
      throw new SettingException(
          "a tensor of type "
              + types.getFirst()
              + " was built from a parameter that a step has since replaced",
          "Ask for its value before the step, or build it again after the step.");
    }
  }

  /** Throws when this node has no numbers to compute from. */
  void requireData() {
    if (placeholder != null) {
      throw new PlaceholderException(
          "a tensor of type " + types.getFirst() + " has no numbers: it stands for " + placeholder,
          "Choose by where(condition, a, b) instead of if, and ask for numbers outside of the"
              + " function.",
          placeholder);
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

  /**
   * Says that the results, computed already, begin another round of a loop. After many of them what
   * came before is forgotten, or memory would grow with every round.
   */
  public void beginRound() {
    rounds++;
    if (rounds > KEPT_ROUNDS) {
      inputs = null;
      rounds = 0;
    }
  }
}
