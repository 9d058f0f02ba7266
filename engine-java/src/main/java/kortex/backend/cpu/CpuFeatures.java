package kortex.backend.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.LlvmTarget;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.onednn.OneDnn;

/**
 * What the CPU backend has to work with, on one line, for reports and the {@code doctor} command.
 *
 * @param cpu the processor, {@code AMD EPYC (znver5)}
 * @param avx2 256-bit vectors
 * @param avx512f 512-bit vectors
 * @param avx512Bf16 products of bfloat16 vectors
 * @param amx matrix tiles
 * @param llvmVersion the version of LLVM
 * @param oneDnnVersion the version of oneDNN
 * @param threads the size of the thread pool
 */
public record CpuFeatures(
    String cpu,
    boolean avx2,
    boolean avx512f,
    boolean avx512Bf16,
    boolean amx,
    String llvmVersion,
    String oneDnnVersion,
    int threads) {

  /**
   * The features of this machine; loads the libraries if need be.
   *
   * @throws kortex.tensor.DeviceException if one is missing for this platform
   */
  public static CpuFeatures detect(NativeLibraries libraries) {
    try (OneDnn dnn = OneDnn.open(libraries)) {
      return of(LlvmCompiler.open(libraries), dnn);
    }
  }

  /** The features that an open compiler and library report. */
  public static CpuFeatures of(LlvmCompiler compiler, OneDnn dnn) {
    LlvmTarget target = compiler.target();
    String name =
        modelName(Path.of("/proc/cpuinfo"))
            .map(model -> model + " (" + target.cpu() + ")")
            .orElse(target.cpu());
    return new CpuFeatures(
        name,
        target.has("avx2"),
        target.has("avx512f"),
        target.has("avx512bf16"),
        target.has("amx-tile"),
        compiler.version(),
        dnn.version(),
        dnn.threads());
  }

  /** Whether products of bf16, added to f32, are faster than those of f32. */
  public boolean multipliesBf16() {
    return avx512Bf16 || amx;
  }

  private static Optional<String> modelName(Path cpuInfo) {
    try (Stream<String> lines = Files.lines(cpuInfo)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    StringJoiner features = new StringJoiner(" ");
    if (avx2) {
      features.add("avx2");
    }
    if (avx512f) {
      features.add("avx512f");
    }
    if (avx512Bf16) {
      features.add("avx512_bf16");
    }
    if (amx) {
      features.add("amx");
    }
    String list = features.length() == 0 ? "baseline" : features.toString();
    return "%s, %s, %d %s, LLVM %s, oneDNN %s"
        .formatted(
            cpu, list, threads, threads == 1 ? "thread" : "threads", llvmVersion, oneDnnVersion);
  }
}
