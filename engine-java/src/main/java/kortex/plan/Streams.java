package kortex.plan;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Stmt;
import kortex.scalar.Prim;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * Results larger than the caches are stored past them: whoever reads them finds them in memory
 * either way, and what they would displace stays where it is.
 */
final class Streams {
  private static final long LARGE_BYTES = 32L << 20;

  /** What is computed at a time, before it is stored. */
  private static final long BLOCK = 1 << 10;

  /** Longer rows would not stay in the first cache until they are stored. */
  private static final long LONGEST_ROW = 4 << 10;

  private Streams() {}

  /**
   * Whether a value is stored past the caches. What replaces a stored value is not: its lines are
   * in the cache already, because the old value was read.
   */
  static boolean pays(Graph graph, Ref value) {
    TensorType type = graph.type(value);
    return type.bytes() >= LARGE_BYTES
        && type.dtype().bytes() >= Integer.BYTES
        && graph.updates().stream().noneMatch(u -> u.value().equals(value));
  }

  /** Whether a row is neither too long to be stored at its end, nor too short to be worth it. */
  static boolean fitsRow(long extent) {
    return extent >= 64 && extent <= LONGEST_ROW;
  }

  /** A loop over all pieces that stores each at its own number, as a loop over blocks of them. */
  static List<Stmt> blocks(Body body, Expr.Local counter, List<Stmt> inner) {
    List<Stmt> out = new ArrayList<>();
    List<Stmt> perBlock = new ArrayList<>();
    KernelScalars before = body.scalars(out);
    KernelScalars scalars = body.scalars(perBlock);
    Expr.Local block = body.fresh(DType.I64);
    Expr begin = new Expr.Begin();
    Expr pieces = before.let(Expr.i64(Prim.SUB, new Expr.End(), begin));
    Expr rounded = before.let(Expr.plus(pieces, Expr.of(BLOCK - 1)));
    Expr blocks = before.let(Expr.i64(Prim.DIV, rounded, Expr.of(BLOCK)));
    Expr from = scalars.let(Expr.plus(begin, Expr.times(block, BLOCK)));
    Expr behind = scalars.let(Expr.plus(from, Expr.of(BLOCK)));
    Expr to = scalars.let(Expr.i64(Prim.MIN, behind, new Expr.End()));
    Expr count = scalars.let(Expr.i64(Prim.SUB, to, from));
    Run run = new Run(from, Expr.i64(Prim.SUB, counter, from), count);
    List<Stmt> store = new ArrayList<>();
    List<Stmt> compute = aside(body, inner, BLOCK, run, out, store);
    perBlock.add(new Stmt.For(counter.id(), from, to, compute));
    perBlock.addAll(store);
    out.add(new Stmt.For(block.id(), Expr.of(0), blocks, perBlock));
    return out;
  }

  /** A loop that stores at {@code first} and behind it, as one that stores when it has ended. */
  static List<Stmt> row(Body body, Expr.Local counter, long extent, Expr first, List<Stmt> inner) {
    List<Stmt> out = new ArrayList<>();
    List<Stmt> store = new ArrayList<>();
    Run run = new Run(first, counter, Expr.of(extent));
    List<Stmt> compute = aside(body, inner, extent, run, out, store);
    out.add(new Stmt.For(counter.id(), Expr.of(0), run.count(), compute));
    out.addAll(store);
    return out;
  }

  /**
   * Where a run of elements begins in memory, which of them is computed, and how many there are.
   */
  private record Run(Expr first, Expr element, Expr count) {}

  /** Statements that put into arrays what others store; {@code store} gets what stores these. */
  private static List<Stmt> aside(
      Body body, List<Stmt> inner, long size, Run run, List<Stmt> arrays, List<Stmt> store) {
    List<Stmt> out = new ArrayList<>();
    for (Stmt stmt : inner) {
      if (stmt instanceof Stmt.Store s) {
        Expr.Local array = body.fresh(s.value().dtype());
        arrays.add(new Stmt.Array(array.id(), array.dtype(), size));
        out.add(new Stmt.Put(array.id(), run.element(), s.value()));
        store.add(new Stmt.Stream(s.param(), run.first(), array.id(), array.dtype(), run.count()));
      } else {
        out.add(stmt);
      }
    }
    return out;
  }
}
