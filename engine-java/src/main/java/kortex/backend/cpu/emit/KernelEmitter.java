package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;
import kortex.scalar.Prim;
import kortex.tensor.DType;

/** Emits one kernel. Variables become phis, so the text is in SSA form from the start. */
final class KernelEmitter {
  private final Kernel.Code kernel;
  private final PrimEmitter prims;
  private final Set<String> math;
  private final Map<Integer, String> values = new HashMap<>();
  private final Map<Integer, DType> types = new HashMap<>();

  /** Locals that are variables: what is added to them is a sum that may be regrouped. */
  private final Set<Integer> variables = new HashSet<>();

  /** The arrays: what a function allocates in a loop would pile up. */
  private final StringBuilder arrays = new StringBuilder();

  /** The running maxima and minima, and the number of the flag of each. */
  private final Map<Integer, Integer> extrema;

  private StringBuilder out = new StringBuilder();
  private String label = "entry";
  private boolean streams;
  private int next;

  private KernelEmitter(Kernel.Code kernel, Set<String> declarations, Set<String> math) {
    this.kernel = kernel;
    this.math = math;
    this.extrema = Extrema.of(kernel.body());
    this.prims = new PrimEmitter(this::define, declarations, math);
  }

  /** The kernel as two functions: one that loads the buffers' addresses, and the body. */
  static String emit(Kernel.Code kernel, String name, Set<String> declarations, Set<String> math) {
    return new KernelEmitter(kernel, declarations, math).function(name);
  }

  private String function(String name) {
    StringBuilder text = new StringBuilder();
    StringBuilder arguments = new StringBuilder();
    StringBuilder parameters = new StringBuilder();
    text.append("define void @").append(name).append("(ptr %buffers, i64 %begin, i64 %end) {\n");
    for (int i = 0; i < kernel.params().size(); i++) {
      text.append("  %a").append(i).append(" = getelementptr ptr, ptr %buffers, i64 ").append(i);
      text.append("\n  %p").append(i).append(" = load ptr, ptr %a").append(i).append('\n');
      arguments.append("ptr %p").append(i).append(", ");
      parameters.append("ptr noalias %p").append(i).append(", ");
    }
    text.append("  call void @").append(name).append(".body(").append(arguments);
    block(kernel.body());
    // Other threads read what went past the caches once the kernel has returned.
    text.append("i64 %begin, i64 %end)\n").append(streams ? "  fence seq_cst\n" : "");
    text.append("  ret void\n}\n");
    text.append("define internal void @").append(name).append(".body(").append(parameters);
    text.append("i64 %begin, i64 %end) noinline {\nentry:\n");
    return text.append(arrays).append(out).append("  ret void\n}\n").toString();
  }

  private String fresh() {
    return "%t" + next++;
  }

  private String define(String instruction) {
    String name = fresh();
    out.append("  ").append(name).append(" = ").append(instruction).append('\n');
    return name;
  }

  private void block(List<Stmt> body) {
    for (Stmt stmt : body) {
      switch (stmt) {
        case Stmt.Let s -> bind(s.local(), s.value());
        case Stmt.Var s -> {
          bind(s.local(), s.initial());
          variables.add(s.local());
          Integer flag = extrema.get(s.local());
          if (flag != null) {
            values.put(flag, "0");
            types.put(flag, DType.I32);
            variables.add(flag);
          }
        }
        case Stmt.Set s -> {
          if (extrema.containsKey(s.local())) {
            fold(s.local(), (Expr.Apply) s.value());
          } else {
            bind(s.local(), s.value());
          }
        }
        case Stmt.Store s -> store(s);
        case Stmt.Array s -> declare(s);
        case Stmt.Put s -> put(s);
        case Stmt.Stream s -> stream(s);
        case Stmt.For s -> loop(s);
      }
    }
  }

  /**
   * Takes an element into a running maximum or minimum. A flag of its own says whether there was a
   * NaN: both are recurrences that vectorise to one instruction, or two.
   */
  private void fold(int local, Expr.Apply e) {
    String x = emit(e.args().get(1));
    String type = PrimEmitter.register(e.dtype()) + " ";
    String old = Objects.requireNonNull(values.get(local));
    String more = e.prim() == Prim.MAX ? "ogt" : "olt";
    String wins = define("fcmp nnan nsz " + more + " " + type + x + ", " + old);
    values.put(local, define("select nnan nsz i1 " + wins + ", " + type + x + ", " + type + old));
    int flag = Objects.requireNonNull(extrema.get(local));
    String number = define("fcmp ord " + type + x + ", 0.0");
    values.put(flag, define("select i1 " + number + ", i32 " + values.get(flag) + ", i32 1"));
  }

  /** The value of a local; NaN of a running maximum or minimum that has met one. */
  private String read(Expr.Local e) {
    String value = Objects.requireNonNull(values.get(e.id()));
    Integer flag = extrema.get(e.id());
    if (flag == null) {
      return value;
    }
    String type = PrimEmitter.register(e.dtype()) + " ";
    String none = define("icmp eq i32 " + values.get(flag) + ", 0");
    String nan = PrimEmitter.constant(e.dtype(), Double.NaN);
    return define("select i1 " + none + ", " + type + value + ", " + type + nan);
  }

  private void bind(int local, Expr value) {
    values.put(local, emit(value));
    types.put(local, value.dtype());
  }

