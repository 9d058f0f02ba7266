package kortex.backend.cpu.natives;

import java.util.Locale;

/**
 * An operating system and a processor architecture, in the words of the native jars.
 *
 * @param classifier the classifier of the jars, {@code linux-x86_64}
 * @param architecture the name of LLVM's back end, {@code X86} or {@code AArch64}, empty when there
 *     is none
 */
public record Platform(String classifier, String architecture) {

  /** The platform this JVM runs on. */
  public static Platform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /** The platform of the system properties {@code os.name} and {@code os.arch}. */
  static Platform of(String osName, String osArch) {
    String name = osName.toLowerCase(Locale.ROOT);
    String os =
        name.startsWith("linux")
            ? "linux"
            : name.startsWith("mac")
                ? "macosx"
                : name.startsWith("windows") ? "windows" : name.replace(' ', '-');
    return switch (osArch.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> new Platform(os + "-x86_64", "X86");
      case "aarch64", "arm64" -> new Platform(os + "-arm64", "AArch64");
      default -> new Platform(os + "-" + osArch, "");
    };
  }

  /**
   * Whether the calls of {@link CFunction} follow this platform's C calling convention: Linux on
   * x86-64 (System V) and on AArch64 (AAPCS64).
   */
  public boolean isSupported() {
    return classifier.startsWith("linux-") && !architecture.isEmpty();
  }

  @Override
  public String toString() {
    return classifier;
  }
}
