package kortex.backend.cpu.llvm;

/**
 * The processor that code is made for, in LLVM's words.
 *
 * @param triple {@code x86_64-unknown-linux-gnu}
 * @param cpu {@code znver4}, {@code haswell}, …
 * @param features a list such as {@code +avx2,-avx512f}; empty for those of the {@code cpu}
 * @param vectorBits the width that loops are vectorised to, at most
 */
public record LlvmTarget(String triple, String cpu, String features, int vectorBits) {

  /** This target with the widest vectors its {@code features} have. */
  static LlvmTarget widest(String triple, String cpu, String features) {
    boolean wide = (features + ",").contains("+avx512f,");
    boolean x86 = triple.startsWith("x86_64");
    return new LlvmTarget(triple, cpu, features, wide ? 512 : x86 ? 256 : 128);
  }

  /** Whether {@code feature}, for example {@code avx512f}, is switched on by name. */
  public boolean has(String feature) {
    return ("," + features + ",").contains(",+" + feature + ",");
  }

  /** A processor with the instructions that every AArch64 has, under Linux. */
  public static LlvmTarget aarch64() {
    return new LlvmTarget("aarch64-unknown-linux-gnu", "generic", "", 128);
  }

  /** The name of LLVM's back end. */
  String architecture() {
    return triple.startsWith("aarch64") ? "AArch64" : "X86";
  }

  /** The same machine, restricted to another processor's instructions. */
  public LlvmTarget restrictedTo(String otherCpu, String otherFeatures, int otherVectorBits) {
    return new LlvmTarget(triple, otherCpu, otherFeatures, otherVectorBits);
  }
}