  private void declare(Stmt.Array s) {
    arrays.append("  %v").append(s.array()).append(" = alloca ");
    arrays.append(PrimEmitter.memory(s.dtype())).append(", i64 ").append(s.size());
    arrays.append(", align 64\n");
  }

  private void put(Stmt.Put s) {
    String value = emit(s.value());
    DType dtype = s.value().dtype();
    store(dtype, value, address("%v" + s.array(), emit(s.index()), dtype));
  }

  private void stream(Stmt.Stream s) {
    String address = address("%p" + s.param(), emit(s.index()), s.dtype());
    String bytes = define("mul i64 " + emit(s.count()) + ", " + s.dtype().bytes());
    math.add("kx.stream");
    out.append("  call void @kx.stream(ptr ").append(address).append(", ptr %v").append(s.array());
    out.append(", i64 ").append(bytes).append(")\n");
    streams = true;
  }

  private void store(Stmt.Store s) {
    String value = emit(s.value());
    DType dtype = s.value().dtype();
    store(dtype, value, address("%p" + s.param(), emit(s.index()), dtype));
  }

  private void store(DType dtype, String register, String address) {
    String value = prims.toMemory(dtype, register);
    out.append("  store ").append(PrimEmitter.memory(dtype)).append(' ').append(value);
    out.append(", ptr ").append(address).append(", align ").append(dtype.bytes()).append('\n');
  }

  private String address(String base, String index, DType dtype) {
    String type = PrimEmitter.memory(dtype);
    return define("getelementptr inbounds " + type + ", ptr " + base + ", i64 " + index);
  }

  private String load(DType dtype, String base, Expr index) {
    String address = address(base, emit(index), dtype);
    String type = PrimEmitter.memory(dtype);
    String value = define("load " + type + ", ptr " + address + ", align " + dtype.bytes());
    return prims.fromMemory(dtype, value);
  }

  /** The SSA name of an expression's value. */
  private String emit(Expr expr) {
    return switch (expr) {
      case Expr.Const e -> PrimEmitter.constant(e.dtype(), e.value());
      case Expr.Local e -> read(e);
      case Expr.Load e -> load(e.dtype(), "%p" + e.param(), e.index());
      case Expr.Element e -> load(e.dtype(), "%v" + e.array(), e.index());
      case Expr.Begin e -> "%begin";
      case Expr.End e -> "%end";
      case Expr.Apply e -> {
        boolean sum =
            e.args().stream()
                .anyMatch(a -> a instanceof Expr.Local l && variables.contains(l.id()));
        yield prims.emit(
            e, e.args().stream().map(this::emit).toList(), sum && e.prim() != Prim.SUB);
      }
    };
  }

  /** A loop with its test at the end, behind a guard for the empty case. */
  private void loop(Stmt.For s) {
    String from = emit(s.from());
    String to = emit(s.to());
    int id = next++;
    String before = label;
    String guard = define("icmp slt i64 " + from + ", " + to);
    out.append("  br i1 ").append(guard).append(", label %loop").append(id);
    out.append(", label %exit").append(id).append('\n');
    List<Carried> carried = carried(s);
    StringBuilder outer = out;
    out = new StringBuilder();
    label = "loop" + id;
    String counter = "%i" + id;
    values.put(s.local(), counter);
    carried.forEach(c -> values.put(c.local(), c.phi()));
    block(s.body());
    String advanced = define("add nuw nsw i64 " + counter + ", 1");
    String again = define("icmp slt i64 " + advanced + ", " + to);
    String latch = label;
    StringBuilder body = out;
    out = outer;
    out.append("loop").append(id).append(":\n");
    phi(counter, "i64", from, before, advanced, latch);
    for (Carried c : carried) {
      phi(c.phi(), type(c), c.initial(), before, current(c), latch);
    }
    out.append(body).append("  br i1 ").append(again).append(", label %loop").append(id);
    out.append(", label %exit").append(id).append("\nexit").append(id).append(":\n");
    label = "exit" + id;
    for (Carried c : carried) {
      String merged = fresh();
      phi(merged, type(c), c.initial(), before, current(c), latch);
      values.put(c.local(), merged);
    }
  }

  /** A variable changed by a loop. */
  private record Carried(int local, String initial, String phi) {}

  private List<Carried> carried(Stmt.For s) {
    List<Carried> out = new ArrayList<>();
    for (int local : assigned(s.body())) {
      String initial = values.get(local);
      if (initial != null && variables.contains(local)) {
        out.add(new Carried(local, initial, fresh()));
      }
    }
    return out;
  }

  private String type(Carried c) {
    return PrimEmitter.register(Objects.requireNonNull(types.get(c.local())));
  }

  private String current(Carried c) {
    return Objects.requireNonNull(values.get(c.local()));
  }

  private void phi(String name, String type, String a, String fromA, String b, String fromB) {
    out.append("  ")
        .append(name)
        .append(" = phi ")
        .append(type)
        .append(" [ ")
        .append(a)
        .append(", %");
    out.append(fromA).append(" ], [ ").append(b).append(", %").append(fromB).append(" ]\n");
  }

  private Set<Integer> assigned(List<Stmt> body) {
    Set<Integer> found = new TreeSet<>();
    for (Stmt stmt : body) {
      if (stmt instanceof Stmt.Set s) {
        found.add(s.local());
        Integer flag = extrema.get(s.local());
        if (flag != null) {
          found.add(flag);
        }
      } else if (stmt instanceof Stmt.For s) {
        found.addAll(assigned(s.body()));
      }
    }
    return found;
  }
}
