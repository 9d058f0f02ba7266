package kortex.session;

import kortex.tensor.DType;
import kortex.tensor.SettingException;

/**
 * What products and convolutions of f32 are computed in. Parameters and what an optimizer remembers
 * are f32 in any case, and so are sums, elementwise functions, reductions and losses.
 */
public enum Precision {
  /** As they are. */
  F32,
  /**
   * Operands are rounded to bf16, sums are f32. About twice as fast on processors with AVX512-BF16
   * or AMX; on others the session says why it computes in f32.
   */
  BF16;

  /** The precision of that dtype. Throws {@link SettingException} for others than f32 and bf16. */
  public static Precision of(DType dtype) {
    if (dtype != DType.F32 && dtype != DType.BF16) {
      throw new SettingException(
          "precision is " + dtype + ", must be f32 or bf16",
          "Use precision = bf16, or leave it out for f32.");
    }
    return dtype == DType.F32 ? F32 : BF16;
  }
}
