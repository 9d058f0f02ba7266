package kortex.backend.cpu.emit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kortex.kernel.Expr;
import kortex.kernel.Stmt;
import kortex.scalar.Prim;
import kortex.tensor.DType;

/** Finds the variables of a kernel that are nothing but running maxima, or minima, of floats. */
final class Extrema {
  private final Map<Integer, Prim> prims = new HashMap<>();
  private final Set<Integer> others = new HashSet<>();

  private Extrema() {}

  /** The variables, and a number for each that is no local: below 0. */
  static Map<Integer, Integer> of(List<Stmt> body) {
    Extrema found = new Extrema();
    found.visit(body);
    found.prims.keySet().removeAll(found.others);
    Map<Integer, Integer> out = new HashMap<>();
    found.prims.keySet().forEach(local -> out.put(local, -1 - local));
    return out;
  }

  private void visit(List<Stmt> body) {
    for (Stmt stmt : body) {
      if (stmt instanceof Stmt.For s) {
        visit(s.body());
      } else if (stmt instanceof Stmt.Set s) {
        if (s.value() instanceof Expr.Apply e && isFold(s.local(), e)) {
          Prim known = prims.putIfAbsent(s.local(), e.prim());
          if (known != null && known != e.prim()) {
            others.add(s.local());
          }
        } else {
          others.add(s.local());
        }
      }
    }
  }

  private static boolean isFold(int local, Expr.Apply e) {
    boolean folds = e.prim() == Prim.MAX || e.prim() == Prim.MIN;
    boolean wide = e.dtype() == DType.F32 || e.dtype() == DType.F64;
    return folds && wide && e.args().getFirst() instanceof Expr.Local l && l.id() == local;
  }
}
