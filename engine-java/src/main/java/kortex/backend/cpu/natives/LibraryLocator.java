package kortex.backend.cpu.natives;

import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the jars that may hold a library.
 *
 * <p>Asking the class loader for the resource would open every jar of the class path and read the
 * directory of one with thousands of entries. So jars are first recognised by their names alone;
 * the class loader is asked only when that finds nothing.
 */
final class LibraryLocator {
  private final List<String> classPath;
  private final ClassLoader loader;

  LibraryLocator(List<String> classPath, ClassLoader loader) {
    this.classPath = classPath;
    this.loader = loader;
  }

  /** A locator over the class path and module path of this process. */
  static LibraryLocator ofProcess() {
    List<String> paths = new ArrayList<>();
    for (String property : List.of("java.class.path", "jdk.module.path")) {
      paths.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
    }
    ClassLoader own = LibraryLocator.class.getClassLoader();
    return new LibraryLocator(paths, own == null ? ClassLoader.getSystemClassLoader() : own);
  }

  /** The jars whose names say that they hold {@code library}; they are not opened. */
  List<LibrarySource> byName(NativeLibrary library, Platform platform) {
    String prefix = library.artifact() + "-";
    String suffix = "-" + platform.classifier() + ".jar";
    List<LibrarySource> sources = new ArrayList<>();
    for (String element : classPath) {
      String name = element.substring(element.lastIndexOf(File.separatorChar) + 1);
      if (name.startsWith(prefix) && name.endsWith(suffix)) {
        jar(element).ifPresent(sources::add);
      }
    }
    return sources;
  }

  /** The place from which the class loader would load {@code library}. */
  Optional<LibrarySource> byResource(NativeLibrary library, Platform platform) {
    URL url = loader.getResource(library.resource(platform));
    if (url == null) {
      return Optional.empty();
    }
    try {
      if (url.openConnection() instanceof JarURLConnection connection
          && connection.getJarFileURL().getProtocol().equals("file")) {
        return jar(Path.of(connection.getJarFileURL().toURI()).toString());
      }
      return Optional.of(LibrarySource.Resource.of(url, library, platform));
    } catch (IOException | URISyntaxException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<LibrarySource> jar(String path) {
    try {
      Path file = Path.of(path);
      return Files.isRegularFile(file) ? Optional.of(LibrarySource.Jar.of(file)) : Optional.empty();
    } catch (IOException | InvalidPathException unreadable) {
      return Optional.empty();
    }
  }
}
