package kortex.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kortex.tensor.Shape;

/**
 * The loops over an iteration space: axes of extent 1 left out, neighbours merged where every
 * access steps through them as through one.
 */
final class Loops {
  /** One loop: its extent, the axes it stands for (outermost first), and whether it is reduced. */
  record Loop(long extent, List<Integer> axes, boolean reduced) {
    int innermost() {
      return axes.getLast();
    }
  }

  private Loops() {}

  /** The fewest loops that keep every access affine. */
  static List<Loop> collapse(Shape space, Set<Integer> reduced, Set<List<Long>> strides) {
    List<Loop> loops = new ArrayList<>();
    for (int axis = 0; axis < space.rank(); axis++) {
      long extent = space.extent(axis);
      boolean isReduced = reduced.contains(axis);
      if (extent == 1) {
        continue;
      }
      Loop next = new Loop(extent, List.of(axis), isReduced);
      if (!loops.isEmpty() && mergeable(loops.getLast(), next, strides)) {
        Loop outer = loops.removeLast();
        List<Integer> axes = new ArrayList<>(outer.axes());
        axes.add(axis);
        next = new Loop(outer.extent() * extent, axes, isReduced);
      }
      loops.add(next);
    }
    return loops;
  }

  private static boolean mergeable(Loop outer, Loop inner, Set<List<Long>> strides) {
    return outer.reduced() == inner.reduced()
        && strides.stream()
            .allMatch(s -> s.get(outer.innermost()) == s.get(inner.innermost()) * inner.extent());
  }
}
