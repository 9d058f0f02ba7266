package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;

/** Reads and renumbers the parameters of kernels. */
final class Params {
  private Params() {}

  /** The positions at which a kernel loads from, or stores to, a parameter. */
  static Set<Expr> positions(Kernel kernel, int param) {
    Set<Expr> out = new HashSet<>();
    visit(kernel.body(), param, out);
    return out;
  }

  private static void visit(List<Stmt> body, int param, Set<Expr> out) {
    for (Stmt stmt : body) {
      switch (stmt) {
        case Stmt.Let s -> visit(s.value(), param, out);
        case Stmt.Var s -> visit(s.initial(), param, out);
        case Stmt.Set s -> visit(s.value(), param, out);
        case Stmt.Store s -> {
          visit(s.index(), param, out);
          visit(s.value(), param, out);
          if (s.param() == param) {
            out.add(s.index());
          }
        }
        case Stmt.Array s -> {}
        case Stmt.Stream s -> {
          visit(s.index(), param, out);
          visit(s.count(), param, out);
          if (s.param() == param) {
            // Neither is what it stores to any single position, nor when.
            out.add(s.index());
            out.add(s.count());
          }
        }
        case Stmt.Put s -> {
          visit(s.index(), param, out);
          visit(s.value(), param, out);
        }
        case Stmt.For s -> {
          visit(s.from(), param, out);
          visit(s.to(), param, out);
          visit(s.body(), param, out);
        }
      }
    }
  }

  private static void visit(Expr expr, int param, Set<Expr> out) {
    switch (expr) {
      case Expr.Load e -> {
        visit(e.index(), param, out);
        if (e.param() == param) {
          out.add(e.index());
        }
      }
      case Expr.Element e -> visit(e.index(), param, out);
      case Expr.Apply e -> e.args().forEach(a -> visit(a, param, out));
      case Expr.Const e -> {}
      case Expr.Local e -> {}
      case Expr.Begin e -> {}
      case Expr.End e -> {}
    }
  }

  /** Whether a kernel, as it is written down, loads from a parameter after it stored to another. */
  static boolean loadsBehindStores(Kernel kernel, int loaded, int stored) {
    return new Order(loaded, stored).breaks(kernel.body());
  }

  /** Looks for a load behind the first store. */
  private static final class Order {
    private final int loaded;
    private final int stored;
    private boolean begun;

    Order(int loaded, int stored) {
      this.loaded = loaded;
      this.stored = stored;
    }

    boolean breaks(List<Stmt> body) {
      for (Stmt stmt : body) {
        if (stmt instanceof Stmt.For loop ? breaks(loop.body()) : begun && loads(stmt)) {
          return true;
        }
        begun |= stmt instanceof Stmt.Store store && store.param() == stored;
      }
      return false;
    }

    private boolean loads(Stmt stmt) {
      Set<Expr> found = new HashSet<>();
      visit(List.of(stmt), loaded, found);
      return !found.isEmpty();
    }
  }

  /** The kernel with parameter {@code gone} replaced by {@code kept}, which becomes written. */
  static Kernel merge(Kernel kernel, int kept, int gone) {
    List<Kernel.Param> params = new ArrayList<>(kernel.params());
    params.set(kept, new Kernel.Param(params.get(kept).dtype(), true));
    params.remove(gone);
    int target = kept > gone ? kept - 1 : kept;
    IntUnaryOperator number = p -> p == gone ? target : p > gone ? p - 1 : p;
    return new Kernel(params, kernel.extent(), kernel.work(), renumber(kernel.body(), number));
  }

  private static List<Stmt> renumber(List<Stmt> body, IntUnaryOperator n) {
    return body.stream().map(s -> renumber(s, n)).toList();
  }

  private static Stmt renumber(Stmt stmt, IntUnaryOperator n) {
    return switch (stmt) {
      case Stmt.Let s -> new Stmt.Let(s.local(), renumber(s.value(), n));
      case Stmt.Var s -> new Stmt.Var(s.local(), renumber(s.initial(), n));
      case Stmt.Set s -> new Stmt.Set(s.local(), renumber(s.value(), n));
      case Stmt.Store s ->
          new Stmt.Store(n.applyAsInt(s.param()), renumber(s.index(), n), renumber(s.value(), n));
      case Stmt.Array s -> s;
      case Stmt.Stream s ->
          new Stmt.Stream(
              n.applyAsInt(s.param()),
              renumber(s.index(), n),
              s.array(),
              s.dtype(),
              renumber(s.count(), n));
      case Stmt.Put s -> new Stmt.Put(s.array(), renumber(s.index(), n), renumber(s.value(), n));
      case Stmt.For s ->
          new Stmt.For(
              s.local(), renumber(s.from(), n), renumber(s.to(), n), renumber(s.body(), n));
    };
  }

  private static Expr renumber(Expr expr, IntUnaryOperator n) {
    return switch (expr) {
      case Expr.Load e -> new Expr.Load(n.applyAsInt(e.param()), renumber(e.index(), n), e.dtype());
      case Expr.Element e -> new Expr.Element(e.array(), renumber(e.index(), n), e.dtype());
      case Expr.Apply e ->
          new Expr.Apply(e.prim(), e.args().stream().map(a -> renumber(a, n)).toList(), e.dtype());
      case Expr.Const e -> e;
      case Expr.Local e -> e;
      case Expr.Begin e -> e;
      case Expr.End e -> e;
    };
  }
}
