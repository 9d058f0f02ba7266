package kortex.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import kortex.tensor.StorageException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeOldContent() throws IOException {
    file = folder.resolve("net.safetensors");
    Files.writeString(file, "old");
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    try (var files = Files.list(folder)) {
      List<String> temporary =
          files.map(p -> p.getFileName().toString()).filter(n -> n.contains("kortex")).toList();
      assertEquals(List.of(), temporary);
    }
  }

  private static void put(WritableByteChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void replacesAFile() throws IOException {
    AtomicFile.write(file, channel -> put(channel, "new"));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void makesAFile() throws IOException {
    Path other = folder.resolve("other");
    AtomicFile.write(other, channel -> put(channel, "new"));
    assertEquals("new", Files.readString(other));
  }

  @Test
  void theOldFileStaysWhileTheNewOneIsWritten() throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          put(channel, "half");
          assertEquals("old", Files.readString(file));
        });
    assertEquals("half", Files.readString(file));
  }

  @Test
  void aFullDiskLeavesTheOldFile() throws IOException {
    var error =
        assertThrows(
            StorageException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      put(channel, "half");
                      throw new IOException("No space left on device");
                    }));
    assertTrue(error.what().contains(file.toString()), error.what());
    assertTrue(error.what().contains("No space left"), error.what());
    assertTrue(error.remedy().contains("Free some space"), error.remedy());
    assertEquals("old", Files.readString(file));
  }

  @Test
  void aFailureOfTheProgramLeavesTheOldFile() throws IOException {
    var failure = new IllegalStateException("bug");
    var thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      put(channel, "half");
                      throw failure;
                    }));
    assertSame(failure, thrown);
    assertEquals("old", Files.readString(file));
  }

  @Test
  void aFolderWithoutPermissionLeavesTheOldFile() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      // Permissions do not bind an administrator; then the file must be replaced as ever.
      String expected = Files.isWritable(folder) ? "new" : "old";
      try {
        AtomicFile.write(file, channel -> put(channel, "new"));
        assertEquals("new", expected);
      } catch (StorageException e) {
        assertEquals("old", expected);
        assertTrue(e.what().contains("no permission"), e.what());
      }
      assertEquals(expected, Files.readString(file));
    } finally {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void aFileSystemWithoutFilesOfOnesOwnIsReported() {
    Path refused = Path.of("/proc/kortex-test");
    var error = assertThrows(StorageException.class, () -> AtomicFile.write(refused, c -> {}));
    assertTrue(error.what().contains(refused.toString()), error.what());
  }

  @Test
  void aMissingFolderIsReported() {
    Path missing = folder.resolve("runs/net");
    var error = assertThrows(StorageException.class, () -> AtomicFile.write(missing, c -> {}));
    assertTrue(error.what().contains("no folder " + folder.resolve("runs")), error.what());
  }

  @Test
  void aFolderIsNotReplaced() {
    var error = assertThrows(StorageException.class, () -> AtomicFile.write(folder, c -> {}));
    assertTrue(error.what().contains("is a folder"), error.what());
    assertTrue(Files.isDirectory(folder));
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path link = folder.resolve("latest");
    Files.createSymbolicLink(link, file.getFileName());
    AtomicFile.write(link, channel -> put(channel, "new"));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void aNameOfTheGreatestLengthCanBeWritten() throws IOException {
    Path longest = folder.resolve("n".repeat(255));
    AtomicFile.write(longest, channel -> put(channel, "new"));
    assertEquals("new", Files.readString(longest));
    Path tooLong = folder.resolve("n".repeat(256));
    assertThrows(StorageException.class, () -> AtomicFile.write(tooLong, c -> {}));
    assertFalse(Files.exists(tooLong));
  }
}
