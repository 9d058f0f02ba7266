package kortex.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Control;
import kortex.graph.Graph;
import kortex.graph.GraphVerifier;
import kortex.graph.Grouping;
import kortex.graph.Joining;
import kortex.graph.Slice;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.op.ArgSort;
import kortex.op.Convolution;
import kortex.op.Index;
import kortex.op.MatMul;
import kortex.op.Pooling;
import kortex.plan.PlanVerifier;
import kortex.plan.Planner;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Random graphs with gradients and updates: fused and planned, they compute what they say. */
class RandomGraphTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  /** A random computation over fresh storages: outputs, and updates of some of the storages. */
  private record Program(
      List<Storage> stored, List<Tensor> outputs, List<Graph.Assignment> updates) {}

  private static Program random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Storage> stored = new ArrayList<>();
    List<Tensor> pool = new ArrayList<>();
    long rows = 1 + random.nextInt(5);
    long columns = 1 + random.nextInt(20);
    for (int i = 0; i < 4; i++) {
      Storage storage = Storage.zeros(TensorType.f32(rows, columns));
      for (long j = 0; j < rows * columns; j++) {
        storage.host().setAtIndex(ValueLayout.JAVA_FLOAT, j, (float) (random.nextDouble() * 2 - 1));
      }
      stored.add(storage);
      pool.add(Tensor.of(storage));
    }
    int ops = 4 + random.nextInt(36);
    for (int i = 0; i < ops; i++) {
      pool.add(grow(random, pool, rows, columns));
    }
    Tensor loss = pool.getLast().mean().add(pool.get(pool.size() / 2).square().mean());
    List<Tensor> leaves = pool.subList(0, 2);
    List<Tensor> gradients = Autodiff.grad(loss, leaves);
    List<Graph.Assignment> updates = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Tensor next = leaves.get(i).sub(gradients.get(i).mul(0.1));
      updates.add(new Graph.Assignment(stored.get(i), next.value()));
    }
    int picked = random.nextInt(pool.size());
    updates.add(new Graph.Assignment(stored.get(2), pool.get(picked).value()));
    return new Program(
        stored, List.of(loss, pool.get(random.nextInt(pool.size())), pool.getLast()), updates);
  }

  private static Tensor grow(SplittableRandom random, List<Tensor> pool, long rows, long columns) {
    Tensor a = pool.get(random.nextInt(pool.size()));
    Tensor b = pool.get(random.nextInt(pool.size()));
    return switch (random.nextInt(29)) {
      case 0 -> a.add(b);
      case 1 -> a.mul(b);
      case 2 -> a.sub(b).tanh();
      case 3 -> a.max(b);
      case 4 -> a.sigmoid();
      case 5 -> a.less(b).select(a, b.mul(0.5));
      case 6 -> a.sum(0).mul(0.2).tanh().add(b);
      case 7 -> a.mean(1).restore(a.shape(), 1).mul(b);
      case 8 -> a.sub(a.max(1).stopGradient().restore(a.shape(), 1)).exp();
      case 9 -> a.transpose().matmul(b).tanh().sum(0).add(b).mul(0.3);
      case 10 -> a.reshape(columns, rows).tanh().reshape(rows, columns).add(1);
      case 11 -> a.flip(random.nextInt(2)).mul(b);
      case 12 -> a.tanh().roll(random.nextInt(4), 1).add(b);
      case 13 -> shifted(a, random.nextInt(2)).add(a);
      case 14 -> halves(a, b, random.nextInt(2));
      case 15 -> a.with(b.sum(0).tanh(), Slice.at(random.nextInt((int) rows)));
      case 16 ->
          a.with(
              b.slice(Slice.all(), Slice.from(1).by(2)).mul(0.5),
              Slice.all().by(-1),
              Slice.from(1).by(2));
      case 17 -> a.take(positions(random, columns, columns), 1).add(b);
      case 18 -> a.take(positions(random, rows, 3), 0).tanh().sum(0).mul(0.3).add(b);
      case 19 -> a.takeAlongAxis(pool.get(3).argsort(0), 0).sub(b);
      case 20 -> a.sort(1).mul(0.5).tanh();
      case 21 ->
          a.addAt(b.take(positions(random, rows, 4), 0), positions(random, rows, 4)).mul(0.5);
      case 22 -> a.putAt(b.sum(0).tanh(), positions(random, rows, 2));
      case 23 -> a.cumsum(random.nextInt(2)).mul(0.1).tanh().add(b);
      case 24 -> a.tanh().recurrence(b, random.nextInt(2)).mul(0.2).tanh();
      case 25 ->
          Control.iterate(
                  3,
                  List.of(a, b),
                  c -> List.of(c.get(1).tanh(), c.get(0).mul(0.5).add(c.get(1).mul(a))))
              .getFirst();
      case 26 ->
          Control.scan(
                  List.of(a.sum(0).mul(0.1)),
                  List.of(b),
                  random.nextInt(2) == 0,
                  (c, x) -> {
                    Tensor next = c.getFirst().add(x.getFirst()).tanh();
                    return new Control.Carried(List.of(next), List.of(next.mul(x.getFirst())));
                  })
              .outputs()
              .getFirst();
      case 27 ->
          Control.cond(
                  a.sum().less(b.sum()),
                  () -> List.of(a.mul(b).tanh()),
                  () -> List.of(b.sub(0.5).sigmoid()))
              .getFirst();
      default -> a.transpose().exp().mul(0.1).transpose().tanh();
    };
  }

  /** Each row or column from the next one, 0 behind the last: read beyond what is there. */
  private static Tensor shifted(Tensor a, int axis) {
    Slice rest = Slice.from(1);
    Tensor later = axis == 0 ? a.slice(rest) : a.slice(Slice.ELLIPSIS, rest);
    return later.mul(0.5).pad(axis, 0, a.shape().extent(axis) - later.shape().extent(axis), 0);
  }

  /** The front of one and the back of the other, which is read backwards. */
  private static Tensor halves(Tensor a, Tensor b, int axis) {
    List<Tensor> front = a.sub(b).chunk(2, axis);
    List<Tensor> back = b.tanh().chunk(2, axis);
    return Joining.concat(
        List.of(front.getFirst(), back.size() > 1 ? back.get(1).flip(axis) : emptied(b, axis)),
        axis);
  }

  private static Tensor emptied(Tensor b, int axis) {
    return axis == 0 ? b.slice(Slice.until(0)) : b.slice(Slice.ELLIPSIS, Slice.until(0));
  }

  /** Checked positions, positive and negative. */
  private static Tensor positions(SplittableRandom random, long n, long count) {
    long[] numbers = random.longs(count, -n, n).toArray();
    TensorType type = new TensorType(DType.I64, Shape.of(count));
    return Tensor.of(Storage.of(type, MemorySegment.ofArray(numbers)));
  }

  private static float[][] run(Session session, long seed) {
    Program program = random(seed);
    Step step = session.compile(program.outputs(), program.updates());
    step.run();
    step.run();
    List<float[]> results = new ArrayList<>();
    for (int i = 0; i < program.outputs().size(); i++) {
      TensorType type = program.outputs().get(i).type();
      Storage out = Storage.zeros(type);
      step.read(i, out.host());
      results.add(Tensor.of(out).toFloatArray());
    }
    program.stored().forEach(s -> results.add(Tensor.of(s).toFloatArray()));
    return results.toArray(float[][]::new);
  }

  @Test
  void everyBackendComputesTheSame() {
    for (long seed = 0; seed < 60; seed++) {
      float[][] expected = run(REFERENCE, seed);
      close(expected, run(INTERPRETER, seed), "interpreter, seed " + seed);
      close(expected, run(CPU, seed), "cpu, seed " + seed);
    }
  }

  @Test
  void everyStageKeepsItsRules() {
    for (long seed = 0; seed < 300; seed++) {
      Program program = random(seed);
      Graph graph =
          Graph.capture(program.outputs().stream().map(Tensor::value).toList(), program.updates())
              .graph();
      GraphVerifier.verify(graph, "capture");
      Graph simple = GraphVerifier.verify(Simplify.run(graph), "simplify");
      boolean epilogues = seed % 2 == 0;
      Grouping grouping =
          Fusion.group(
              simple,
              (op, types) ->
                  op instanceof MatMul
                      || op instanceof Convolution
                      || op instanceof Pooling
                      || op instanceof Index.Bounded
                      || op instanceof ArgSort,
              (op, epilogue, types) -> epilogues && op instanceof MatMul);
      PlanVerifier.verify(Planner.plan(grouping));
    }
  }

  private static void close(float[][] expected, float[][] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      double scale = 1;
      for (float x : expected[i]) {
        scale = Math.max(scale, Math.abs(x));
      }
      for (int j = 0; j < expected[i].length; j++) {
        if (Float.compare(expected[i][j], actual[i][j]) != 0) {
          assertEquals(
              expected[i][j], actual[i][j], 2e-4 * scale, what + ", result " + i + " at " + j);
        }
      }
    }
  }
}
