package kortex.backend.cpu.natives;

/**
 * The base of a class whose fields are the functions of one library.
 *
 * <pre>{@code
 * final class Zlib extends FunctionTable {
 *   final CFunction crc32 = bind("crc32");
 * }
 * }</pre>
 */
public abstract class FunctionTable {
  private final NativeLibraries libraries;
  private final NativeLibrary library;

  /** A table of functions of {@code library}, which is loaded if need be. */
  protected FunctionTable(NativeLibraries libraries, NativeLibrary library) {
    this.libraries = libraries;
    this.library = library;
  }

  /** The function {@code name} of the library. */
  protected final CFunction bind(String name) {
    return libraries.function(library, name);
  }
}
