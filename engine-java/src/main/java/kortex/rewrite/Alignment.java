package kortex.rewrite;

import java.util.ArrayList;
import java.util.List;
import kortex.op.Join;
import kortex.op.Op;
import kortex.op.Reduce;
import kortex.op.View;
import kortex.rewrite.JoinedGroup.Reduced;
import kortex.tensor.Axis;
import kortex.tensor.Shape;

/**
 * Which axis of an iteration space each axis of a value follows, where the value is read at one
 * point of the space.
 */
final class Alignment {
  /** An axis of extent 1 follows none. */
  private static final int NONE = -1;

  /** An axis that follows one in some other way: backwards, shifted, in steps. */
  private static final int OTHERWISE = -2;

  private final Reduced over;

  Alignment(Reduced over) {
    this.over = over;
  }

  /**
   * Whether a shape has an element for each row: the space without the reduced axes, or 1 there.
   */
  static boolean isOfRows(Reduced over, Shape shape) {
    return shape.equals(dropped(over)) || shape.equals(units(over));
  }

  private static Shape dropped(Reduced over) {
    return Shape.of(
        Axis.without(over.space().rank(), over.axes()).stream().map(over.space()::extent).toList());
  }

  private static Shape units(Reduced over) {
    List<Long> extents = new ArrayList<>();
    for (int axis = 0; axis < over.space().rank(); axis++) {
      extents.add(over.axes().contains(axis) ? 1L : over.space().extent(axis));
    }
    return Shape.of(extents);
  }

  /** Whether it reduces rows, not across them. */
  boolean reduces(Reduce reduce) {
    return reduce.axes().equals(over.axes());
  }

  /** Where a value of the space, or one of its rows, is made. */
  List<Integer> home(Shape shape) {
    List<Integer> axes =
        shape.equals(over.space()) || shape.equals(units(over))
            ? Axis.range(0, over.space().rank())
            : Axis.without(over.space().rank(), over.axes());
    return normal(shape, axes);
  }

  private static List<Integer> normal(Shape shape, List<Integer> at) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      out.add(shape.extent(i) == 1 ? NONE : at.get(i));
    }
    return List.copyOf(out);
  }

  /** Where an input of a shape is read by an op whose result is read at {@code at}. */
  List<Integer> through(Op op, Shape from, List<Integer> at) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < from.rank(); i++) {
      out.add(from.extent(i) == 1 ? NONE : OTHERWISE);
    }
    switch (op) {
      case Reduce reduce -> {
        return normal(from, Axis.range(0, over.space().rank()));
      }
      case View.Broadcast view -> {
        for (int i = 0; i < out.size(); i++) {
          out.set(i, from.extent(i) == 1 ? NONE : at.get(view.axes().get(i)));
        }
      }
      case View.Permute view -> {
        for (int i = 0; i < out.size(); i++) {
          out.set(view.order().get(i), at.get(i));
        }
      }
      case View.Reshape view -> {
        List<Integer> kept = new ArrayList<>(at);
        kept.removeIf(a -> a == NONE);
        int next = 0;
        for (int i = 0; i < out.size(); i++) {
          out.set(i, from.extent(i) == 1 ? NONE : kept.get(next++));
        }
      }
      case View.Slice view -> {
        for (int i = 0; i < out.size(); i++) {
          boolean all = view.ranges().get(i).equals(View.Range.all(from.extent(i)));
          out.set(i, all ? at.get(i) : out.get(i));
        }
      }
      case Join.Pad pad -> {
        for (int i = 0; i < out.size(); i++) {
          boolean none = pad.margins().get(i).equals(Join.Margin.NONE);
          out.set(i, none ? at.get(i) : out.get(i));
        }
      }
      default -> {
        return normal(from, from.rank() == 0 ? List.of() : at);
      }
    }
    return List.copyOf(out);
  }
}
