package kortex.plan;

import java.util.List;
import kortex.kernel.Expr;
import kortex.kernel.Stmt;
import kortex.scalar.Prim;
import kortex.scalar.Scalars;
import kortex.tensor.DType;

/** Writes scalar formulas as lets of the loop language, so that nothing is computed twice. */
final class KernelScalars implements Scalars<Expr> {
  private final Locals locals;
  private final List<Stmt> body;

  KernelScalars(Locals locals, List<Stmt> body) {
    this.locals = locals;
    this.body = body;
  }

  /** Hands out the numbers of locals. */
  static final class Locals {
    private int next;

    Expr.Local fresh(DType dtype) {
      return new Expr.Local(next++, dtype);
    }
  }

  /** Names a value. */
  Expr let(Expr value) {
    if (value instanceof Expr.Const || value instanceof Expr.Local) {
      return value;
    }
    Expr.Local local = locals.fresh(value.dtype());
    body.add(new Stmt.Let(local.id(), value));
    return local;
  }

  @Override
  public Expr apply(Prim prim, List<Expr> args) {
    DType dtype = prim.compares() ? DType.BOOL : args.get(prim == Prim.SELECT ? 1 : 0).dtype();
    return let(new Expr.Apply(prim, args, dtype));
  }

  @Override
  public Expr constant(Expr like, double value) {
    return new Expr.Const(like.dtype(), value);
  }

  @Override
  public Expr cast(Expr x, DType to) {
    return x.dtype() == to ? x : let(new Expr.Apply(Prim.CAST, List.of(x), to));
  }
}
