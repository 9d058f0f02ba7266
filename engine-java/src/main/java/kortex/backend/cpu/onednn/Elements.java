package kortex.backend.cpu.onednn;

/**
 * What a product is made of; sums are f32 in any case.
 *
 * @param operands both operands
 * @param result the result; f32 where the operands are
 */
public record Elements(Element operands, Element result) {
  /** Everything f32. */
  public static final Elements F32 = new Elements(Element.F32, Element.F32);

  /** Throws where the result would be smaller than what it is made from. */
  public Elements {
    if (operands == Element.F32 && result != Element.F32) {
      throw new IllegalArgumentException(result + " of products of " + operands);
    }
  }

  /** A layout of an operand. */
  TensorLayout operand(TensorLayout layout) {
    return layout.as(operands);
  }

  /** A layout of the result. */
  TensorLayout result(TensorLayout layout) {
    return layout.as(result);
  }

  @Override
  public String toString() {
    return equals(F32) ? "" : " of " + operands + " to " + result;
  }
}
