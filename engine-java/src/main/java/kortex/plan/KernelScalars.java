package kortex.plan;

import java.util.List;
import kortex.kernel.Expr;
import kortex.kernel.Prim;
import kortex.kernel.Stmt;
import kortex.op.Scalars;
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

  private Expr apply(Prim prim, DType dtype, Expr... args) {
    return let(new Expr.Apply(prim, List.of(args), dtype));
  }

  private Expr same(Prim prim, Expr... args) {
    return apply(prim, args[0].dtype(), args);
  }

  @Override
  public Expr constant(Expr like, double value) {
    return new Expr.Const(like.dtype(), value);
  }

  @Override
  public Expr add(Expr a, Expr b) {
    return same(Prim.ADD, a, b);
  }

  @Override
  public Expr sub(Expr a, Expr b) {
    return same(Prim.SUB, a, b);
  }

  @Override
  public Expr mul(Expr a, Expr b) {
    return same(Prim.MUL, a, b);
  }

  @Override
  public Expr div(Expr a, Expr b) {
    return same(Prim.DIV, a, b);
  }

  @Override
  public Expr pow(Expr a, Expr b) {
    return same(Prim.POW, a, b);
  }

  @Override
  public Expr min(Expr a, Expr b) {
    return same(Prim.MIN, a, b);
  }

  @Override
  public Expr max(Expr a, Expr b) {
    return same(Prim.MAX, a, b);
  }

  @Override
  public Expr neg(Expr x) {
    return same(Prim.NEG, x);
  }

  @Override
  public Expr abs(Expr x) {
    return same(Prim.ABS, x);
  }

  @Override
  public Expr sqrt(Expr x) {
    return same(Prim.SQRT, x);
  }

  @Override
  public Expr exp(Expr x) {
    return same(Prim.EXP, x);
  }

  @Override
  public Expr log(Expr x) {
    return same(Prim.LOG, x);
  }

  @Override
  public Expr sin(Expr x) {
    return same(Prim.SIN, x);
  }

  @Override
  public Expr cos(Expr x) {
    return same(Prim.COS, x);
  }

  @Override
  public Expr tanh(Expr x) {
    return same(Prim.TANH, x);
  }

  @Override
  public Expr erf(Expr x) {
    return same(Prim.ERF, x);
  }

  @Override
  public Expr floor(Expr x) {
    return same(Prim.FLOOR, x);
  }

  @Override
  public Expr equal(Expr a, Expr b) {
    return apply(Prim.EQUAL, DType.BOOL, a, b);
  }

  @Override
  public Expr less(Expr a, Expr b) {
    return apply(Prim.LESS, DType.BOOL, a, b);
  }

  @Override
  public Expr lessOrEqual(Expr a, Expr b) {
    return apply(Prim.LESS_OR_EQUAL, DType.BOOL, a, b);
  }

  @Override
  public Expr and(Expr a, Expr b) {
    return same(Prim.AND, a, b);
  }

  @Override
  public Expr or(Expr a, Expr b) {
    return same(Prim.OR, a, b);
  }

  @Override
  public Expr xor(Expr a, Expr b) {
    return same(Prim.XOR, a, b);
  }

  @Override
  public Expr shiftLeft(Expr x, int bits) {
    return same(Prim.SHIFT_LEFT, x, new Expr.Const(x.dtype(), bits));
  }

  @Override
  public Expr shiftRight(Expr x, int bits) {
    return same(Prim.SHIFT_RIGHT, x, new Expr.Const(x.dtype(), bits));
  }

  @Override
  public Expr select(Expr condition, Expr a, Expr b) {
    return apply(Prim.SELECT, a.dtype(), condition, a, b);
  }

  @Override
  public Expr cast(Expr x, DType to) {
    return x.dtype() == to ? x : apply(Prim.CAST, to, x);
  }
}
