package kortex.op;

import java.util.List;
import kortex.scalar.Prim;
import kortex.scalar.Scalars;
import kortex.tensor.DType;

/** About how many additions the formula of an op takes as long as. */
public final class FormulaCost implements Scalars<Boolean> {
  private int sum;

  private FormulaCost() {}

  /** The cost of one element. */
  public static int of(Op op) {
    FormulaCost cost = new FormulaCost();
    switch (op) {
      case Unary unary -> unary.formula(cost, true);
      case Binary binary -> binary.formula(cost, true, true);
      case Select select -> select.formula(cost, true, true, true);
      case Random random -> random.formula(cost, true, true);
      default -> cost.sum = op instanceof Index.Take ? 8 : 1;
    }
    return cost.sum;
  }

  private static int of(Prim prim) {
    return switch (prim) {
      case ADD, SUB, MUL, MIN, MAX, NEG, ABS, COPY_SIGN, FLOOR, ROUND, CAST -> 1;
      case EQUAL, LESS, LESS_OR_EQUAL, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SELECT -> 1;
      case DIV, SQRT -> 8;
      case EXP, EXPM1, LOG, LOG1P, LOG2 -> 12;
      case REM, SIN, COS, ATAN, TANH, ERF -> 20;
      case POW, LOG10, ERFC, LGAMMA -> 40;
    };
  }

  @Override
  public Boolean apply(Prim prim, List<Boolean> args) {
    sum += of(prim);
    return true;
  }

  @Override
  public Boolean constant(Boolean like, double value) {
    return true;
  }

  @Override
  public Boolean cast(Boolean x, DType to) {
    sum += of(Prim.CAST);
    return true;
  }
}
