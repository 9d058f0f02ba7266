package kortex.graph;

import java.util.List;
import java.util.Optional;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/**
 * A tensor whose value can be replaced and whose gradient can be asked for: a parameter, a state,
 * or the x of a low-level experiment. Tensors made from a variable keep the value it had then.
 */
public final class Variable extends Tensor {
  private final String name;
  private final Storage storage;
  private volatile @Nullable Leaf leaf;

  /** The node that reads one version of the data. */
  private record Leaf(long version, Value value) {}

  private Variable(String name, Storage storage) {
    super(Node.read(storage.makeTrainable().named(name)).out(0));
    this.name = name;
    this.storage = storage;
  }

  /** A variable that owns {@code storage}. */
  public static Variable of(String name, Storage storage) {
    return new Variable(name, storage);
  }

  /** A variable that starts from a computed tensor. */
  public static Variable of(String name, Tensor initial) {
    Storage copy = Storage.zeros(initial.type());
    copy.write(initial.compute().host());
    return new Variable(name, copy);
  }

  /** The name in checkpoints and tables; empty for an anonymous variable. */
  public String name() {
    return name;
  }

  /** Where the value is stored. A compiled step updates it in place. */
  public Storage storage() {
    return storage;
  }

  @Override
  public Value value() {
    long version = storage.version();
    Leaf known = leaf;
    if (known == null || known.version() != version) {
      known = new Leaf(version, Node.read(storage).out(0));
      leaf = known;
    }
    return known.value();
  }

  /**
   * Replaces the value by {@code next}, computed now. Compiled steps go on with the new value;
   * tensors made from this variable before keep the old one. Throws when the types differ.
   */
  public void assign(Tensor next) {
    if (next.dtype() != dtype()) {
      throw new DTypeException(
          "cannot assign " + next.type() + " to a variable of " + type(),
          "Cast the new value: x.cast(" + dtype() + ").");
    }
    if (!next.type().equals(type())) {
      throw new ShapeException(
          "cannot assign " + next.type() + " to a variable of " + type(),
          "Reshape the new value to " + shape() + ".");
    }
    Storage computed = next.compute();
    Leaf handedOut = leaf;
    if (handedOut != null && handedOut.version() == storage.version()) {
      Storage before = Storage.zeros(type());
      before.host().copyFrom(storage.host());
      handedOut.value().node().remember(List.of(before));
    }
    storage.write(computed.host());
  }

  /** The gradient that {@code backward} accumulated. */
  public Optional<Tensor> gradient() {
    return storage.gradient().map(Tensor::of);
  }

  /** Forgets the accumulated gradient. */
  public void zeroGradient() {
    storage.gradient(Optional.empty());
  }
}
