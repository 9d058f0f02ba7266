package kortex.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.graph.Evaluator;
import kortex.graph.GraphEmit;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Regions on a batch are the region on each member, whichever inputs differ between members. */
class RegionBatchTest {
  private static final Session CPU = Session.open("cpu");
  private static final int MEMBERS = 3;

  static Stream<OpCase> cases() {
    return RegionCases.cases().stream()
        .filter(c -> c.inputs().stream().allMatch(o -> o.shape().size() < 200));
  }

  private static Storage random(OpCase.Operand operand, long members, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TensorType type = operand.type(DType.F64);
    type = members > 0 ? type.as(type.shape().prepend(members)) : type;
    Storage storage = Storage.zeros(type);
    for (long i = 0; i < type.size(); i++) {
      double x = operand.low() + random.nextDouble() * (operand.high() - operand.low());
      boolean bool = type.dtype() == DType.BOOL;
      HostMemory.set(storage.host(), type.dtype(), i, bool ? i % 2 : x);
    }
    return storage;
  }

  private static Storage member(Storage all, long m) {
    TensorType type = all.type().as(all.type().shape().drop(1));
    Storage out = Storage.zeros(type);
    out.host().copyFrom(all.host().asSlice(m * type.bytes(), type.bytes()));
    return out;
  }

  private static double[] run(Tensor tensor) {
    return ScopedValue.where(Evaluator.SCOPED, CPU).call(tensor::toDoubleArray);
  }

  private static List<Value> values(List<Storage> storages) {
    return storages.stream().map(s -> Tensor.of(s).value()).toList();
  }

  private static void same(double[][] expected, Tensor batched, String what) {
    double[] all = run(batched);
    int size = all.length / MEMBERS;
    for (int m = 0; m < MEMBERS; m++) {
      double[] mine = java.util.Arrays.copyOfRange(all, m * size, (m + 1) * size);
      assertArrayEquals(expected[m], mine, 1e-10, what + ", member " + m);
    }
  }

  private static Tensor weighted(List<Value> outputs) {
    Tensor total = Tensor.full(new TensorType(DType.F64, kortex.tensor.Shape.SCALAR), 0);
    for (Value output : outputs) {
      if (output.type().dtype().isFloat()) {
        total = total.add(Tensor.of(output).square().sum());
      }
    }
    return total;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyMemberIsComputed(OpCase row) {
    int inputs = row.inputs().size();
    for (int mask = 1; mask < 1 << inputs; mask++) {
      check(row, mask);
    }
  }

  private static void check(OpCase row, int mask) {
    Op op = row.op().apply(DType.F64);
    List<Storage> batch = new ArrayList<>();
    List<Boolean> flags = new ArrayList<>();
    for (int i = 0; i < row.inputs().size(); i++) {
      flags.add((mask >> i & 1) == 1);
      batch.add(random(row.inputs().get(i), flags.get(i) ? MEMBERS : 0, 31 * i + 7));
    }
    List<Value> leaves = values(batch);
    List<Value> together = op.batch(GraphEmit.INSTANCE, new Op.Batch<>(leaves, flags, MEMBERS));
    List<List<Value>> alone = new ArrayList<>();
    List<List<Value>> members = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      List<Storage> mine = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        mine.add(flags.get(i) ? member(batch.get(i), m) : batch.get(i));
      }
      members.add(values(mine));
      alone.add(GraphEmit.INSTANCE.emit(op, members.get(m)));
    }
    for (int o = 0; o < together.size(); o++) {
      double[][] expected = new double[MEMBERS][];
      for (int m = 0; m < MEMBERS; m++) {
        Value mine = alone.get(m).get(o);
        expected[m] = run(Tensor.of(mine));
        assertEquals(mine.type().as(mine.type().shape().prepend(MEMBERS)), together.get(o).type());
      }
      same(expected, Tensor.of(together.get(o)), row + " output " + o + " of mask " + mask);
    }
    gradients(row, mask, flags, leaves, together, members, alone);
  }

  /** What differs between members has a gradient for each; the sum of squares keeps them apart. */
  private static void gradients(
      OpCase row,
      int mask,
      List<Boolean> flags,
      List<Value> leaves,
      List<Value> together,
      List<List<Value>> members,
      List<List<Value>> alone) {
    for (int i = 0; i < flags.size(); i++) {
      if (!flags.get(i) || !leaves.get(i).type().dtype().isFloat()) {
        continue;
      }
      double[][] expected = new double[MEMBERS][];
      for (int m = 0; m < MEMBERS; m++) {
        Tensor leaf = Tensor.of(members.get(m).get(i));
        expected[m] = run(Autodiff.grad(weighted(alone.get(m)), leaf));
      }
      Tensor leaf = Tensor.of(leaves.get(i));
      same(
          expected,
          Autodiff.grad(weighted(together), leaf),
          row + " gradient of " + i + ", mask " + mask);
    }
  }
}
