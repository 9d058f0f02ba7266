package kortex.op;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kortex.op.Body.Ref;

/**
 * Chooses what a forward step keeps for its reverse step: the fewest bytes from which everything
 * the reverse step reads can be computed again without running anything expensive twice.
 *
 * <p>That is a minimum cut. Every value is an edge whose capacity is its size; a value that is
 * cheap to compute hangs on its operands, and on the source as firmly as its formula is long; an
 * expensive one and a carry hang on the source for good; what the reverse step reads hangs on the
 * sink. Constants and sequences are there anyway and cost nothing. The maximum flow is found along
 * shortest paths (Edmonds and Karp, 1972), and of all minimum cuts the one next to the sink is
 * taken, which computes least again.
 */
final class Residuals {
  private static final long UNBOUNDED = Long.MAX_VALUE / 4;

  /**
   * Scalar operations that take as long as it is worth to keep a value: twice what storing does.
   */
  private static final int WORTH_KEEPING = 64;

  private final Scan scan;
  private final Body body;

  /** Capacities left, by vertex. Values have two vertices, before and behind their size. */
  private final List<Map<Integer, Long>> left = new ArrayList<>();

  private final Map<Ref, Integer> vertices = new HashMap<>();
  private final int source = vertex();
  private final int sink = vertex();

  private Residuals(Scan scan) {
    this.scan = scan;
    this.body = scan.body();
  }

  /** The values of the forward step to keep for a reverse step that reads {@code read}. */
  static Set<Ref> choose(Scan scan, Set<Ref> read) {
    return new Residuals(scan).run(read);
  }

  /** Whether an op costs about as much as reading its result from memory. */
  private static boolean cheap(Op op) {
    return op instanceof Unary
        || op instanceof Binary
        || op instanceof Select
        || op instanceof View
        || op instanceof Join.Pad
        || op instanceof Leaf.Fill
        || op instanceof Index.Iota
        || op instanceof Random
        || op instanceof Region.After;
  }

  private int vertex() {
    left.add(new HashMap<>());
    return left.size() - 1;
  }

  private void edge(int from, int to, long capacity) {
    left.get(from).merge(to, capacity, Math::max);
    left.get(to).putIfAbsent(from, 0L);
  }

  private Set<Ref> run(Set<Ref> read) {
    List<Ref> work = new ArrayList<>(read);
    work.forEach(ref -> edge(place(ref) + 1, sink, UNBOUNDED));
    Set<Ref> seen = new LinkedHashSet<>(work);
    while (!work.isEmpty()) {
      Ref ref = work.removeLast();
      for (Ref operand : operands(ref)) {
        edge(place(operand) + 1, place(ref), UNBOUNDED);
        if (seen.add(operand)) {
          work.add(operand);
        }
      }
    }
    while (augment()) {}
    Set<Integer> behind = reachingSink();
    Set<Ref> out = new LinkedHashSet<>();
    for (Ref ref : seen) {
      if (!behind.contains(place(ref)) && behind.contains(place(ref) + 1)) {
        out.add(ref);
      }
    }
    return out;
  }

  /** The vertex before a value; the one behind it is the next. */
  private int place(Ref ref) {
    Integer known = vertices.get(ref);
    if (known != null) {
      return known;
    }
    int before = vertex();
    vertices.put(ref, before);
    // One more for each, so that of two cuts of the same bytes the one of fewer values wins.
    edge(before, vertex(), body.type(ref).bytes() + 1);
    boolean carry = ref.entry() < scan.carries();
    if (carry) {
      edge(source, before, UNBOUNDED);
    } else if (!body.isParameter(ref)) {
      edge(source, before, price(ref));
    }
    return before;
  }

  /** What it costs to compute a value again, in bytes. Random numbers are never kept. */
  private long price(Ref ref) {
    Op op = body.entries().get(ref.entry()).op();
    if (!cheap(op)) {
      return UNBOUNDED;
    }
    boolean formula = op instanceof Unary || op instanceof Binary || op instanceof Select;
    int cost = formula ? Math.min(FormulaCost.of(op), WORTH_KEEPING / 2) : 0;
    return body.type(ref).bytes() * cost / WORTH_KEEPING;
  }

  /** What a value is computed from again. */
  private List<Ref> operands(Ref ref) {
    Body.Entry entry = body.entries().get(ref.entry());
    return !body.isParameter(ref) && cheap(entry.op()) ? entry.inputs() : List.of();
  }

  /** Sends as much as one shortest path takes from source to sink. */
  private boolean augment() {
    int[] from = new int[left.size()];
    Arrays.fill(from, -1);
    from[source] = source;
    Deque<Integer> work = new ArrayDeque<>(List.of(source));
    while (!work.isEmpty() && from[sink] < 0) {
      int v = work.removeFirst();
      left.get(v)
          .forEach((to, capacity) -> {
            if (capacity > 0 && from[to] < 0) {
              from[to] = v;
              work.add(to);
            }
          });
    }
    if (from[sink] < 0) {
      return false;
    }
    long amount = UNBOUNDED;
    for (int v = sink; v != source; v = from[v]) {
      amount = Math.min(amount, left.get(from[v]).getOrDefault(v, 0L));
    }
    for (int v = sink; v != source; v = from[v]) {
      left.get(from[v]).merge(v, -amount, Long::sum);
      left.get(v).merge(from[v], amount, Long::sum);
    }
    return true;
  }

  /** The vertices from which more could flow to the sink. */
  private Set<Integer> reachingSink() {
    Set<Integer> out = new LinkedHashSet<>(List.of(sink));
    Deque<Integer> work = new ArrayDeque<>(out);
    while (!work.isEmpty()) {
      int v = work.removeFirst();
      // Every edge has one in the other direction, so the neighbours are those in front of v too.
      for (int u : left.get(v).keySet()) {
        if (left.get(u).getOrDefault(v, 0L) > 0 && out.add(u)) {
          work.add(u);
        }
      }
    }
    return out;
  }
}
