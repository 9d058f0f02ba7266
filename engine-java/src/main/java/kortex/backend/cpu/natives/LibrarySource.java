package kortex.backend.cpu.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A place that may hold a native library, identified without opening it. */
sealed interface LibrarySource {

  /** A name for this version of the source: the name of a folder of the cache. */
  String fingerprint();

  /** Reads the entry {@code resource} with {@code reader}; false when there is no such entry. */
  boolean read(String resource, Reader reader) throws IOException;

  /** What to do with the bytes of an entry. */
  @FunctionalInterface
  interface Reader {
    /**
     * @param bytes the uncompressed content
     * @param size its length in bytes, negative when unknown
     * @param crc its CRC-32, negative when unknown
     */
    void accept(InputStream bytes, long size, long crc) throws IOException;
  }

  /** A jar file, identified by its name and size. */
  record Jar(Path path, String fingerprint) implements LibrarySource {
    static Jar of(Path path) throws IOException {
      String name = String.valueOf(path.getFileName()).replaceFirst("\\.jar$", "");
      return new Jar(path, name + "-" + Files.size(path));
    }

    @Override
    public boolean read(String resource, Reader reader) throws IOException {
      try (ZipFile zip = new ZipFile(path.toFile())) {
        ZipEntry entry = zip.getEntry(resource);
        if (entry == null) {
          return false;
        }
        try (InputStream bytes = zip.getInputStream(entry)) {
          reader.accept(bytes, entry.getSize(), entry.getCrc());
        }
        return true;
      }
    }
  }

  /** A resource of a class loader that keeps its classes elsewhere than in plain jars. */
  record Resource(URL url, String fingerprint) implements LibrarySource {
    static Resource of(URL url, NativeLibrary library, Platform platform) throws IOException {
      URLConnection connection = url.openConnection();
      try (InputStream ignored = connection.getInputStream()) {
        long size = connection.getContentLengthLong();
        return new Resource(url, library.artifact() + "-" + platform + "-resource-" + size);
      }
    }

    @Override
    public boolean read(String resource, Reader reader) throws IOException {
      URLConnection connection = url.openConnection();
      try (InputStream bytes = connection.getInputStream()) {
        reader.accept(bytes, connection.getContentLengthLong(), -1);
      }
      return true;
    }
  }
}
