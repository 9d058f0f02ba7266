package kortex.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.graph.Graph;
import kortex.graph.GraphVerifier;
import kortex.graph.Tensor;
import kortex.op.Index;
import kortex.op.MatMul;
import kortex.op.Scatter;
import kortex.tensor.Shape;
import org.junit.jupiter.api.Test;

/** What happens to rows taken from a table with few rows happens to the table. */
class TakeRulesTest {
  private static final long TAKEN = 12;

  /** Rows 0, 1, 2, 0, … of a table of three, as [3, 4, 2]. */
  private final Tensor table = numbers(3, 2);

  private final Tensor index =
      Tensor.of(IntStream.range(0, (int) TAKEN).map(i -> i * 7 % 3).toArray(), 3, 4);
  private final Tensor weight = numbers(5, 2);
  private final Tensor bias = numbers(5);

  private static Tensor numbers(long... shape) {
    int size = (int) Shape.of(shape).size();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (i * 37 % 19 - 9) / 4f;
    }
    return Tensor.of(values, shape);
  }

  private static Graph simple(List<Tensor> tensors) {
    Graph graph = Graph.capture(tensors.stream().map(Tensor::value).toList(), List.of()).graph();
    return GraphVerifier.verify(Simplify.run(graph), "simplify");
  }

  private static <T> Stream<Graph.Entry> entries(Graph graph, Class<T> type) {
    return graph.entries().stream().filter(e -> type.isInstance(e.op()));
  }

  /** The rows of a product with the rows of {@code table} that are taken, in another order. */
  private Tensor product(Tensor rows) {
    Tensor turned = rows.permute(1, 0, 2).reshape(TAKEN, 2);
    return turned.apply(new MatMul(false, true), weight).add(bias);
  }

  /** The same numbers, from a table that no rule knows. */
  private Tensor spread() {
    float[] rows = table.toFloatArray();
    float[] out = new float[(int) TAKEN * 2];
    int[] at = index.toIntArray();
    for (int i = 0; i < TAKEN; i++) {
      System.arraycopy(rows, 2 * at[i], out, 2 * i, 2);
    }
    return Tensor.of(out, 3, 4, 2);
  }

  @Test
  void productsAreThoseOfTheTable() {
    Tensor y = product(table.take(index, 0));
    Graph graph = simple(List.of(y));
    Graph.Entry product = entries(graph, MatMul.class).findFirst().orElseThrow();
    assertEquals(Shape.of(3, 5), product.types().getFirst().shape());
    Graph.Entry taken = entries(graph, Index.Take.class).findFirst().orElseThrow();
    assertEquals(taken, graph.entry(graph.outputs().getFirst()), "the bias is in the table too");
    assertArrayEquals(product(spread()).toFloatArray(), y.toFloatArray(), 1e-6f);
  }

  @Test
  void gradientsAddUpRowsFirst() {
    Tensor y = product(table.take(index, 0));
    Tensor loss = y.mul(numbers(TAKEN, 5)).sum();
    List<Tensor> gradients = Autodiff.grad(loss, List.of(table, weight));
    Graph graph = simple(gradients);
    assertEquals(1, entries(graph, Scatter.ScatterAdd.class).count(), "both need the same sums");
    entries(graph, MatMul.class)
        .forEach(e -> assertEquals(3, graph.type(e.inputs().getFirst()).shape().extent(0)));
    Tensor rows = spread();
    Tensor other = product(rows).mul(numbers(TAKEN, 5)).sum();
    List<Tensor> expected = Autodiff.grad(other, List.of(rows, weight));
    assertArrayEquals(
        expected.get(1).toFloatArray(), gradients.get(1).toFloatArray(), 1e-4f, "weight");
    float[] sums = new float[6];
    float[] each = expected.get(0).toFloatArray();
    int[] at = index.toIntArray();
    for (int i = 0; i < each.length; i++) {
      sums[2 * at[i / 2] + i % 2] += each[i];
    }
    assertArrayEquals(sums, gradients.get(0).toFloatArray(), 1e-4f, "table");
  }

  @Test
  void aLargeTableStaysAsItIs() {
    Tensor large = numbers(7, 2);
    Graph graph = simple(List.of(product(large.take(index, 0))));
    Graph.Entry product = entries(graph, MatMul.class).findFirst().orElseThrow();
    assertEquals(Shape.of(TAKEN, 5), product.types().getFirst().shape());
  }
}
