package kortex.backend.cpu.openblas;

import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.CStrings;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;
import kortex.tensor.DType;

/**
 * OpenBLAS and the LAPACK in it. Each call runs on the thread that makes it; calls of several
 * threads run at the same time.
 */
public final class OpenBlas {
  private final BlasApi f32;
  private final BlasApi f64;
  private final CFunction config;
  private final int threads;

  private OpenBlas(NativeLibraries libraries) {
    this.f32 = BlasApi.of(libraries, DType.F32);
    this.f64 = BlasApi.of(libraries, DType.F64);
    this.config = libraries.function(NativeLibrary.OPENBLAS, "openblas_get_config");
    this.threads = libraries.settings().threads();
  }

  /**
   * The library, loaded if need be.
   *
   * @throws kortex.tensor.DeviceException if it is missing or broken
   */
  public static OpenBlas open(NativeLibraries libraries) {
    return new OpenBlas(libraries);
  }

  /** Whether it computes in this element type. */
  public static boolean takes(DType dtype) {
    return dtype == DType.F32 || dtype == DType.F64;
  }

  /** The library's version, {@code 0.3.31}. */
  public String version() {
    String[] words = CStrings.read(config.call()).split(" ");
    return words.length > 1 ? words[1] : "";
  }

  /** How many threads may make calls at the same time. */
  int threads() {
    return threads;
  }

  BlasApi api(DType dtype) {
    return dtype == DType.F64 ? f64 : f32;
  }
}
