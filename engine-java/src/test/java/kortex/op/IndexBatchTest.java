package kortex.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kortex.graph.GraphEmit;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batching rules: a batch gives what its members give one by one, whatever of it is batched. */
class IndexBatchTest {
  private static final int MEMBERS = 3;

  static Stream<OpCase> cases() {
    return Stream.concat(IndexCases.cases().stream(), AccumulateCases.cases().stream())
        .filter(c -> !c.inputs().isEmpty())
        .filter(c -> c.inputs().stream().allMatch(i -> i.shape().size() < 200))
        .filter(c -> !c.name().contains("Outside"));
  }

  private static Tensor random(OpCase.Operand operand, TensorType type, SplittableRandom random) {
    Storage out = Storage.zeros(type);
    for (long i = 0; i < type.size(); i++) {
      double x = operand.low() + random.nextDouble() * (operand.high() - operand.low());
      HostMemory.set(out.host(), type.dtype(), i, type.dtype() == DType.BOOL ? (int) x : x);
    }
    return Tensor.of(out);
  }

  private static Tensor member(Tensor batch, int number) {
    Tensor first = Tensor.of(new int[] {number}, 1);
    return batch.take(first, 0).reshape(batch.shape().drop(1).toArray());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aBatchGivesWhatItsMembersGive(OpCase row) {
    SplittableRandom random = new SplittableRandom(row.name().hashCode());
    int inputs = row.inputs().size();
    for (int which = 1; which < 1 << inputs; which++) {
      List<Tensor> values = new ArrayList<>();
      List<Boolean> batched = new ArrayList<>();
      for (int i = 0; i < inputs; i++) {
        TensorType type = row.inputs().get(i).type(DType.F64);
        boolean has = (which >> i & 1) == 1;
        batched.add(has);
        TensorType all = has ? type.as(type.shape().prepend(MEMBERS)) : type;
        values.add(random(row.inputs().get(i), all, random));
      }
      check(row, values, batched);
    }
  }

  private static void check(OpCase row, List<Tensor> values, List<Boolean> batched) {
    Op op = row.op().apply(DType.F64);
    List<Value> inputs = values.stream().map(Tensor::value).toList();
    Op.Batch<Value> batch = new Op.Batch<>(inputs, batched, MEMBERS);
    Tensor all = Tensor.of(op.batch(GraphEmit.INSTANCE, batch).getFirst());
    for (int m = 0; m < MEMBERS; m++) {
      List<Value> single = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        single.add((batched.get(i) ? member(values.get(i), m) : values.get(i)).value());
      }
      Tensor expected = Tensor.of(GraphEmit.INSTANCE.one(op, single));
      Tensor actual = member(all, m);
      assertEquals(expected.type(), actual.type(), row + " " + batched);
      assertArrayEquals(
          expected.toDoubleArray(), actual.toDoubleArray(), 1e-12, row + " " + batched);
    }
  }
}
