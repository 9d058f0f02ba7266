package kortex.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kortex.graph.GraphEmit;
import kortex.graph.Joining;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Slices, padding and concatenations of a batch are those of its members. */
class SliceBatchTest {
  private static final int MEMBERS = 3;

  static Stream<OpCase> cases() {
    return Stream.concat(SliceCases.cases().stream(), JoinCases.cases().stream());
  }

  private static Tensor random(OpCase.Operand operand, SplittableRandom random) {
    TensorType type = operand.type(DType.F64);
    double[] values = random.doubles(type.size(), operand.low(), operand.high()).toArray();
    return Tensor.of(values, type.shape().toArray()).cast(type.dtype());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void appliesToEveryMember(OpCase row) {
    SplittableRandom random = new SplittableRandom(row.name().hashCode());
    List<List<Tensor>> members = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      members.add(row.inputs().stream().map(o -> random(o, random)).toList());
    }
    List<Value> inputs = new ArrayList<>();
    List<Boolean> batched = new ArrayList<>(Collections.nCopies(row.inputs().size(), true));
    for (int i = 0; i < row.inputs().size(); i++) {
      int input = i;
      inputs.add(Joining.stack(members.stream().map(m -> m.get(input)).toList(), 0).value());
    }
    if (inputs.size() > 1) {
      // One input that all members share.
      inputs.set(1, members.getFirst().get(1).value());
      batched.set(1, false);
      members.replaceAll(m -> shared(m, members.getFirst().get(1)));
    }
    Op op = row.op().apply(DType.F64);
    Tensor all =
        Tensor.of(
            op.batch(GraphEmit.INSTANCE, new Op.Batch<>(inputs, batched, MEMBERS)).getFirst());
    for (int m = 0; m < MEMBERS; m++) {
      List<Value> member = members.get(m).stream().map(Tensor::value).toList();
      Tensor expected = Tensor.of(GraphEmit.INSTANCE.one(op, member));
      Tensor actual = all.unstack(0).get(m);
      assertEquals(expected.type(), actual.type());
      assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
    }
  }

  private static List<Tensor> shared(List<Tensor> inputs, Tensor second) {
    List<Tensor> out = new ArrayList<>(inputs);
    out.set(1, second);
    return out;
  }
}
