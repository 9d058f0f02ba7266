package kortex.kernel;

import java.util.List;
import kortex.scalar.Prim;
import kortex.tensor.DType;

/** A scalar expression without side effects. Positions and loop bounds are i64 expressions. */
public sealed interface Expr {
  /** The type of the scalar. */
  DType dtype();

  /** A number. Integers must be exact as a double. */
  record Const(DType dtype, double value) implements Expr {}

  /** A named value: a let, a variable or a loop counter. */
  record Local(int id, DType dtype) implements Expr {}

  /** Element {@code index} of parameter {@code param}. */
  record Load(int param, Expr index, DType dtype) implements Expr {}

  /** Element {@code index} of an array of this piece of work. */
  record Element(int array, Expr index, DType dtype) implements Expr {}

  /** A primitive applied to arguments. */
  record Apply(Prim prim, List<Expr> args, DType dtype) implements Expr {}

  /** The first piece of work to do. */
  record Begin() implements Expr {
    @Override
    public DType dtype() {
      return DType.I64;
    }
  }

  /** The piece of work to stop before. */
  record End() implements Expr {
    @Override
    public DType dtype() {
      return DType.I64;
    }
  }

  /** An i64 number. */
  static Expr of(long value) {
    return new Const(DType.I64, value);
  }

  /** A primitive of two i64. */
  static Expr i64(Prim prim, Expr a, Expr b) {
    return new Apply(prim, List.of(a, b), DType.I64);
  }

  /** {@code a + b}, folded when one is 0. */
  static Expr plus(Expr a, Expr b) {
    if (a.equals(of(0))) {
      return b;
    }
    return b.equals(of(0)) ? a : i64(Prim.ADD, a, b);
  }

  /** {@code a · factor}, folded for 0 and 1. */
  static Expr times(Expr a, long factor) {
    if (factor == 0) {
      return of(0);
    }
    return factor == 1 ? a : i64(Prim.MUL, a, of(factor));
  }
}
