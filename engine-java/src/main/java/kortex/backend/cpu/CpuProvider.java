package kortex.backend.cpu;

import java.util.List;
import java.util.Optional;
import kortex.backend.Backend;
import kortex.backend.BackendProvider;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;
import kortex.backend.cpu.natives.NativeSettings;
import kortex.tensor.DeviceException;

/** Offers the CPU backend where its native libraries are on the class path. */
public final class CpuProvider implements BackendProvider {
  /** Those that every plan needs. */
  private static final List<NativeLibrary> NEEDED =
      List.of(NativeLibrary.OPENMP, NativeLibrary.ONEDNN, NativeLibrary.LLVM);

  /** Loaded once: a second copy of OpenMP would be a second pool of threads. */
  private static final class Shared {
    static final NativeLibraries LIBRARIES = NativeLibraries.open(NativeSettings.fromEnvironment());
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public Optional<String> unavailable() {
    try {
      for (NativeLibrary library : NEEDED) {
        Shared.LIBRARIES.preload(library);
      }
      return Optional.empty();
    } catch (DeviceException e) {
      return Optional.of(e.what());
    }
  }

  @Override
  public Backend open() {
    return CpuBackend.open(Shared.LIBRARIES);
  }
}
