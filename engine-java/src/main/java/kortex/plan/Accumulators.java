package kortex.plan;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Stmt;
import kortex.op.Reduce;
import kortex.scalar.Prim;
import kortex.tensor.DType;

/**
 * The accumulators of reductions that run over the same loops, one for each. A long sum is made of
 * the sums of blocks, added up in double: adding f32 one by one to a large sum loses most of what
 * is added.
 */
final class Accumulators {
  static final long BLOCK = 1 << 11;

  private final Body body;
  private final List<One> all = new ArrayList<>();

  /**
   * @param sum what elements are combined with
   * @param total what the sums of blocks are added to; the same where there are none
   */
  private record One(Reduce op, Ref input, Ref output, Expr.Local sum, Expr.Local total) {
    boolean inBlocks() {
      return sum != total;
    }

    Expr initial(Expr.Local of) {
      return new Expr.Const(of.dtype(), op.initial(sum.dtype()));
    }
  }

  /** Accumulators of {@code count} elements each, set up in {@code into}. */
  Accumulators(Graph graph, Body body, List<Ref> reductions, long count, List<Stmt> into) {
    this.body = body;
    for (Ref output : reductions) {
      Reduce op = (Reduce) graph.entry(output).op();
      DType dtype = graph.type(output).dtype();
      Expr.Local sum = body.fresh(dtype);
      Expr.Local total = isLongSum(op, dtype, count) ? body.fresh(wide(dtype)) : sum;
      One one = new One(op, graph.entry(output).inputs().getFirst(), output, sum, total);
      all.add(one);
      into.add(new Stmt.Var(total.id(), one.initial(total)));
    }
  }

  /** Whether a sum of so many elements is made of blocks. */
  static boolean isLongSum(Reduce op, DType dtype, long count) {
    return op instanceof Reduce.Sum && dtype.isFloat() && count > BLOCK;
  }

  /** What sums of blocks are added up in. */
  static DType wide(DType dtype) {
    return dtype == DType.F32 ? DType.F64 : dtype;
  }

  /** Combines each with its element at the current point. */
  void add(List<Coordinate> point) {
    for (One one : all) {
      Expr x = body.value(one.input(), point).expr();
      body.inner.addAll(combined(one.op(), one.sum(), x));
    }
  }

  /** {@code sum = sum + x}, in one statement where that is one primitive. */
  private List<Stmt> combined(Reduce op, Expr.Local sum, Expr x) {
    List<Stmt> out = new ArrayList<>();
    Expr next = op.combine(body.scalars(out), sum, x);
    return out.size() == 1 && out.getFirst() instanceof Stmt.Let let
        ? List.of(new Stmt.Set(sum.id(), let.value()))
        : with(out, new Stmt.Set(sum.id(), next));
  }

  private static List<Stmt> with(List<Stmt> statements, Stmt last) {
    statements.add(last);
    return statements;
  }

  /** The innermost loop, of a body that has added, over a range of a number of elements. */
  List<Stmt> loop(Expr.Local counter, Expr from, Expr to, long most, List<Stmt> inner) {
    return all.stream().anyMatch(One::inBlocks)
        ? blocks(counter, from, to, most, inner)
        : List.of(new Stmt.For(counter.id(), from, to, inner));
  }

  /** A block at a time. */
  private List<Stmt> blocks(Expr.Local counter, Expr from, Expr to, long most, List<Stmt> inner) {
    Expr.Local block = body.fresh(DType.I64);
    List<Stmt> each = new ArrayList<>();
    KernelScalars scalars = body.scalars(each);
    Expr begin = scalars.let(Expr.plus(from, Expr.times(block, BLOCK)));
    Expr behind = scalars.let(Expr.plus(begin, Expr.of(BLOCK)));
    Expr end = scalars.let(Expr.i64(Prim.MIN, behind, to));
    List<One> summed = all.stream().filter(One::inBlocks).toList();
    summed.forEach(one -> each.add(new Stmt.Var(one.sum().id(), one.initial(one.sum()))));
    each.add(new Stmt.For(counter.id(), begin, end, inner));
    for (One one : summed) {
      Expr sum = scalars.cast(one.sum(), one.total().dtype());
      Expr added = one.op().combine(scalars, one.total(), sum);
      each.add(new Stmt.Set(one.total().id(), added));
    }
    long count = Math.ceilDiv(most, BLOCK);
    return List.of(new Stmt.For(block.id(), Expr.of(0), Expr.of(count), each));
  }

  /** What each has come to, in its own dtype. */
  List<Expr> results(List<Stmt> into) {
    KernelScalars scalars = body.scalars(into);
    return all.stream().map(one -> scalars.cast(one.total(), one.sum().dtype())).toList();
  }
}
