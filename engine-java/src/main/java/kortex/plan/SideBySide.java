package kortex.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import kortex.graph.Graph.Ref;
import kortex.kernel.Expr;
import kortex.kernel.Stmt;
import kortex.op.Reduce;
import kortex.plan.Loops.Loop;
import kortex.plan.ReduceLowering.Range;
import kortex.scalar.Prim;
import kortex.tensor.DType;

/**
 * Results that accumulate in memory side by side, while the innermost loop, which is not reduced,
 * runs along them. Several turns of the last reduced loop are combined with one another first, so
 * that what is accumulated is loaded and stored once for all of them.
 */
final class SideBySide {
  private static final int TURNS = 8;

  /** With longer bodies loading and storing matter less than the length of the code. */
  private static final int LONGEST_BODY = 24;

  private final Body body;
  private final Loop side;
  private final List<Loop> reduced;
  private final List<Coordinate> identity;
  private final List<Column> columns;
  private final Runnable beside;

  /** A reduction, and the parameter that holds its results. */
  record Column(Reduce op, Ref input, int param) {}

  /**
   * @param side the innermost loop
   * @param beside what else happens at each point
   */
  SideBySide(
      Body body,
      Loop side,
      List<Loop> reduced,
      List<Coordinate> identity,
      List<Column> columns,
      Runnable beside) {
    this.body = body;
    this.side = side;
    this.reduced = reduced;
    this.identity = identity;
    this.columns = columns;
    this.beside = beside;
  }

  /** Accumulates over ranges of the reduced loops; {@code position} is that of a result. */
  void accumulate(List<Stmt> into, Range along, List<Range> ranges, Supplier<Expr> position) {
    into.add(clear(along, position));
    List<Expr.Local> counters = new ArrayList<>();
    for (Loop loop : reduced) {
      Expr.Local counter = body.fresh(DType.I64);
      counters.add(counter);
      body.counter(loop, counter);
    }
    List<Stmt> single = new ArrayList<>();
    List<Expr> turn = reduced.isEmpty() ? List.of() : List.of(counters.getLast());
    List<Stmt> inner = turns(single, along, turn, position);
    List<Stmt> nest = single;
    if (!reduced.isEmpty()) {
      Range rows = ranges.getLast();
      boolean several = reduced.getLast().extent() >= 2 * TURNS && inner.size() <= LONGEST_BODY;
      nest = new ArrayList<>();
      Expr from = several ? several(nest, along, rows, position) : rows.from();
      nest.add(new Stmt.For(counters.getLast().id(), from, rows.to(), single));
    }
    for (int i = reduced.size() - 2; i >= 0; i--) {
      Range range = ranges.get(i);
      nest = List.of(new Stmt.For(counters.get(i).id(), range.from(), range.to(), nest));
    }
    into.addAll(nest);
    body.inner = inner;
  }

  private Stmt clear(Range along, Supplier<Expr> position) {
    Expr.Local start = body.fresh(DType.I64);
    body.counter(side, start);
    Expr at = position.get();
    List<Stmt> stores = new ArrayList<>();
    for (Column c : columns) {
      DType dtype = body.type(c.param());
      stores.add(new Stmt.Store(c.param(), at, new Expr.Const(dtype, c.op().initial(dtype))));
    }
    return new Stmt.For(start.id(), along.from(), along.to(), stores);
  }

  /** Handles rows in blocks of several, and returns where the rest begins. */
  private Expr several(List<Stmt> into, Range along, Range rows, Supplier<Expr> position) {
    KernelScalars scalars = body.scalars(into);
    Expr length = scalars.let(Expr.i64(Prim.SUB, rows.to(), rows.from()));
    Expr count = scalars.let(Expr.i64(Prim.DIV, length, Expr.of(TURNS)));
    Expr.Local block = body.fresh(DType.I64);
    List<Stmt> each = new ArrayList<>();
    KernelScalars inBlock = body.scalars(each);
    Expr first = inBlock.let(Expr.plus(rows.from(), Expr.times(block, TURNS)));
    List<Expr> turns = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      turns.add(inBlock.let(Expr.plus(first, Expr.of(i))));
    }
    turns(each, along, turns, position);
    into.add(new Stmt.For(block.id(), Expr.of(0), count, each));
    return scalars.let(Expr.plus(rows.from(), Expr.times(count, TURNS)));
  }

  /** One run along the results for some turns of the last reduced loop; returns its body. */
  private List<Stmt> turns(
      List<Stmt> into, Range along, List<Expr> turns, Supplier<Expr> position) {
    Expr.Local counter = body.fresh(DType.I64);
    List<Stmt> inner =
        body.within(
            into,
            () -> {
              body.counter(side, counter);
              List<List<Expr>> values = new ArrayList<>();
              if (turns.isEmpty()) {
                values.add(values());
              }
              for (Expr turn : turns) {
                body.move(reduced.getLast(), turn);
                values.add(values());
              }
              combine(values, position.get());
            });
    into.add(new Stmt.For(counter.id(), along.from(), along.to(), inner));
    return inner;
  }

  private List<Expr> values() {
    List<Expr> out = columns.stream().map(c -> body.value(c.input(), identity).expr()).toList();
    beside.run();
    return out;
  }

  private void combine(List<List<Expr>> turns, Expr at) {
    KernelScalars scalars = body.scalars(body.inner);
    for (int i = 0; i < columns.size(); i++) {
      int number = i;
      Column column = columns.get(i);
      List<Expr> terms = new ArrayList<>(turns.stream().map(t -> t.get(number)).toList());
      while (terms.size() > 1) {
        List<Expr> pairs = new ArrayList<>();
        for (int k = 0; k + 1 < terms.size(); k += 2) {
          pairs.add(column.op().combine(scalars, terms.get(k), terms.get(k + 1)));
        }
        if (terms.size() % 2 == 1) {
          pairs.add(terms.getLast());
        }
        terms = pairs;
      }
      Expr old = scalars.let(new Expr.Load(column.param(), at, body.type(column.param())));
      Expr next = column.op().combine(scalars, old, terms.getFirst());
      body.inner.add(new Stmt.Store(column.param(), at, next));
    }
  }
}
