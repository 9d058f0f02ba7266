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

  /** A number in the type that formulas compute it in: half precision in f32. */
  Expr widen(Expr x) {
    if (x instanceof Expr.Const c && c.dtype().isHalf()) {
      return new Expr.Const(DType.F32, c.dtype().round(c.value()));
    }
    return x.dtype().isHalf() ? cast(x, DType.F32) : x;
  }

  /** The result of a formula in its dtype: half precision is rounded once, here. */
  Expr narrow(Expr y, DType dtype) {
    return dtype.isHalf() ? cast(y, dtype) : y;
  }
}
