package kortex.backend.cpu.llvm;

/**
 * How much work goes into code. The choice changes the last bits of results: sums are grouped and
 * products contracted differently.
 */
public enum Recipe {
  /**
   * For kernels that run for long: loops over arrays as fast as {@code default<O3>} makes them, in
   * less than half of its time; chosen by measurement. Without {@code no-verify-fixpoint} LLVM ends
   * the process when one round of instcombine leaves work.
   */
  VECTORS(
      "always-inline,function(early-cse,instcombine<no-verify-fixpoint>,"
          + "loop-vectorize,instcombine<no-verify-fixpoint>)",
      2),

  /**
   * Without vectors and with registers chosen in one pass: for kernels with so little work that
   * making good code takes longer than running it a thousand times. Compiles in a quarter of the
   * time.
   */
  DRAFT("always-inline,function(early-cse,instcombine<no-verify-fixpoint>)", 0);

  private final String passes;
  private final int codeGenLevel;

  Recipe(String passes, int codeGenLevel) {
    this.passes = passes;
    this.codeGenLevel = codeGenLevel;
  }

  /** LLVM's textual pipeline. */
  String passes() {
    return passes;
  }

  /** A value of {@code LLVMCodeGenOptLevel}. */
  int codeGenLevel() {
    return codeGenLevel;
  }
}
