package kortex.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.graph.Control;
import kortex.graph.Control.Carried;
import kortex.graph.Graph;
import kortex.graph.GraphVerifier;
import kortex.graph.Tensor;
import kortex.op.Cond;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.op.Unary;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** What is dead, equal, constant or the same in every step is gone from simplified regions. */
class RegionRulesTest {
  private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
  private static final Tensor C = Tensor.of(1f, 2f);

  private static Graph simple(Tensor... tensors) {
    Graph graph = Graph.capture(Stream.of(tensors).map(Tensor::value).toList(), List.of()).graph();
    GraphVerifier.verify(graph, "capture");
    return GraphVerifier.verify(Simplify.run(graph), "simplify");
  }

  private static <T extends Op> List<T> ops(Graph graph, Class<T> type) {
    return graph.entries().stream()
        .map(Graph.Entry::op)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  private static long count(Scan scan, Class<? extends Op> type) {
    return scan.body().entries().stream().filter(e -> type.isInstance(e.op())).count();
  }

  private static Scan only(Graph graph) {
    List<Scan> scans = ops(graph, Scan.class);
    assertEquals(
        1,
        scans.size(),
        () -> scans.stream().map(Scan::toString).collect(Collectors.joining("\n")));
    return scans.getFirst();
  }

  @Test
  void unreadResultsAndTheirCarriesAreGone() {
    Carried out =
        Control.scan(
            List.of(C, C.exp()),
            List.of(X, X.sin()),
            (c, s) ->
                new Carried(
                    List.of(c.get(0).add(s.get(0)), c.get(1).mul(s.get(1).tanh())),
                    List.of(c.get(1).cos(), c.get(0).exp())));
    Graph graph = simple(out.outputs().get(1));
    Scan scan = only(graph);
    assertEquals(1, scan.carries());
    assertEquals(1, scan.sequences());
    assertEquals(2, scan.body().results().size());
    assertEquals(0, count(scan, Unary.Tanh.class));
    assertEquals(List.of(), ops(graph, Unary.Sin.class), "what fed the dead part");
    assertEquals(2, only(simple(out.carry().get(1))).body().parameters());
  }

  @Test
  void whatEveryStepComputesAlikeMovesOut() {
    TensorType matrix = TensorType.f32(2, 2);
    Tensor w = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor y =
        Control.iterate(
                5,
                List.of(C, w),
                c -> {
                  // The second carry never changes, and so does not what is computed from it.
                  Tensor stable = c.get(1).matmul(c.get(1)).exp();
                  return List.of(c.get(0).matmul(stable.add(Tensor.full(matrix, 1))), c.get(1));
                })
            .getFirst();
    Graph graph = simple(y);
    Scan scan = only(graph);
    assertEquals(1, scan.carries());
    assertEquals(1, count(scan, MatMul.class));
    assertEquals(0, count(scan, Unary.Exp.class));
    assertEquals(1, ops(graph, Unary.Exp.class).size());
    assertEquals(2, scan.body().parameters(), "the carry, and the sum made outside");
  }

  @Test
  void constantsAndRepeatedSlicesGoInside() {
    Tensor zeros = Tensor.full(TensorType.f32(3, 2), 0);
    Tensor rows = C.restore(Shape.of(3, 2), 0);
    Carried out =
        Control.scan(
            List.of(C),
            List.of(zeros, rows),
            (c, s) -> {
              Tensor next = c.getFirst().sin().add(s.get(0)).add(s.get(1));
              return new Carried(List.of(next), List.of(s.get(1), s.get(0), next, next));
            });
    Graph graph = simple(out.carry().getFirst(), out.outputs().get(3), out.outputs().get(2));
    Scan scan = only(graph);
    assertEquals(0, scan.sequences());
    assertEquals(2, scan.body().results().size(), "the carry, and once what it is in each step");
    assertEquals(List.of(), ops(simple(out.outputs().get(0)), Scan.class));
    assertEquals(List.of(), ops(simple(out.outputs().get(1)), Scan.class));
    assertArrayEquals(new float[] {1, 2, 1, 2, 1, 2}, out.outputs().get(0).toFloatArray());
  }

  @Test
  void aLoopAndItsGradientsAreTwoLoops() {
    Tensor w = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Carried out =
        Control.scan(
            List.of(C),
            List.of(X),
            (c, s) -> {
              Tensor h = c.getFirst().matmul(w).add(s.getFirst()).tanh();
              return new Carried(List.of(h), List.of(h.square()));
            });
    Tensor loss = out.carry().getFirst().sum().add(out.outputs().getFirst().sum());
    List<Tensor> g = Autodiff.grad(loss, List.of(C, w, X));
    assertEquals(2, ops(simple(loss, g.get(0), g.get(1), g.get(2)), Scan.class).size());
    // Without a gradient for the sequence its stack is not made.
    Scan back = ops(simple(loss, g.get(1)), Scan.class).getLast();
    assertEquals(back.carries(), back.body().results().size());
    Tensor second = Autodiff.grad(g.get(1).square().sum(), w);
    // Forward, its gradient, and the gradients of both.
    assertEquals(4, ops(simple(loss, g.get(1), second), Scan.class).size());
  }

  /** Only the size of the slices counts, and that does not depend on the number of steps. */
  @Test
  void theGraphDoesNotGrowWithTheLength() {
    List<Integer> sizes =
        Stream.of(2L, 2000L)
            .map(n -> {
              Tensor y =
                  Control.iterate(n, List.of(C), c -> List.of(c.getFirst().sin().mul(C)))
                      .getFirst();
              Graph graph = simple(Autodiff.grad(y.sum(), C));
              return graph.entries().size()
                  + ops(graph, Scan.class).stream().mapToInt(s -> s.body().entries().size()).sum();
            })
            .toList();
    assertEquals(sizes.get(0), sizes.get(1));
  }

  @Test
  void zeroStepsLeaveNoLoop() {
    Tensor none = Tensor.full(TensorType.f32(0, 2), 0);
    Carried out =
        Control.scan(
            List.of(C), List.of(none), (c, s) -> new Carried(List.of(c.getFirst().sin()), s));
    assertEquals(List.of(), ops(simple(out.carry().getFirst()), Scan.class));
    assertArrayEquals(new float[] {1, 2}, out.carry().getFirst().toFloatArray());
    assertEquals(TensorType.f32(0, 2), out.outputs().getFirst().type());
    assertEquals(0, out.outputs().getFirst().toFloatArray().length);
  }

  @Test
  void knownAndEqualBranchesAreNoBranches() {
    Tensor yes = Tensor.full(new TensorType(DType.BOOL, Shape.SCALAR), 1);
    Tensor known = Control.cond(yes, () -> List.of(C.exp()), () -> List.of(C.sin())).getFirst();
    assertEquals(List.of(), ops(simple(known), Cond.class));
    assertEquals(List.of(), ops(simple(known), Unary.Sin.class));
    Tensor p = C.sum().less(C.max());
    Tensor equal =
        Control.cond(p, () -> List.of(C.exp()), () -> List.of(C.mul(1).exp())).getFirst();
    assertEquals(List.of(), ops(simple(equal), Cond.class));
    List<Tensor> two = Control.cond(p, () -> List.of(C.exp(), X.sin()), () -> List.of(C, X.cos()));
    Cond cond = ops(simple(two.get(0)), Cond.class).getFirst();
    assertEquals(1, cond.then().results().size());
    assertEquals(1, cond.then().parameters());
  }

  @Test
  void nothingWaitsForAConstant() {
    Tensor waits = C.apply(new Region.After(), X);
    assertEquals(1, ops(simple(waits.exp()), Region.After.class).size());
    Tensor one = C.apply(new Region.After(), Tensor.full(TensorType.f32(2), 1));
    assertEquals(List.of(), ops(simple(one.exp()), Region.After.class));
    assertTrue(
        simple(waits.exp(), C.exp()).entries().size()
            > simple(one.exp(), C.exp()).entries().size());
  }
}
