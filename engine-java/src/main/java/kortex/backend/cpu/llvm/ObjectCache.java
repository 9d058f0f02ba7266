package kortex.backend.cpu.llvm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Compiled objects on disk, addressed by the content that they were made from.
 *
 * <p>An entry is trusted only when its header repeats the length and a second hash of the key text
 * and the checksum of its object; anything else counts as absent, and is made and written again.
 * Entries appear by renaming, so processes may share a cache without locks. A directory that cannot
 * be written only means that nothing is kept.
 *
 * <p>The file's modification time says when an entry was last used (to the day); the oldest entries
 * go when the directory has outgrown its limit.
 */
public final class ObjectCache {
  /** The size that the directory is pruned to. */
  public static final long DEFAULT_LIMIT_BYTES = 512L << 20;

  private static final long MAGIC = 0x4b5254584f424a31L; // "KRTXOBJ1"
  private static final int HEADER = 6 * Long.BYTES;
  private static final long NAME_SEED = 0;
  private static final long KEY_SEED = 0x9e3779b97f4a7c15L;
  private static final long PRUNING = 64;
  private static final Duration FRESH = Duration.ofDays(1);

  /** One thread, which ends when there is nothing left to write. */
  private static final Executor WRITER =
      new ThreadPoolExecutor(
          0,
          1,
          10,
          TimeUnit.MILLISECONDS,
          new LinkedBlockingQueue<>(),
          r -> new Thread(r, "kortex-object-cache"));

  private final Path directory;
  private final long limitBytes;
  private final Consumer<IOException> lost;

  /**
   * @param cache the cache directory of Kortex; entries lie in its folder {@code objects}
   * @param limitBytes the size to prune to
   */
  public ObjectCache(Path cache, long limitBytes) {
    this(cache, limitBytes, why -> {});
  }

  /**
   * @param lost told why an object could not be kept
   */
  public ObjectCache(Path cache, long limitBytes, Consumer<IOException> lost) {
    this.directory = cache.resolve("objects");
    this.limitBytes = limitBytes;
    this.lost = lost;
  }

  /** A text that says everything that an object depends on, with its hashes. */
  record Key(String fileName, long length, Hash128 check) {
    static Key of(String text) {
      byte[] bytes = text.getBytes(UTF_8);
      String name = Hash128.of(bytes, NAME_SEED).hex() + ".o";
      return new Key(name, bytes.length, Hash128.of(bytes, KEY_SEED));
    }
  }

  /** The object stored under {@code key}, if there is one and it is sound. */
  Optional<byte[]> get(Key key) {
    Path file = directory.resolve(key.fileName());
    byte[] entry;
    try {
      entry = Files.readAllBytes(file);
    } catch (IOException absent) {
      return Optional.empty();
    }
    if (entry.length <= HEADER) {
      return Optional.empty();
    }
    byte[] object = new byte[entry.length - HEADER];
    ByteBuffer.wrap(entry).get(HEADER, object);
    if (!ByteBuffer.wrap(entry, 0, HEADER).equals(header(key, object))) {
      return Optional.empty();
    }
    touch(file);
    return Optional.of(object);
  }

  /**
   * Stores {@code object} in the background. A process that ends by itself waits for it; one that
   * is ended does not, and its successor compiles again.
   */
  void putLater(Key key, byte[] object) {
    WRITER.execute(() -> put(key, object));
  }

  /** Stores {@code object} under {@code key}; a failure to do so is not an error. */
  void put(Key key, byte[] object) {
    try {
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, ".object", ".tmp");
      try {
        ByteBuffer entry = ByteBuffer.allocate(HEADER + object.length);
        Files.write(temporary, entry.put(header(key, object)).put(object).array());
        Files.move(temporary, directory.resolve(key.fileName()), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      // Counting bytes at each store would mean listing the directory.
      if (key.check().low() % PRUNING == 0) {
        prune();
      }
    } catch (IOException readOnlyOrFull) {
      // The object is in memory, and the next run compiles it again.
      lost.accept(readOnlyOrFull);
    } catch (UncheckedIOException readOnlyOrFull) {
      lost.accept(readOnlyOrFull.getCause());
    }
  }

  private static ByteBuffer header(Key key, byte[] object) {
    Hash128 checksum = Hash128.of(object, NAME_SEED);
    return ByteBuffer.allocate(HEADER)
        .putLong(MAGIC)
        .putLong(key.length())
        .putLong(key.check().high())
        .putLong(object.length)
        .putLong(checksum.high())
        .putLong(checksum.low())
        .flip();
  }

  private static void touch(Path file) {
    try {
      Instant now = Instant.now();
      if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(FRESH))) {
        Files.setLastModifiedTime(file, FileTime.from(now));
      }
    } catch (IOException readOnly) {
      // Only the order of pruning suffers.
    }
  }

  private record Entry(Path file, FileTime used, long bytes) {}

  /** Deletes the entries used longest ago until the rest fits the limit. */
  void prune() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (Files.isRegularFile(file)) {
          entries.add(new Entry(file, Files.getLastModifiedTime(file), Files.size(file)));
        }
      }
    }
    long total = entries.stream().mapToLong(Entry::bytes).sum();
    entries.sort(Comparator.comparing(Entry::used));
    for (Entry entry : entries) {
      if (total <= limitBytes) {
        return;
      }
      Files.deleteIfExists(entry.file());
      total -= entry.bytes();
    }
  }
}
