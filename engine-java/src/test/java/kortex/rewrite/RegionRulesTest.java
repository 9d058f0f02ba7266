package kortex.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.graph.Control;
import kortex.graph.Control.Carried;
import kortex.graph.Graph;
import kortex.graph.GraphVerifier;
import kortex.graph.Joining;
import kortex.graph.Slice;
import kortex.graph.Tensor;
import kortex.op.Cond;
import kortex.op.Index;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.op.Unary;
import kortex.op.View;
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
    // The gradient of the weight is one product of what all steps give.
    Scan back = ops(simple(loss, g.get(1)), Scan.class).getLast();
    assertEquals(1, back.carries());
    assertEquals(2, back.body().results().size());
    // Without a gradient for weight or sequence nothing is stacked.
    Scan least = ops(simple(loss, g.get(0)), Scan.class).getLast();
    assertEquals(least.carries(), least.body().results().size());
    Tensor second = Autodiff.grad(g.get(1).square().sum(), w);
    // Forward, its gradient, and the gradients of both.
    assertEquals(4, ops(simple(loss, g.get(1), second), Scan.class).size());
  }

  /** A carry that each step only adds a product of two slices to. */
  private static Tensor sumOfProducts(Tensor a, Tensor b, Tensor start) {
    return Control.scan(
            List.of(start),
            List.of(a, b),
            (c, s) ->
                new Carried(
                    List.of(c.getFirst().add(s.get(0).transpose().matmul(s.get(1)))), List.of()))
        .carry()
        .getFirst();
  }

  @Test
  void aSumOfProductsIsAProduct() {
    Tensor a = X.reshape(3, 2, 1).mul(Tensor.of(new float[] {1, 2, 3}, 1, 1, 3));
    Tensor b = X.reshape(3, 2, 1).sub(3).mul(Tensor.of(new float[] {1, -1}, 1, 1, 2));
    Tensor start = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Tensor sum = sumOfProducts(a, b, start);
    Graph graph = simple(sum);
    assertEquals(List.of(), ops(graph, Scan.class));
    assertEquals(1, ops(graph, MatMul.class).size());
    Tensor unrolled = start;
    for (int t = 0; t < 3; t++) {
      Tensor left = a.slice(Slice.at(t)).transpose();
      unrolled = unrolled.add(left.matmul(b.slice(Slice.at(t))));
    }
    assertArrayEquals(unrolled.toFloatArray(), sum.toFloatArray());
  }

  @Test
  void aSumThatAStepReadsStaysInside() {
    Tensor sum =
        Control.scan(
                List.of(C),
                List.of(X),
                (c, s) -> new Carried(List.of(c.getFirst().add(s.getFirst())), c))
            .outputs()
            .getFirst();
    assertEquals(1, only(simple(sum)).carries());
    assertArrayEquals(new float[] {1, 2, 2, 4, 5, 8}, sum.toFloatArray());
  }

  /** Stacking a thousand rows for each step would take more memory than the sum saves. */
  @Test
  void aProductOfMuchStaysInside() {
    Tensor rows = Tensor.full(TensorType.f32(5, 1000, 1), 2).exp();
    Tensor scale = Tensor.of(new float[] {1, 2, 3, 4, 5}, 5);
    Tensor sum =
        Control.scan(
                List.of(Tensor.full(TensorType.f32(1, 1), 0)),
                List.of(scale),
                (c, s) -> {
                  Tensor x = rows.slice(Slice.at(0)).mul(s.getFirst()).sin();
                  return new Carried(List.of(c.getFirst().add(x.transpose().matmul(x))), List.of());
                })
            .carry()
            .getFirst();
    assertEquals(1, count(only(simple(sum)), MatMul.class));
  }

  @Test
  void aStackedConcatenationHoldsTheStacksOfItsParts() {
    Carried out =
        Control.scan(
            List.of(C, Tensor.full(TensorType.f32(2), 0)),
            List.of(X),
            (c, s) -> {
              Tensor h = c.getFirst().add(s.getFirst()).tanh();
              Tensor both = Joining.concat(List.of(h.exp(), h.sin()), 0);
              Tensor total = c.get(1).add(both.slice(Slice.of(2, 4)));
              return new Carried(List.of(h, total), List.of(both));
            });
    Scan scan = only(simple(out.carry().get(1), out.outputs().getFirst()));
    assertEquals(1, scan.carries());
    float[] stack = out.outputs().getFirst().toFloatArray();
    assertArrayEquals(
        new float[] {stack[2] + stack[6] + stack[10], stack[3] + stack[7] + stack[11]},
        out.carry().get(1).toFloatArray(),
        1e-6f);
  }

  @Test
  void constantSecondOperandsAreTransposedOnce() {
    Tensor w = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor start = C.reshape(1, 2);
    Function<Long, Tensor> loop =
        n ->
            Control.iterate(
                    n,
                    List.of(start),
                    c -> List.of(c.getFirst().apply(new MatMul(false, true), w).tanh()))
                .getFirst();
    Scan scan = only(simple(loop.apply(8L)));
    MatMul inside =
        scan.body().entries().stream()
            .map(e -> e.op())
            .filter(MatMul.class::isInstance)
            .map(MatMul.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(new MatMul(false, false), inside);
    assertEquals(1, ops(simple(loop.apply(8L)), View.Permute.class).size());
    // In a short loop that costs as much as it saves.
    assertEquals(0, ops(simple(loop.apply(2L)), View.Permute.class).size());
    Tensor unrolled = start;
    for (int t = 0; t < 8; t++) {
      unrolled = unrolled.matmul(w.transpose()).tanh();
    }
    assertArrayEquals(unrolled.toFloatArray(), loop.apply(8L).toFloatArray(), 1e-6f);
  }

  @Test
  void rowsOfASmallTableAreTakenInside() {
    Tensor table = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor taken = table.take(Tensor.of(new int[] {1, 0, 1, 1, 0, 0}, 3, 2), 0);
    Tensor y =
        Control.scan(
                List.of(Tensor.full(TensorType.f32(2, 2), 1)),
                List.of(taken),
                (c, s) -> new Carried(List.of(c.getFirst().mul(s.getFirst()).add(1)), List.of()))
            .carry()
            .getFirst();
    Scan scan = only(simple(y));
    assertEquals(1, count(scan, Index.Take.class));
    assertEquals(List.of(), ops(simple(y), Index.Take.class));
    assertArrayEquals(new float[] {14, 43, 8, 27}, y.toFloatArray());
  }

  /** What a forward step keeps are the activations, not what they are made of again. */
  @Test
  void longFormulasAreNotComputedAgain() {
    Carried out =
        Control.scan(
            List.of(C.reshape(1, 2)),
            List.of(X),
            (c, s) -> {
              List<Tensor> gates =
                  c.getFirst().matmul(X.transpose().matmul(X.repeat(2, 1))).split(2, 1);
              Tensor fresh = gates.get(1).add(s.getFirst()).tanh();
              return new Carried(List.of(gates.get(0).sigmoid().mul(fresh)), List.of());
            });
    Tensor loss = out.carry().getFirst().sum();
    Scan back = ops(simple(loss, Autodiff.grad(loss, X)), Scan.class).getLast();
    assertEquals(0, count(back, Unary.Sigmoid.class) + count(back, Unary.Tanh.class));
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
