package kortex.backend.cpu.natives;

/** The native libraries with two threads, shared by the tests of one JVM. */
public final class TestLibraries {
  /** Loaded when a test first calls into one. */
  public static final NativeLibraries SHARED =
      NativeLibraries.open(NativeSettings.fromEnvironment().withThreads(2));

  private TestLibraries() {}
}
