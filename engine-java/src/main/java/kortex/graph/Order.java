package kortex.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Orders nodes so that inputs come first. Iterative: a graph may be a million nodes deep. */
public final class Order {
  private Order() {}

  /** All nodes behind {@code values}, inputs first; {@code stop} nodes and theirs are left out. */
  public static List<Node> of(Collection<Value> values, Predicate<Node> stop) {
    List<Node> order = new ArrayList<>();
    Set<Node> seen = new HashSet<>();
    Deque<Visit> stack = new ArrayDeque<>();
    for (Value value : values) {
      push(value.node(), seen, stack, stop);
      while (!stack.isEmpty()) {
        Visit visit = stack.getFirst();
        if (visit.next < visit.node.inputs().size()) {
          push(visit.node.inputs().get(visit.next++).node(), seen, stack, stop);
        } else {
          order.add(visit.node);
          stack.removeFirst();
        }
      }
    }
    return order;
  }

  private static void push(Node node, Set<Node> seen, Deque<Visit> stack, Predicate<Node> stop) {
    if (!stop.test(node) && seen.add(node)) {
      stack.addFirst(new Visit(node));
    }
  }

  private static final class Visit {
    private final Node node;
    private int next;

    Visit(Node node) {
      this.node = node;
    }
  }
}
