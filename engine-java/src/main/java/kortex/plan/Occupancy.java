package kortex.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which bytes of an arena are taken at which steps. A binary tree over the steps knows for each
 * stretch of them what is taken at all of its steps, and what at any: to find a free place asks for
 * about the logarithm of their number, however many values there are.
 */
final class Occupancy {
  private final Stretch all;

  /** An arena in which nothing is taken yet. */
  Occupancy(int steps) {
    this.all = new Stretch(0, steps - 1);
  }

  /** Takes so many bytes for a life, at the lowest offset where they are free; returns that. */
  long take(ArenaLayout.Life life, long size) {
    List<Taken> met = new ArrayList<>();
    all.meet(life, met);
    long at = 0;
    boolean free = false;
    while (!free) {
      free = true;
      for (Taken taken : met) {
        long next = taken.next(at, size);
        free &= next == at;
        at = next;
      }
    }
    all.add(life, at, at + size);
    return at;
  }

  /** Steps that follow one another, and the two halves of them. */
  private static final class Stretch {
    private final int first;
    private final int last;
    private final Taken always = new Taken();
    private final Taken ever = new Taken();
    private final List<Stretch> halves = new ArrayList<>();

    Stretch(int first, int last) {
      this.first = first;
      this.last = last;
    }

    private boolean isIn(ArenaLayout.Life life) {
      return life.first() <= first && last <= life.last();
    }

    private boolean isApart(ArenaLayout.Life life) {
      return life.last() < first || last < life.first();
    }

    /** Collects what is taken at any step of a life. */
    void meet(ArenaLayout.Life life, List<Taken> into) {
      if (isApart(life)) {
        return;
      }
      if (isIn(life)) {
        into.add(ever);
        return;
      }
      into.add(always);
      halves.forEach(half -> half.meet(life, into));
    }

    void add(ArenaLayout.Life life, long from, long to) {
      if (isApart(life)) {
        return;
      }
      ever.add(from, to);
      if (isIn(life)) {
        always.add(from, to);
        return;
      }
      if (halves.isEmpty()) {
        int middle = (first + last) / 2;
        halves.add(new Stretch(first, middle));
        halves.add(new Stretch(middle + 1, last));
      }
      halves.forEach(half -> half.add(life, from, to));
    }
  }

  /** Ranges of bytes, from their begin to their end; those that touch are one. */
  private static final class Taken {
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    void add(long from, long to) {
      long begin = from;
      long end = to;
      Map.Entry<Long, Long> other = ranges.floorEntry(end);
      while (other != null && other.getValue() >= begin) {
        begin = Math.min(begin, other.getKey());
        end = Math.max(end, other.getValue());
        ranges.remove(other.getKey());
        other = ranges.floorEntry(end);
      }
      ranges.put(begin, end);
    }

    /** {@code at}, or where the last range ends that {@code size} bytes there would overlap. */
    long next(long at, long size) {
      Map.Entry<Long, Long> last = ranges.lowerEntry(at + size);
      return last == null ? at : Math.max(at, last.getValue());
    }
  }
}
