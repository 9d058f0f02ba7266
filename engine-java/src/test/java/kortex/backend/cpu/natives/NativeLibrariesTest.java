package kortex.backend.cpu.natives;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import kortex.backend.cpu.openblas.LazyOpenBlas;
import kortex.tensor.DeviceException;
import kortex.tensor.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  private static final Platform LINUX = new Platform("linux-x86_64", "X86");

  @TempDir Path directory;

  /** A jar that holds {@code content} in place of libgomp. */
  private Path jar(String name, byte[] content) throws IOException {
    Path jar = directory.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry(NativeLibrary.OPENMP.resource(LINUX)));
      zip.write(content);
    }
    return jar;
  }

  private static LibraryLocator locator(Path... classPath) throws IOException {
    ClassLoader empty = new URLClassLoader(new URL[0], null);
    return new LibraryLocator(List.of(classPath).stream().map(Path::toString).toList(), empty);
  }

  @Test
  void loadsTheThreeLibraries() {
    NativeLibraries libraries = TestLibraries.SHARED;
    assertTrue(libraries.function(NativeLibrary.ONEDNN, "dnnl_version").call() != 0);
    assertTrue(libraries.function(NativeLibrary.LLVM, "LLVMContextCreate").call() != 0);
    assertEquals(2, (int) libraries.function(NativeLibrary.OPENMP, "omp_get_max_threads").call());
  }

  @Test
  void missingJarNamesLibraryAndPlatform() throws IOException {
    NativeLibraries libraries =
        new NativeLibraries(new NativeSettings(directory, 1), LINUX, locator());
    DeviceException error =
        assertThrows(DeviceException.class, () -> libraries.preload(NativeLibrary.LLVM));
    assertTrue(error.what().contains("libLLVM.so for linux-x86_64 is missing"), error.what());
    assertTrue(error.remedy().contains("org.bytedeco:llvm:linux-x86_64"), error.remedy());
  }

  @Test
  void linearAlgebraDoesWithoutOpenBlas() throws IOException {
    NativeLibraries libraries =
        new NativeLibraries(new NativeSettings(directory, 1), LINUX, locator());
    assertTrue(new LazyOpenBlas(libraries).get().isEmpty());
  }

  @Test
  void otherPlatformsAreRefused() throws IOException {
    NativeLibraries libraries =
        new NativeLibraries(
            new NativeSettings(directory, 1), Platform.of("Mac OS X", "aarch64"), locator());
    DeviceException error =
        assertThrows(DeviceException.class, () -> libraries.preload(NativeLibrary.ONEDNN));
    assertTrue(error.what().contains("macosx-arm64"), error.what());
  }

  @Test
  void extractsOnceAndAgainWhenDamaged() throws IOException {
    Path jar = jar("dnnl-1-linux-x86_64.jar", Arrays.copyOf("\u007fELF".getBytes(US_ASCII), 5000));
    LibrarySource source = locator(jar).byName(NativeLibrary.OPENMP, LINUX).getFirst();
    LibraryExtractor extractor = new LibraryExtractor(directory.resolve("cache"));
    Path file = extractor.file(source, NativeLibrary.OPENMP);
    String resource = NativeLibrary.OPENMP.resource(LINUX);
    assertFalse(extractor.isExtracted(source, NativeLibrary.OPENMP));
    assertTrue(extractor.extract(source, resource, file));
    assertTrue(extractor.isExtracted(source, NativeLibrary.OPENMP));
    for (int size : new int[] {4999, 5000}) {
      Files.write(file, new byte[size]);
      assertFalse(extractor.isExtracted(source, NativeLibrary.OPENMP));
    }
    assertTrue(extractor.extract(source, resource, file));
    assertEquals(5000, Files.size(file));
    assertFalse(extractor.extract(source, "absent", file));
    try (var left = Files.list(file.getParent())) {
      assertEquals(2, left.count());
    }
  }

  @Test
  void fileThatIsNoLibraryIsATypedError() throws IOException {
    Path jar = jar("dnnl-2-linux-x86_64.jar", new byte[5000]);
    NativeLibraries libraries =
        new NativeLibraries(new NativeSettings(directory, 1), LINUX, locator(jar));
    DeviceException error =
        assertThrows(DeviceException.class, () -> libraries.preload(NativeLibrary.OPENMP));
    assertTrue(error.what().contains("cannot load"), error.what());
  }

  @Test
  void cacheThatCannotBeWrittenIsReplacedByATemporaryFolder() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    NativeLibraries libraries =
        new NativeLibraries(new NativeSettings(file, 2), LINUX, LibraryLocator.ofProcess());
    assertEquals(2, (int) libraries.function(NativeLibrary.OPENMP, "omp_get_max_threads").call());
  }

  @Test
  void classLoaderIsAskedWhenNoJarHasTheName() throws IOException {
    Path jar = jar("all in one.jar", new byte[10]);
    LibraryLocator locator =
        new LibraryLocator(
            List.of(jar.toString()), new URLClassLoader(new URL[] {jar.toUri().toURL()}, null));
    assertTrue(locator.byName(NativeLibrary.OPENMP, LINUX).isEmpty());
    LibrarySource source = locator.byResource(NativeLibrary.OPENMP, LINUX).orElseThrow();
    assertTrue(source.fingerprint().startsWith("all in one-"), source.fingerprint());
  }

  @Test
  void cacheDirectoryFollowsTheEnvironment() {
    assertEquals(
        Path.of("/k"),
        CacheDirectory.resolve(Map.of("KORTEX_CACHE", "/k", "XDG_CACHE_HOME", "/x"), "/home/u"));
    assertEquals(
        Path.of("/x/kortex"), CacheDirectory.resolve(Map.of("XDG_CACHE_HOME", "/x"), "/home/u"));
    assertEquals(Path.of("/home/u/.cache/kortex"), CacheDirectory.resolve(Map.of(), "/home/u"));
  }

  @Test
  void threadCountComesFromOpenMpsVariableOrTheProcessors() {
    assertEquals(3, NativeSettings.threads(Map.of("OMP_NUM_THREADS", "3,1"), 8));
    assertEquals(8, NativeSettings.threads(Map.of("OMP_NUM_THREADS", "many"), 8));
    assertEquals(8, NativeSettings.threads(Map.of(), 8));
    assertThrows(SettingException.class, () -> new NativeSettings(directory, 0));
  }
}
