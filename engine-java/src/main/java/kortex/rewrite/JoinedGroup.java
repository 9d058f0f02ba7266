package kortex.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kortex.graph.Grouping.Group;
import kortex.tensor.Axis;
import kortex.tensor.Shape;

/** A group while groups are joined: at first a single one. */
final class JoinedGroup {
  /** What a group does to an iteration space. */
  record Reduced(Shape space, List<Integer> axes) {
    /** The same over all other axes. */
    Reduced across() {
      return new Reduced(space, Axis.without(space.rank(), axes));
    }
  }

  private final List<Group> groups = new ArrayList<>();
  private final Set<Integer> outputs = new LinkedHashSet<>();
  private final Set<Integer> reads;
  private Optional<Reduced> reduced;
  private final Optional<Shape> mapped;
  private final Optional<Shape> points;
  private boolean concatenates;
  private int members;
  private int reductions;
  private int position;
  private Optional<JoinedGroup> within = Optional.empty();

  /**
   * @param reduced the space and axes of its reductions, if it has any
   * @param mapped the space of a map
   * @param points the space at whose points it stores values: that of a map, or of the equal parts
   *     of a concatenation
   * @param members how many entries it computes
   */
  JoinedGroup(
      Group group,
      Set<Integer> reads,
      Optional<Reduced> reduced,
      Optional<Shape> mapped,
      Optional<Shape> points,
      int members) {
    groups.add(group);
    group.outputs().forEach(r -> outputs.add(r.entry()));
    this.reads = new LinkedHashSet<>(reads);
    this.reduced = reduced;
    this.mapped = mapped;
    this.points = points;
    this.concatenates = points.isPresent() && mapped.isEmpty();
    this.members = members;
    this.reductions = reduced.isPresent() ? 1 : 0;
  }

  List<Group> groups() {
    return groups;
  }

  /** The entries it stores. */
  Set<Integer> outputs() {
    return outputs;
  }

  /** The entries in memory it reads, as far as it does not make them. */
  Set<Integer> reads() {
    return reads;
  }

  int members() {
    return members;
  }

  int reductions() {
    return reductions;
  }

  boolean reduces() {
    return reduced.isPresent();
  }

  /** Whether it may be part of a joined group at all. */
  boolean joins() {
    return reduced.isPresent() || points.isPresent();
  }

  Optional<Shape> mapped() {
    return mapped;
  }

  /** The space at whose points it stores values, if it does nothing else. */
  Optional<Shape> points() {
    return points;
  }

  /** Whether a concatenation is part of it. */
  boolean concatenates() {
    return concatenates;
  }

  Reduced reduced() {
    return reduced.orElseThrow();
  }

  Shape space() {
    return reduced().space();
  }

  List<Integer> axes() {
    return reduced().axes();
  }

  int position() {
    return position;
  }

  void place(int place) {
    position = place;
  }

  boolean isAlive() {
    return within.isEmpty();
  }

  /** The group that this one is part of by now. */
  JoinedGroup alive() {
    JoinedGroup current = this;
    while (current.within.isPresent()) {
      current = current.within.get();
    }
    return current;
  }

  /** Makes another group part of this one. */
  void take(JoinedGroup other) {
    groups.addAll(other.groups);
    outputs.addAll(other.outputs);
    reads.addAll(other.reads);
    reads.removeAll(outputs);
    members += other.members;
    reductions += other.reductions;
    concatenates |= other.concatenates;
    other.within = Optional.of(this);
  }
}
