package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping.Fused;
import kortex.graph.Grouping.Group;
import kortex.graph.Grouping.Joined;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Reduce;
import kortex.rewrite.JoinedGroup.Reduced;
import kortex.tensor.Shape;

/** Which groups may be joined, and when that is worth it. */
final class JoinRules {
  /** A kernel of a thousand entries compiles slowly and spills its registers. */
  private static final int MOST_MEMBERS = 200;

  /** Each has accumulators, which should stay in registers. */
  private static final int MOST_REDUCTIONS = 8;

  /** What is made for a group that is further away lies in memory for longer. */
  private static final int MOST_WAITING = 8;

  /** More streams than a processor fetches ahead. */
  private static final int MOST_VALUES = 24;

  private final Graph graph;
  private final FusionRules rules;
  private final Set<Integer> stored;

  /** The rules for a graph whose {@code stored} entries are outputs of groups. */
  JoinRules(Graph graph, FusionRules rules, Set<Integer> stored) {
    this.graph = graph;
    this.rules = rules;
    this.stored = stored;
  }

  /** The entry whose memory an entry is in. */
  int memory(int entry) {
    int current = entry;
    while (rules.isAlias(current) || rules.isReshape(current)) {
      current = graph.entries().get(current).inputs().getFirst().entry();
    }
    return current;
  }

  /** Whether an entry is a concatenation: the root of its group. */
  boolean isConcat(int entry) {
    return graph.entries().get(entry).op() instanceof Join.Concat;
  }

  /** A group as it is before any are joined. */
  JoinedGroup single(Group group, Set<Integer> reads) {
    int members = reads.size() + group.outputs().size();
    if (!(group instanceof Fused fused) || graph.type(fused.root()).size() == 0) {
      return new JoinedGroup(
          group, reads, Optional.empty(), Optional.empty(), Optional.empty(), members);
    }
    Entry root = graph.entry(fused.root());
    if (root.op() instanceof Reduce reduce) {
      Shape space = graph.type(root.inputs().getFirst()).shape();
      Optional<Reduced> reduced =
          space.size() == 0 ? Optional.empty() : Optional.of(new Reduced(space, reduce.axes()));
      return new JoinedGroup(group, reads, reduced, Optional.empty(), Optional.empty(), members);
    }
    int entry = fused.root().entry();
    boolean map = !rules.isRoot(entry);
    Optional<Shape> space = map ? Optional.of(root.types().getFirst().shape()) : Optional.empty();
    Optional<Shape> points =
        rules.isEvenConcat(entry)
            ? Optional.of(graph.type(root.inputs().getFirst()).shape())
            : space;
    return new JoinedGroup(group, reads, Optional.empty(), space, points, members);
  }

  /**
   * Whether one of two groups that store values at the points of one space reads there what the
   * other makes. At most one of them is a concatenation.
   */
  boolean fitAtPoints(JoinedGroup group, JoinedGroup other) {
    Optional<Shape> space = group.points();
    return !other.reduces()
        && space.isPresent()
        && other.points().equals(space)
        && !(group.concatenates() && other.concatenates())
        && Math.abs(group.position() - other.position()) <= MOST_WAITING
        && group.members() + other.members() <= MOST_MEMBERS
        && group.reads().size() + other.reads().size() <= MOST_VALUES
        && group.outputs().size() + other.outputs().size() <= MOST_VALUES
        && (shares(group.outputs(), other.reads(), space.get(), false)
            || shares(other.outputs(), group.reads(), space.get(), false))
        && isAligned(new Reduced(space.get(), List.of()), group, other);
  }

  /** Whether a group fits to one that reduces, and joining them saves reading or writing. */
  boolean fit(JoinedGroup group, JoinedGroup other) {
    Reduced over = group.reduced();
    boolean same = other.reduces() ? isReduction(over, other) : isMap(over, other);
    return same
        && group.members() + other.members() <= MOST_MEMBERS
        && group.reductions() + other.reductions() <= MOST_REDUCTIONS
        && group.reads().size() + other.reads().size() <= MOST_VALUES
        && saves(over.space(), group, other)
        && isAligned(over, group, other);
  }

  /** Whether a group reduces the same, or, where there are rows, across them. */
  private static boolean isReduction(Reduced over, JoinedGroup other) {
    return other.reduced().equals(over)
        || (Joined.byRows(over.space(), over.axes()) && other.reduced().equals(over.across()));
  }

