package kortex.backend.cpu.llvm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCacheTest {
  @TempDir Path directory;

  private List<Path> entries() throws IOException {
    try (var files = Files.list(directory.resolve("objects"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void compilerTakesTheSecondObjectFromTheCache() throws IOException {
    LlvmCompiler compiler =
        LlvmCompiler.open(TestLibraries.SHARED)
            .withCache(new ObjectCache(directory, ObjectCache.DEFAULT_LIMIT_BYTES));
    byte[] first = compiler.compile("gelu", Gelu.IR);
    Path entry = entries().getFirst();
    FileTime written = Files.getLastModifiedTime(entry);
    assertArrayEquals(first, compiler.compile("gelu", Gelu.IR));
    assertEquals(written, Files.getLastModifiedTime(entry));
    LlvmTarget other = compiler.target().restrictedTo("haswell", "", 256);
    assertTrue(!Arrays.equals(first, compiler.withTarget(other).compile("gelu", Gelu.IR)));
    assertEquals(2, entries().size());
  }

  @Test
  void damagedEntriesAreMadeAgain() throws IOException {
    LlvmCompiler compiler =
        LlvmCompiler.open(TestLibraries.SHARED).withCache(new ObjectCache(directory, 1 << 20));
    byte[] expected = compiler.compile("gelu", Gelu.IR);
    Path entry = entries().getFirst();
    byte[] sound = Files.readAllBytes(entry);
    byte[] flipped = sound.clone();
    flipped[sound.length / 2] ^= 4;
    for (byte[] damaged :
        List.of(flipped, Arrays.copyOf(sound, 30), new byte[0], Arrays.copyOf(sound, 900))) {
      Files.write(entry, damaged);
      assertArrayEquals(expected, compiler.compile("gelu", Gelu.IR));
      assertArrayEquals(sound, Files.readAllBytes(entry));
    }
  }

  @Test
  void directoryThatCannotBeMadeIsNoError() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    ObjectCache cache = new ObjectCache(file, 1 << 20);
    ObjectCache.Key key = ObjectCache.Key.of("text");
    cache.put(key, new byte[100]);
    assertTrue(cache.get(key).isEmpty());
  }

  @Test
  void pruningKeepsTheEntriesUsedLast() throws IOException {
    ObjectCache big = new ObjectCache(directory, 1 << 20);
    for (int i = 0; i < 5; i++) {
      ObjectCache.Key key = ObjectCache.Key.of("kernel " + i);
      big.put(key, new byte[1000 - 48]);
      // The two oldest by time are 3 and 4.
      Instant used = Instant.now().minusSeconds(1000L + (i >= 3 ? 5000 : 0) + i);
      Files.setLastModifiedTime(
          directory.resolve("objects").resolve(key.fileName()), FileTime.from(used));
    }
    ObjectCache cache = new ObjectCache(directory, 3000);
    cache.prune();
    for (int i = 0; i < 5; i++) {
      assertEquals(i < 3, cache.get(ObjectCache.Key.of("kernel " + i)).isPresent(), "entry " + i);
    }
  }

  @Test
  void hashIsMurmur3() {
    // Reference values of MurmurHash3_x64_128 (smhasher) for seed 0.
    assertEquals("00000000000000000000000000000000", Hash128.of(new byte[0], 0).hex());
    assertEquals(
        "e34bbc7bbc071b6c7a433ca9c49a9347",
        Hash128.of("The quick brown fox jumps over the lazy dog".getBytes(UTF_8), 0).hex());
    assertNotEquals(Hash128.of(new byte[15], 0), Hash128.of(new byte[16], 0));
  }
}
