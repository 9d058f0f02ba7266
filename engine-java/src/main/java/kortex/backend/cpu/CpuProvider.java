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

  private final NativeSettings settings = NativeSettings.fromEnvironment();

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
      NativeLibraries libraries = NativeLibraries.open(settings);
      for (NativeLibrary library : NEEDED) {
        libraries.preload(library);
      }
      return Optional.empty();
    } catch (DeviceException e) {
      return Optional.of(e.what());
    }
  }

  @Override
  public Backend open() {
    return CpuBackend.open(settings);
  }
}
