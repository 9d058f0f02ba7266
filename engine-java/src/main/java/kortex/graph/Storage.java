package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * The data of a leaf: dense, row-major, in native byte order. It lives on the heap until a compiled
 * step keeps it in a backend's memory; from then on that copy is the truth and the host copy is
 * read back on demand. Safe for use by several threads.
 */
public final class Storage {
  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final TensorType type;
  private @Nullable MemorySegment host;
  private @Nullable Resident resident;
  private @Nullable Storage gradient;
  private long version;
  private volatile boolean trainable;
  private volatile String name = "";

  private Storage(TensorType type, MemorySegment host) {
    this.type = type;
    this.host = host;
  }

  /** Stores {@code data} without copying it. Throws when its size is not that of the type. */
  public static Storage of(TensorType type, MemorySegment data) {
    if (data.byteSize() != type.bytes()) {
      throw new ShapeException(
          type + " needs " + type.bytes() + " bytes, got " + data.byteSize(),
          "Pass exactly " + type.size() + " elements.");
    }
    return new Storage(type, data);
  }

  /** Fresh zeros on the heap. */
  public static Storage zeros(TensorType type) {
    return new Storage(type, HostMemory.allocate(type));
  }

  /** A number that no other storage of this process has. */
  public long id() {
    return id;
  }

  /** The type of the data. */
  public TensorType type() {
    return type;
  }

  /** What users call it, for drawings and tables; empty for no name. */
  public String name() {
    return name;
  }

  /** Sets the name. */
  public Storage named(String text) {
    name = text;
    return this;
  }

  /** Counts the changes of the data. */
  public synchronized long version() {
    return version;
  }

  /** The data in host memory; read it, do not write it. */
  public synchronized MemorySegment host() {
    MemorySegment current = host;
    if (current == null) {
      current = HostMemory.allocate(type);
      if (resident != null) {
        resident.read(current);
      }
      host = current;
    }
    return current;
  }

  /** Replaces the data by a copy of {@code data}. */
  public synchronized void write(MemorySegment data) {
    if (data.byteSize() != type.bytes()) {
      throw new ShapeException(
          "cannot store " + data.byteSize() + " bytes in " + type,
          "Pass " + type.size() + " elements.");
    }
    version++;
    if (resident != null) {
      resident.write(data);
      host = null;
    } else {
      host = HostMemory.allocate(type).copyFrom(data);
    }
  }

  /** The backend's copy, if there is one. */
  public synchronized Optional<Resident> resident() {
    return Optional.ofNullable(resident);
  }

  /** Makes {@code target} the home of the data: writes the data there first. */
  public synchronized void moveTo(Resident target) {
    target.write(host());
    resident = target;
  }

  /** Says that the backend's copy was written by a compiled step. */
  public synchronized void touched() {
    version++;
    host = null;
  }

  /** Whether {@code backward} gives it a gradient. */
  public boolean trainable() {
    return trainable;
  }

  /** Makes {@code backward} give it a gradient. */
  public Storage makeTrainable() {
    trainable = true;
    return this;
  }

  /** The gradient accumulated by {@code backward}. */
  public synchronized Optional<Storage> gradient() {
    return Optional.ofNullable(gradient);
  }

  /** Sets or, with empty, forgets the accumulated gradient. */
  public synchronized void gradient(Optional<Storage> value) {
    gradient = value.orElse(null);
  }
}
