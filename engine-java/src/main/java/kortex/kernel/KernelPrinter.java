package kortex.kernel;

import java.util.List;
import java.util.stream.Collectors;
import kortex.scalar.Prim;

/** Writes kernels as text. */
final class KernelPrinter {
  private final StringBuilder out = new StringBuilder();

  private KernelPrinter() {}

  static String print(Kernel kernel) {
    KernelPrinter printer = new KernelPrinter();
    printer.out.append("kernel(");
    for (int i = 0; i < kernel.params().size(); i++) {
      Kernel.Param p = kernel.params().get(i);
      printer.out.append(i == 0 ? "" : ", ").append('p').append(i).append(": ");
      printer.out.append(p.written() ? "write " : "read ").append(p.dtype());
    }
    printer.out.append(") extent ").append(kernel.extent()).append('\n');
    printer.block(kernel.body(), 1);
    return printer.out.toString();
  }

  private void block(List<Stmt> body, int depth) {
    for (Stmt stmt : body) {
      out.append("  ".repeat(depth));
      switch (stmt) {
        case Stmt.Let s -> line("let v" + s.local() + " = " + text(s.value()));
        case Stmt.Var s -> line("var v" + s.local() + " = " + text(s.initial()));
        case Stmt.Set s -> line("set v" + s.local() + " = " + text(s.value()));
        case Stmt.Store s ->
            line("store p" + s.param() + "[" + text(s.index()) + "] = " + text(s.value()));
        case Stmt.Array s -> line("array v" + s.array() + ": " + s.dtype() + "[" + s.size() + "]");
        case Stmt.Put s ->
            line("put v" + s.array() + "[" + text(s.index()) + "] = " + text(s.value()));
        case Stmt.Stream s ->
            line(
                "stream p%d[%s] = v%d until %s"
                    .formatted(s.param(), text(s.index()), s.array(), text(s.count())));
        case Stmt.For s -> {
          line("for v" + s.local() + " in " + text(s.from()) + " until " + text(s.to()));
          block(s.body(), depth + 1);
        }
      }
    }
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private static String text(Expr expr) {
    return switch (expr) {
      case Expr.Const e ->
          e.dtype().isFloat() ? Double.toString(e.value()) : Long.toString((long) e.value());
      case Expr.Local e -> "v" + e.id();
      case Expr.Load e -> "load p" + e.param() + "[" + text(e.index()) + "]";
      case Expr.Element e -> "v" + e.array() + "[" + text(e.index()) + "]";
      case Expr.Begin e -> "begin";
      case Expr.End e -> "end";
      case Expr.Apply e ->
          e.prim()
              + (e.prim() == Prim.CAST ? "<" + e.dtype() + ">" : "")
              + e.args().stream()
                  .map(KernelPrinter::text)
                  .collect(Collectors.joining(", ", "(", ")"));
    };
  }
}
