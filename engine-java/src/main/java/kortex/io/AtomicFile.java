package kortex.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import kortex.tensor.StorageException;

/**
 * Replaces a file as a whole or not at all: readers, and whoever comes after a crash, see the old
 * content or the new, never a part.
 *
 * <p>The content goes to a new file in the same folder, is forced to the disk, and takes the place
 * of the old file by one atomic rename. The folder is forced to the disk too, so that the rename
 * outlives a loss of power.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to {@code channel}, from the beginning. */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /**
   * Writes {@code file}, which need not exist; its folder must. A symbolic link stays, the file
   * that it leads to is replaced. Throws {@link StorageException} with the path and the reason when
   * it cannot be written; then, and when {@code content} throws, the old file is as it was and
   * nothing else is left behind.
   */
  public static void write(Path file, Content content) {
    Path target = target(file);
    // Short and independent of the target's name, whose length may be the longest allowed.
    Path temporary = target.resolveSibling(".kortex-" + UUID.randomUUID() + ".tmp");
    try {
      writeNew(temporary, content);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(temporary, e);
      throw FileFailure.writing(file, e);
    } catch (RuntimeException | Error e) {
      delete(temporary, e);
      throw e;
    }
    forceFolder(target);
  }

  private static Path target(Path file) {
    if (Files.isDirectory(file)) {
      throw new StorageException(
          "cannot write " + file + ": it is a folder", "Add the name of a file.");
    }
    try {
      Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      Path folder = target.getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new StorageException(
            "cannot write " + file + ": there is no folder " + folder,
            "Create the folder, or correct the path.");
      }
      return target;
    } catch (IOException e) {
      throw FileFailure.writing(file, e);
    }
  }

  private static void writeNew(Path temporary, Content content) throws IOException {
    try (var channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      content.writeTo(channel);
      channel.force(true);
    }
  }

  private static void delete(Path temporary, Throwable failure) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static void forceFolder(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some file systems cannot force a folder. The file is whole either way: after a loss of
      // power it may be the old one, which is what an earlier crash would have left.
      return;
    }
  }
}
