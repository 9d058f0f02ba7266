package kortex.backend.cpu.natives;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * Brings a library from its jar to a file that the system's loader can open.
 *
 * <p>Each version of a jar has its own folder. Beside a library lies a note of its size, written
 * after it: the library is used as it is when the note and the file agree, otherwise extracted
 * again. Files appear under their names by renaming only, so that two processes may extract the
 * same library at once: both write the same bytes, the later one replaces the earlier one's file,
 * and a process that has loaded that keeps it.
 */
final class LibraryExtractor {
  private static final int BUFFER = 1 << 18;
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
  private static final String TEMPORARY_PREFIX = ".extract";

  private final Path folder;

  /**
   * @param cache the cache directory of Kortex
   */
  LibraryExtractor(Path cache) {
    this.folder = cache.resolve("natives");
  }

  /** The extracted file of an earlier run, and whether it is what that run wrote. */
  boolean isExtracted(LibrarySource source, NativeLibrary library) {
    Path file = file(source, library);
    try {
      String note = Files.readString(note(file), US_ASCII).strip();
      return note.equals(Long.toString(Files.size(file))) && isElf(file);
    } catch (IOException absent) {
      return false;
    }
  }

  /** Another file is not worth the warning that the JVM prints when it is asked to load one. */
  private static boolean isElf(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ELF.length), ELF);
    }
  }

  /** Where the cache keeps {@code library} of {@code source}. */
  Path file(LibrarySource source, NativeLibrary library) {
    return folder.resolve(source.fingerprint()).resolve(library.fileName());
  }

  /**
   * Extracts to the file of {@link #file}, or to {@code target} of the caller's choice.
   *
   * @return false when the source holds no such library
   */
  boolean extract(LibrarySource source, String resource, Path target) throws IOException {
    return source.read(
        resource,
        (bytes, size, crc) -> {
          Path home = Objects.requireNonNull(target.toAbsolutePath().getParent());
          Files.createDirectories(home);
          deleteAbandoned(home);
          long written = replace(target, channel -> copy(bytes, channel, size, crc));
          byte[] note = (written + "\n").getBytes(US_ASCII);
          replace(note(target), channel -> channel.write(ByteBuffer.wrap(note)));
        });
  }

  /** Deletes what extractions that were killed have left behind. */
  private static void deleteAbandoned(Path home) throws IOException {
    Instant anHourAgo = Instant.now().minus(Duration.ofHours(1));
    try (var files = Files.newDirectoryStream(home, TEMPORARY_PREFIX + "*")) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(anHourAgo)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static Path note(Path file) {
    return file.resolveSibling(file.getFileName() + ".size");
  }

  private interface Writer {
    long write(FileChannel channel) throws IOException;
  }

  private static long replace(Path target, Writer writer) throws IOException {
    Path temporary = Files.createTempFile(target.getParent(), TEMPORARY_PREFIX, ".tmp");
    try {
      long written;
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        written = writer.write(channel);
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return written;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static long copy(InputStream bytes, FileChannel channel, long size, long crc)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    CRC32 actualCrc = new CRC32();
    long written = 0;
    for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
      actualCrc.update(buffer, 0, n);
      ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, n);
      while (chunk.hasRemaining()) {
        written += channel.write(chunk);
      }
    }
    if (size >= 0 && written != size || crc >= 0 && actualCrc.getValue() != crc) {
      throw new IOException("damaged: " + written + " bytes read, " + size + " expected");
    }
    return written;
  }
}
