package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import kortex.op.View;
import kortex.tensor.TensorType;

/**
 * A few elements of stored data, seen through views alone. Nothing is to be computed, so they are
 * read where they are: a loop over the positions of a tensor needs no plan for each.
 */
public final class StoredView {
  private static final long MOST_ELEMENTS = 4096;
  private static final int MOST_VIEWS = 32;

  /** What is read back from a backend as a whole. */
  private static final long MOST_RESIDENT_BYTES = 4 << 20;

  private final TensorType type;
  private final Storage storage;

  /** From an element of the value to the position that it has in the storage, view by view. */
  private final List<LongUnaryOperator> views;

  private StoredView(TensorType type, Storage storage, List<LongUnaryOperator> views) {
    this.type = type;
    this.storage = storage;
    this.views = views;
  }

  /** The value as such a view; empty when it is none, or is better computed. */
  public static Optional<StoredView> of(Value value) {
    List<LongUnaryOperator> views = new ArrayList<>();
    Value at = value;
    while (value.type().size() <= MOST_ELEMENTS && views.size() <= MOST_VIEWS) {
      Optional<Storage> stored = stored(at);
      if (stored.isPresent()) {
        Storage storage = stored.get();
        boolean near =
            storage.resident().isEmpty() || storage.type().bytes() <= MOST_RESIDENT_BYTES;
        return near ? Optional.of(new StoredView(value.type(), storage, views)) : Optional.empty();
      }
      if (!(at.node().op() instanceof View view)) {
        return Optional.empty();
      }
      at = at.node().inputs().getFirst();
      views.add(view.source(at.type().shape()));
    }
    return Optional.empty();
  }

  private static Optional<Storage> stored(Value value) {
    Node node = value.node();
    if (node.computed().isPresent()) {
      return Optional.of(node.computed().get().get(value.output()));
    }
    if (node.storage().isPresent()) {
      node.requireCurrent();
    }
    return node.storage();
  }

  /** A copy of the elements, in row-major order. */
  public Storage read() {
    Storage result = Storage.zeros(type);
    MemorySegment from = storage.host();
    MemorySegment to = result.host();
    long bytes = type.dtype().bytes();
    for (long i = 0; i < type.size(); i++) {
      long source = i;
      for (LongUnaryOperator view : views) {
        source = view.applyAsLong(source);
      }
      MemorySegment.copy(from, source * bytes, to, i * bytes, bytes);
    }
    return result;
  }
}
