package kortex.kernel;

import java.util.List;
import kortex.tensor.DType;

/** A statement of the loop language. */
public sealed interface Stmt {
  /** Names a value once. */
  record Let(int local, Expr value) implements Stmt {}

  /** Declares a variable. */
  record Var(int local, Expr initial) implements Stmt {}

  /**
   * Changes a variable. A sum {@code v = v + x} inside a loop may be regrouped, in a way that is
   * fixed once the kernel is compiled.
   */
  record Set(int local, Expr value) implements Stmt {}

  /** {@code param[index] = value}. */
  record Store(int param, Expr index, Expr value) implements Stmt {}

  /**
   * Declares an array of {@code size} elements with no values yet, where no loop but that over
   * pieces or rows is around it.
   */
  record Array(int array, DType dtype, long size) implements Stmt {}

  /** {@code array[index] = value}. */
  record Put(int array, Expr index, Expr value) implements Stmt {}

  /**
   * {@code param[index + i] = array[i]} for i below {@code count}, past the caches where the
   * backend can: for results that are larger than these.
   */
  record Stream(int param, Expr index, int array, DType dtype, Expr count) implements Stmt {}

  /**
   * Runs the body for {@code local} = from, from + 1, … below to, in that order. Iterations that
   * load nothing that others store are independent of each other.
   */
  record For(int local, Expr from, Expr to, List<Stmt> body) implements Stmt {
    public For {
      body = List.copyOf(body);
    }
  }
}
