package kortex.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kortex.backend.cpu.Child.Outcome;
import kortex.backend.cpu.Child.Setting;
import kortex.backend.cpu.natives.CacheDirectory;
import kortex.backend.cpu.natives.NativeLibrary;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the cache, the libraries or the cores: right results and one line of why. */
@TestInstance(Lifecycle.PER_CLASS)
class BadLuckTest {
  private static final int MOST_THREADS = 64;

  @TempDir static Path directory;

  private Outcome usual = new Outcome(0, Map.of(), List.of());
  private int folders;

  @BeforeAll
  void runAsUsual() throws Exception {
    TestLibraries.SHARED.preload(NativeLibrary.ONEDNN); // extracts
    TestLibraries.SHARED.preload(NativeLibrary.LLVM);
    usual = Child.run(Setting.of(cache()));
    assertEquals("cpu", usual.said().get("backend"), usual.toString());
    assertFine(usual);
  }

  /** JUnit would warn of each. */
  @AfterAll
  void deleteLinks() throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  /** A cache that has the libraries, and nothing compiled. */
  private Path cache() throws IOException {
    Path cache = Files.createDirectory(directory.resolve("cache" + folders++));
    Files.createSymbolicLink(cache.resolve("natives"), CacheDirectory.resolve().resolve("natives"));
    return cache;
  }

  private static List<Path> objects(Path cache) throws IOException {
    try (var files = Files.list(cache.resolve("objects"))) {
      return files.toList();
    }
  }

  private static void assertEnded(Outcome outcome) {
    assertEquals(0, outcome.code(), outcome.toString());
    boolean traced = outcome.errors().stream().anyMatch(line -> line.startsWith("\tat "));
    assertFalse(traced, outcome.toString());
  }

  /** Nothing was lost, so nothing is said. */
  private void assertFine(Outcome outcome) {
    assertEnded(outcome);
    assertEquals(List.of(), outcome.errors());
    assertEquals(usual.loss(), outcome.loss(), outcome.toString());
  }

  private static void assertSaid(String reason, Outcome outcome) {
    assertEnded(outcome);
    assertEquals(1, outcome.errors().size(), outcome.toString());
    assertTrue(outcome.errors().getFirst().contains(reason), outcome.toString());
  }

  @Test
  void cacheThatIsAFile() throws Exception {
    Outcome outcome = Child.run(Setting.of(Files.createFile(directory.resolve("file"))), "threads");
    assertSaid("cannot be written", outcome);
    assertEquals(usual.loss(), outcome.loss());
    // Libraries in temporary files are not loaded once more for each session.
    assertEquals("1", outcome.said().get("gompAfterwards"));
  }

  @Test
  void objectsThatCannotBeWritten() throws Exception {
    Path cache = cache();
    Files.createFile(cache.resolve("objects"));
    Outcome outcome = Child.run(Setting.of(cache));
    assertSaid("cannot be written", outcome);
    assertEquals(usual.loss(), outcome.loss());
  }

  @Test
  void fullDisk() throws Exception {
    Path cache = cache();
    // Files end after two kilobytes, in the middle of an object.
    Setting full = Setting.of(cache).in("bash", "-c", "ulimit -f 2; exec \"$@\"", "bash");
    Outcome outcome = Child.run(full);
    assertSaid("cannot be written", outcome);
    assertEquals(usual.loss(), outcome.loss());
    assertFine(Child.run(Setting.of(cache)));
  }

  @Test
  void damagedObjects() throws Exception {
    Path cache = cache();
    assertFine(Child.run(Setting.of(cache)));
    List<Path> objects = objects(cache);
    assertTrue(objects.size() >= 2, objects.toString());
    for (int i = 0; i < objects.size(); i++) {
      byte[] bytes = Files.readAllBytes(objects.get(i));
      bytes[bytes.length / 2] ^= 16;
      byte[] damaged =
          i % 3 == 0 ? bytes : i % 3 == 1 ? Arrays.copyOf(bytes, bytes.length / 2) : new byte[0];
      Files.write(objects.get(i), damaged);
    }
    assertFine(Child.run(Setting.of(cache)));
  }

  @Test
  void twoProcessesAtOnce() throws Exception {
    for (int i = 0; i < 2; i++) {
      Path cache = cache();
      Child one = Child.start(Setting.of(cache));
      Child other = Child.start(Setting.of(cache));
      assertFine(one.outcome());
      assertFine(other.outcome());
      assertFine(Child.run(Setting.of(cache)));
    }
  }

