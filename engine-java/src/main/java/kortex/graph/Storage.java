package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import kortex.tensor.DeviceException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * The data of a leaf: dense, row-major, in native byte order. It lives on the heap until a compiled
 * step keeps it in a backend's memory; from then on that is its only copy, and a host copy is read
 * back on demand. Data that can be computed take no memory before they are read or moved. Safe for
 * use by several threads.
 */
public final class Storage {
  private static final AtomicLong IDS = new AtomicLong();

  /** Fresh memory holds zeros. */
  private static final Consumer<MemorySegment> ZEROS = data -> {};

  private final long id = IDS.incrementAndGet();
  private final TensorType type;
  private @Nullable MemorySegment host;

  /** Writes the data; asked when they are nowhere yet. */
  private @Nullable Consumer<MemorySegment> source;

  private @Nullable Resident resident;
  private @Nullable Storage gradient;
  private long version;
  private volatile boolean trainable;
  private volatile String name = "";

  private Storage(TensorType type) {
    this.type = type;
  }

  /** Stores {@code data} without copying it. Throws when its size is not that of the type. */
  public static Storage of(TensorType type, MemorySegment data) {
    if (data.byteSize() != type.bytes()) {
      throw new ShapeException(
          type + " needs " + type.bytes() + " bytes, got " + data.byteSize(),
          "Pass exactly " + type.size() + " elements.");
    }
    Storage storage = new Storage(type);
    storage.host = data;
    return storage;
  }

  /**
   * Data that {@code source} writes, straight to where they are needed first: to the memory of a
   * backend, without a copy on the heap, if a compiled step needs them first. It is given zeros and
   * called at most once.
   */
  public static Storage of(TensorType type, Consumer<MemorySegment> source) {
    HostMemory.requireFits(type);
    Storage storage = new Storage(type);
    storage.source = source;
    return storage;
  }

  /** Throws {@link DeviceException} when the caller's memory cannot be read any more, or here. */
  static void requireOpen(TensorType type, MemorySegment data) {
    if (!data.scope().isAlive()) {
      throw new DeviceException(
          "the memory of a tensor of type " + type + " was closed with its arena",
          "Keep the arena open until everything is computed, or copy the data to an array.");
    }
    if (!data.isAccessibleBy(Thread.currentThread())) {
      throw new DeviceException(
          "the memory of a tensor of type "
              + type
              + " belongs to another thread than "
              + Thread.currentThread().getName(),
          "Allocate it in a shared arena, or copy the data to an array.");
    }
  }

  /** Fresh zeros. */
  public static Storage zeros(TensorType type) {
    return of(type, ZEROS);
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
      } else if (source != null) {
        source.accept(current);
        source = null;
      }
      host = current;
    }
    requireOpen(type, current);
    return current;
  }

  /** A copy of the data in host memory of its own. */
  public synchronized MemorySegment copy() {
    MemorySegment copy = HostMemory.allocate(type);
    if (resident != null && host == null) {
      resident.read(copy);
      return copy;
    }
    return copy.copyFrom(host());
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
      source = null;
    }
  }

  /**
   * Replaces the data by what {@code source} writes, which is all of it: at once, or when needed.
   */
  public synchronized void write(Consumer<MemorySegment> source) {
    version++;
    host = null;
    if (resident != null) {
      resident.fill(source);
    } else {
      this.source = source;
    }
  }

  /** The backend's copy, if there is one. */
  public synchronized Optional<Resident> resident() {
    return Optional.ofNullable(resident);
  }

  /** Makes {@code target}, which holds zeros, the home of the data: writes them there first. */
  public synchronized void moveTo(Resident target) {
    if (host == null && resident == null && source != null) {
      if (source != ZEROS) {
        target.fill(source);
      }
    } else {
      target.write(host());
    }
    resident = target;
    host = null;
    source = null;
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