  /** Whether a map goes over the space that a group has reduced, reading the same. */
  boolean goesOver(JoinedGroup group, JoinedGroup other) {
    return other.mapped().filter(group.space()::equals).isPresent()
        && shares(group.reads(), other.reads(), group.space(), false);
  }

  /** Whether a group is a map over what another leaves of its space. */
  boolean isSmall(JoinedGroup group, JoinedGroup other) {
    return group.mapped().filter(shape -> shape.size() < other.space().size()).isPresent();
  }

  private static boolean isMap(Reduced over, JoinedGroup other) {
    return other
        .mapped()
        .filter(shape ->
            shape.equals(over.space())
                || (Joined.byRows(over.space(), over.axes()) && Alignment.isOfRows(over, shape)))
        .isPresent();
  }

  /** Whether they share a value as large as the space, or one of them is small and belongs. */
  private boolean saves(Shape space, JoinedGroup group, JoinedGroup other) {
    boolean small = other.mapped().filter(s -> !s.equals(space)).isPresent();
    return shares(group.outputs(), other.reads(), space, small)
        || shares(other.outputs(), group.reads(), space, small)
        || shares(group.reads(), other.reads(), space, false);
  }

  private boolean shares(Set<Integer> a, Set<Integer> b, Shape space, boolean small) {
    Set<Integer> smaller = a.size() < b.size() ? a : b;
    Set<Integer> larger = smaller == a ? b : a;
    return smaller.stream()
        .anyMatch(e ->
            larger.contains(e)
                && (small || graph.entries().get(e).types().getFirst().size() >= space.size()));
  }

  /** Whether everything that one of them makes is read where it is made. */
  private boolean isAligned(Reduced over, JoinedGroup group, JoinedGroup other) {
    Set<Integer> own = new HashSet<>(group.outputs());
    own.addAll(other.outputs());
    return new Walk(new Alignment(over), own, Joined.byRows(over.space(), over.axes())).run();
  }

  /** An entry, and the axis of the space that each of its axes follows. */
  private record Place(int entry, List<Integer> at) {}

  /** Goes from what groups store to all that they compute. */
  private final class Walk {
    private final Alignment alignment;
    private final Set<Integer> own;
    private final boolean byRows;
    private final Set<Place> seen = new HashSet<>();
    private final List<Place> work = new ArrayList<>();

    Walk(Alignment alignment, Set<Integer> own, boolean byRows) {
      this.alignment = alignment;
      this.own = own;
      this.byRows = byRows;
    }

    boolean run() {
      for (int e : own) {
        List<Integer> home = isAcross(e) ? List.of() : alignment.home(shape(e));
        seen.add(new Place(e, home));
        work.add(new Place(e, home));
      }
      while (!work.isEmpty()) {
        Place next = work.removeLast();
        if (!expand(next)) {
          return false;
        }
      }
      return true;
    }

    private boolean isAcross(int entry) {
      return graph.entries().get(entry).op() instanceof Reduce reduce && !alignment.reduces(reduce);
    }

    private Shape shape(int entry) {
      return graph.entries().get(entry).types().getFirst().shape();
    }

    private boolean expand(Place place) {
      Entry entry = graph.entries().get(place.entry());
      for (int k = 0; k < entry.inputs().size(); k++) {
        Ref input = entry.inputs().get(k);
        boolean taken = entry.op() instanceof Index.Take && k == 0;
        if (taken ? own.contains(memory(input.entry())) : !read(entry, input, place.at())) {
          return false;
        }
      }
      return true;
    }

    private boolean read(Entry by, Ref input, List<Integer> at) {
      int e = input.entry();
      if (rules.isAlias(e)) {
        return !own.contains(memory(e));
      }
      List<Integer> there = alignment.through(by.op(), graph.type(input).shape(), at);
      if (own.contains(e)) {
        boolean reduced = graph.entries().get(e).op() instanceof Reduce;
        return !isAcross(e) && there.equals(alignment.home(shape(e))) && (byRows || !reduced);
      }
      Place next = new Place(e, there);
      if (!stored.contains(e) && !rules.isRead(e) && seen.add(next)) {
        work.add(next);
      }
      return true;
    }
  }
}
