package kortex.backend.cpu.natives;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import kortex.backend.LargeStack;
import kortex.tensor.DeviceException;

/**
 * The native libraries of the CPU backend, each found, extracted and loaded when first asked for.
 *
 * <p>A loaded library stays for the life of the process. A library that is missing for this
 * platform, or cannot be loaded, is a {@link DeviceException} that names it; the engine then falls
 * back to another backend. Safe for use by several threads.
 */
public final class NativeLibraries {
  private final NativeSettings settings;
  private final Platform platform;
  private final LibraryLocator locator;
  private final LibraryExtractor extractor;
  private final Map<NativeLibrary, SymbolLookup> loaded = new EnumMap<>(NativeLibrary.class);
  private final AtomicBoolean saidThatCacheFails = new AtomicBoolean();

  NativeLibraries(NativeSettings settings, Platform platform, LibraryLocator locator) {
    this.settings = settings;
    this.platform = platform;
    this.locator = locator;
    this.extractor = new LibraryExtractor(settings.cache());
  }

  /** The libraries of this platform; nothing is loaded yet. */
  public static NativeLibraries open(NativeSettings settings) {
    return new NativeLibraries(settings, Platform.current(), LibraryLocator.ofProcess());
  }

  /** The settings these libraries are loaded with. */
  public NativeSettings settings() {
    return settings;
  }

  /** The platform whose libraries these are. */
  public Platform platform() {
    return platform;
  }

  /**
   * The function {@code name} of {@code library}, which is loaded if need be.
   *
   * @throws DeviceException if the library is missing or broken, or has no such function
   */
  public CFunction function(NativeLibrary library, String name) {
    MemorySegment address =
        load(library)
            .find(name)
            .orElseThrow(() ->
                new DeviceException(
                    library.fileName() + " has no function " + name,
                    "the version of org.bytedeco:" + library.artifact() + " Kortex names."));
    return new CFunction(name, address);
  }

  /** Loads {@code library} now, so that the first call does not wait. */
  public void preload(NativeLibrary library) {
    load(library);
  }

  private synchronized SymbolLookup load(NativeLibrary library) {
    SymbolLookup known = loaded.get(library);
    if (known != null) {
      return known;
    }
    if (!platform.isSupported()) {
      throw missing(library, "Kortex has no native CPU libraries for this platform");
    }
    switch (library) {
      case ONEDNN -> load(NativeLibrary.OPENMP); // oneDNN then finds it by its name
      case OPENMP -> OpenMpEnvironment.prepare(settings.threads());
      case FORTRAN -> load(NativeLibrary.QUADMATH);
      case OPENBLAS -> {
        load(NativeLibrary.FORTRAN);
        OpenBlasEnvironment.prepare();
      }
      case LLVM, QUADMATH -> {}
    }
    SymbolLookup lookup = locateAndOpen(library);
    loaded.put(library, lookup);
    return lookup;
  }

  private SymbolLookup locateAndOpen(NativeLibrary library) {
    List<LibrarySource> sources = new ArrayList<>(locator.byName(library, platform));
    for (LibrarySource source : sources) {
      if (extractor.isExtracted(source, library)) {
        Optional<SymbolLookup> opened = openExtracted(source, library);
        if (opened.isPresent()) {
          return opened.get();
        }
      }
    }
    locator.byResource(library, platform).ifPresent(sources::add);
    for (LibrarySource source : sources) {
      if (extractor.isExtracted(source, library) || extractToCache(source, library)) {
        Optional<SymbolLookup> opened = openExtracted(source, library);
        if (opened.isPresent()) {
          return opened.get();
        }
      }
    }
    for (LibrarySource source : sources) {
      Optional<Path> temporary = extractToTemporary(source, library);
      if (temporary.isPresent()) {
        return openAndDelete(temporary.get());
      }
    }
    throw missing(
        library, "no " + library.artifact() + "-*-" + platform + ".jar in the class path holds it");
  }

  /** A file that was damaged since is extracted again; nothing where that is not possible. */
  private Optional<SymbolLookup> openExtracted(LibrarySource source, NativeLibrary library) {
    Path file = extractor.file(source, library);
    try {
      return Optional.of(openLibrary(file));
    } catch (DeviceException damaged) {
      return extractToCache(source, library) ? Optional.of(openLibrary(file)) : Optional.empty();
    }
  }

  private boolean extractToCache(LibrarySource source, NativeLibrary library) {
    try {
      return extractor.extract(source, library.resource(platform), extractor.file(source, library));
    } catch (IOException readOnlyOrFull) {
      cacheFailed(readOnlyOrFull);
      return false;
    }
  }

  /** Says once that nothing is kept, and why. */
  public void cacheFailed(IOException why) {
    if (saidThatCacheFails.compareAndSet(false, true)) {
      System.getLogger("kortex")
          .log(
              Level.WARNING,
              "the cache "
                  + settings.cache()
                  + " cannot be written ("
                  + why
                  + "); libraries and kernels that are not in it are made anew by each process");
    }
  }

  private Optional<Path> extractToTemporary(LibrarySource source, NativeLibrary library) {
    try {
      Path folder = Files.createTempDirectory("kortex-natives");
      Path file = folder.resolve(library.fileName());
      if (extractor.extract(source, library.resource(platform), file)) {
        return Optional.of(file);
      }
      Files.delete(folder);
      return Optional.empty();
    } catch (IOException failure) {
      throw new DeviceException(
          "cannot extract " + library.fileName() + ": " + failure,
          "KORTEX_CACHE set to a folder with 300 MB to spare.",
          failure);
    }
  }

  /** Linux keeps a loaded library whose file is gone, so nothing is left behind. */
  private static SymbolLookup openAndDelete(Path file) {
    try {
      return openLibrary(file);
    } finally {
      delete(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }
  }

  private static void delete(Path folder) {
    try (var files = Files.list(folder)) {
      for (Path leftover : files.toList()) {
        Files.delete(leftover);
      }
      Files.delete(folder);
    } catch (IOException leftBehind) {
      folder.toFile().deleteOnExit();
    }
  }

  private static SymbolLookup openLibrary(Path file) {
    try {
      return LargeStack.call(() -> SymbolLookup.libraryLookup(file, Arena.global()));
    } catch (IllegalArgumentException failure) {
      throw new DeviceException(
          "cannot load " + file + ": " + failure.getMessage(),
          "ldd on that file; it needs glibc 2.34, libstdc++ of GCC 11, and zlib.",
          failure);
    }
  }

  private DeviceException missing(NativeLibrary library, String why) {
    return new DeviceException(
        "native library " + library.fileName() + " for " + platform + " is missing: " + why,
        "org.bytedeco:" + library.artifact() + ":" + platform + " in the class path.");
  }
}
