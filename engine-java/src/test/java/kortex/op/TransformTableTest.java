package kortex.op;

import static kortex.op.OpTableTest.apply;
import static kortex.op.OpTableTest.close;
import static kortex.op.OpTableTest.closeSums;
import static kortex.op.OpTableTest.floats;
import static kortex.op.OpTableTest.random;
import static kortex.op.OpTableTest.run;
import static kortex.op.OpTableTest.tensors;
import static kortex.op.OpTableTest.weights;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import kortex.autodiff.Dummies;
import kortex.autodiff.Mapping;
import kortex.autodiff.Structure;
import kortex.autodiff.Transforms;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every op under the transforms: forwards as backwards, and on a batch as on each member, for every
 * choice of inputs that differ between members.
 */
class TransformTableTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");
  private static final int MEMBERS = 3;
  private static final int MOST_CHOICES = 4;

  static Stream<OpCase> batchable() {
    // Positions outside of a table break the contract of an op; what it does then is not linear.
    return OpTable.cases().stream()
        .filter(row -> !row.inputs().isEmpty() && !row.name().contains("Outside"));
  }

  static Stream<OpCase> smooth() {
    return batchable()
        .filter(row -> {
          List<Storage> inputs = random(row, DType.F64, 1);
          return !floats(inputs).isEmpty()
              && apply(row, DType.F64, tensors(inputs)).dtype().isFloat();
        });
  }

  /** The op as a function of its float inputs. */
  private static Function<List<Tensor>, Tensor> ofFloats(OpCase row, List<Tensor> all) {
    return xs -> apply(row, DType.F64, replaced(all, xs));
  }

  private static List<Tensor> replaced(List<Tensor> all, List<Tensor> floats) {
    List<Tensor> out = new ArrayList<>();
    int next = 0;
    for (Tensor t : all) {
      out.add(t.dtype().isFloat() ? floats.get(next++) : t);
    }
    return out;
  }

  private static Tensor like(Tensor x, int seed) {
    return weights(x.type(), seed).cast(x.dtype());
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void forwardsAgreesWithBackwards(OpCase row) {
    List<Tensor> all = tensors(random(row, DType.F64, 5));
    List<Tensor> xs = all.stream().filter(t -> t.dtype().isFloat()).toList();
    Function<List<Tensor>, Tensor> f = ofFloats(row, all);
    List<Tensor> v = new ArrayList<>();
    xs.forEach(x -> v.add(like(x, 30 + v.size())));
    var backwards = Transforms.vjp(Structure.tensors(), Structure.tensor(), f, xs);
    Tensor u = like(backwards.value(), 40);
    List<Tensor> pulled = backwards.pullback().apply(u);
    double right = 0;
    for (int i = 0; i < xs.size(); i++) {
      // One gradient may be part of another, which the same session has just computed.
      double[] g = ScopedValue.where(Evaluator.SCOPED, CPU).call(pulled.get(i)::toDoubleArray);
      right += dot(g, run(REFERENCE, v.get(i)));
    }
    Tensor tangent = Transforms.jvp(Structure.tensors(), Structure.tensor(), f, xs, v).tangent();
    double[] pushed = run(REFERENCE, tangent);
    double left = dot(run(REFERENCE, u), pushed);
    assertEquals(left, right, 1e-6 * (1 + Math.abs(left)), row + ": ⟨u, J·v⟩ and ⟨Jᵀ·u, v⟩");
    if (row.differentiable()) {
      double h = 1e-6;
      double[] above = run(REFERENCE, f.apply(moved(xs, v, h)));
      double[] below = run(REFERENCE, f.apply(moved(xs, v, -h)));
      double[] difference = new double[above.length];
      Arrays.setAll(difference, i -> (above[i] - below[i]) / (2 * h));
      closeSums(difference, pushed, 1e-6, row + " along a direction");
    }
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void forwardsReadsNothingOfItsDummy(OpCase row) {
    List<Tensor> all = tensors(random(row, DType.F64, 7));
    List<Tensor> xs = all.stream().filter(t -> t.dtype().isFloat()).toList();
    List<Tensor> v = xs.stream().map(x -> like(x, 31)).toList();
    Function<List<Tensor>, Tensor> f = ofFloats(row, all);
    // Loops and branches drop what they do not read when they are simplified, so theirs is NaN.
    boolean drops = row.op().apply(DType.F64) instanceof Region;
    double[] tangent =
        run(REFERENCE, drops ? Dummies.tangentOfNan(f, xs, v) : Dummies.tangentOfNothing(f, xs, v));
    var pushed = Transforms.jvp(Structure.tensors(), Structure.tensor(), f, xs, v);
    close(run(REFERENCE, pushed.tangent()), tangent, 0, row + " without a dummy");
  }

  private static List<Tensor> moved(List<Tensor> xs, List<Tensor> along, double h) {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      out.add(xs.get(i).add(along.get(i).mul(h)));
    }
    return out;
  }

  /** Every member's inputs; those that are not mapped are the same for all. */
  private static List<List<Storage>> members(OpCase row, long mapped) {
    List<List<Storage>> out = new ArrayList<>();
    List<Storage> shared = random(row, DType.F64, 6);
    for (int m = 0; m < MEMBERS; m++) {
      List<Storage> own = new ArrayList<>(random(row, DType.F64, 60 + m));
      for (int i = 0; i < own.size(); i++) {
        if ((mapped >> i & 1) == 0) {
          own.set(i, shared.get(i));
        }
      }
      out.add(own);
    }
    return out;
  }

  /** The mapped inputs along a first axis, the others as they are. */
  private static List<Tensor> stacked(List<List<Storage>> members, long mapped) {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < members.getFirst().size(); i++) {
      Storage one = members.getFirst().get(i);
      if ((mapped >> i & 1) == 0) {
        out.add(Tensor.of(one));
        continue;
      }
      TensorType type = one.type();
      Storage all = Storage.zeros(type.as(type.shape().prepend(MEMBERS)));
      for (int m = 0; m < MEMBERS; m++) {
        MemorySegment from = members.get(m).get(i).host();
        all.host().asSlice(m * type.bytes(), type.bytes()).copyFrom(from);
      }
      out.add(Tensor.of(all));
    }
    return out;
  }

  /** Which inputs are mapped, as bits: every choice of few; of many each alone, and all. */
  private static List<Long> choices(int inputs) {
    List<Long> out = new ArrayList<>();
    if (inputs <= MOST_CHOICES) {
      for (long bits = 1; bits < 1L << inputs; bits++) {
        out.add(bits);
      }
      return out;
    }
    for (int i = 0; i < inputs; i += Math.ceilDiv(inputs, MOST_CHOICES)) {
      out.add(1L << i);
    }
    out.add((1L << inputs) - 1);
    return out;
  }

  private static void agree(OpCase row, String what, Function<List<Tensor>, List<Tensor>> f) {
    List<Long> choices = choices(row.inputs().size());
    for (long bits : choices) {
      List<Optional<Integer>> axes = new ArrayList<>();
      for (int i = 0; i < row.inputs().size(); i++) {
        axes.add((bits >> i & 1) == 0 ? Optional.empty() : Optional.of(0));
      }
      List<List<Storage>> members = members(row, bits);
      List<Tensor> batch =
          Transforms.vmap(Structure.tensors(), Structure.tensors(), new Mapping(axes, 0), f)
              .apply(stacked(members, bits));
      for (int o = 0; o < batch.size(); o++) {
        double[] actual = run(bits == choices.getLast() ? CPU : REFERENCE, batch.get(o));
        int size = actual.length / MEMBERS;
        for (int m = 0; m < MEMBERS; m++) {
          closeSums(
              run(REFERENCE, f.apply(tensors(members.get(m))).get(o)),
              Arrays.copyOfRange(actual, m * size, (m + 1) * size),
              1e-9,
              what + ", mapped " + Long.toBinaryString(bits) + ", result " + o + " of " + m);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("batchable")
  void aBatchAgreesWithItsMembers(OpCase row) {
    agree(row, row + " batched", in -> List.of(apply(row, DType.F64, in)));
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void gradientsOfABatchAgreeWithThoseOfItsMembers(OpCase row) {
    agree(
        row,
        row + " gradients batched",
        in -> {
          List<Tensor> xs = in.stream().filter(t -> t.dtype().isFloat()).toList();
          Function<List<Tensor>, Tensor> f = ofFloats(row, in);
          return Transforms.grad(
                  Structure.tensors(),
                  (List<Tensor> at) -> {
                    Tensor y = f.apply(at);
                    return y.square().mul(like(y, 50)).sum();
                  })
              .apply(xs);
        });
  }
}