  @Test
  void killedWhileWriting() throws Exception {
    Path cache = cache();
    Child child = Child.start(Setting.of(cache));
    while (child.isAlive() && !Files.exists(cache.resolve("objects"))) {
      Thread.sleep(1);
    }
    child.kill();
    assertFine(Child.run(Setting.of(cache)));
  }

  @Test
  void damagedLibrary() throws Exception {
    assertFine(Child.run(Setting.of(cacheWithDamagedOpenMp(0))));
    // The JVM has its own words for a library that begins as one.
    Outcome outcome = Child.run(Setting.of(cacheWithDamagedOpenMp(64)));
    assertEnded(outcome);
    assertEquals("cpu", outcome.said().get("backend"), outcome.toString());
    assertEquals(usual.loss(), outcome.loss());
  }

  /** A cache of links, except for one library, of which only the first bytes are right. */
  private Path cacheWithDamagedOpenMp(int right) throws IOException {
    Path cache = Files.createDirectory(directory.resolve("cache" + folders++));
    try (var files = Files.walk(CacheDirectory.resolve().resolve("natives"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy =
            cache
                .resolve("natives")
                .resolve(file.getName(file.getNameCount() - 2))
                .resolve(file.getFileName());
        Files.createDirectories(copy.getParent());
        if (file.endsWith(NativeLibrary.OPENMP.fileName())) {
          byte[] bytes = Files.readAllBytes(file);
          Arrays.fill(bytes, right, bytes.length, (byte) 0);
          Files.write(copy, bytes);
        } else {
          Files.createSymbolicLink(copy, file);
        }
      }
    }
    return cache;
  }

  @Test
  void noLibraries() throws Exception {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> !jar.contains("linux-x86_64"))
            .collect(Collectors.joining(File.pathSeparator));
    Outcome outcome = Child.run(Setting.of(cache()).with("-cp", path));
    assertSaid("running on reference instead", outcome);
    assertEquals("reference", outcome.said().get("backend"));
    assertEquals(usual.loss(), outcome.loss(), 1e-5);
  }

  @Test
  void otherPlatform() throws Exception {
    Outcome outcome = Child.run(Setting.of(cache()).with("-Dos.arch=riscv64"));
    assertSaid("linux-riscv64", outcome);
    assertEquals(usual.loss(), outcome.loss(), 1e-5);
  }

  @Test
  void oneCore() throws Exception {
    for (Setting setting :
        List.of(
            Setting.of(cache()).in("taskset", "-c", "0"),
            Setting.of(cache()).with("-XX:ActiveProcessorCount=1"),
            Setting.of(cache()).where("OMP_NUM_THREADS", "1"))) {
      Outcome outcome = Child.run(setting);
      assertEnded(outcome);
      assertEquals(List.of(), outcome.errors());
      assertTrue(outcome.description().contains(" 1 thread,"), outcome.toString());
      assertEquals(usual.loss(), outcome.loss(), 1e-5);
    }
  }

  @Test
  void manyThreads() throws Exception {
    Setting many = Setting.of(cache()).where("OMP_NUM_THREADS", "" + MOST_THREADS);
    Outcome outcome = Child.run(many);
    assertEnded(outcome);
    String description = outcome.description();
    assertTrue(description.contains(" " + MOST_THREADS + " threads,"), description);
    assertEquals(usual.loss(), outcome.loss(), 1e-5);
  }

  @Test
  void threadsOfSeveralSessions() throws Exception {
    Outcome outcome = Child.run(Setting.of(cache()), "threads");
    assertFine(outcome);
    Map<String, String> said = outcome.said();
    assertEquals("1", said.get("gomp"));
    assertEquals("1", said.get("gompAfterwards"));
    assertEquals("[" + said.get("loss") + "]", said.get("lossesOfThreads"));
    // Compiler threads of the JVM come and go.
    assertTrue(Integer.parseInt(said.get("grownBySessions")) <= 4, said.toString());
    assertTrue(Integer.parseInt(said.get("grownByThreads")) <= 4, said.toString());
    assertTrue(Integer.parseInt(said.get("idleMillis")) < 50, said.toString());
  }
}
