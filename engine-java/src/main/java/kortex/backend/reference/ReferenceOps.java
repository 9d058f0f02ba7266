package kortex.backend.reference;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongUnaryOperator;
import kortex.graph.HostMemory;
import kortex.op.Accumulate;
import kortex.op.ArgSort;
import kortex.op.Attention;
import kortex.op.Binary;
import kortex.op.Convolution;
import kortex.op.Epilogue;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.LinearAlgebra;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Pooling;
import kortex.op.Random;
import kortex.op.Reduce;
import kortex.op.Region;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Every op, naively. */
public final class ReferenceOps {
  private ReferenceOps() {}

  /** Runs an op on dense arrays, and then its epilogue, which reads the last of them. */
  public static void run(Op op, Epilogue epilogue, List<Dense> in, List<Dense> outputs) {
    int own = in.size() - epilogue.operands();
    if (epilogue.rounded().isEmpty()) {
      run(op, in.subList(0, own), outputs);
      follow(epilogue, in, own, outputs.getFirst());
      return;
    }
    Dense rounded = outputs.getFirst();
    TensorType type = new TensorType(DType.F32, rounded.shape());
    Dense exact = new Dense(type, HostMemory.allocate(type));
    run(op, in.subList(0, own), List.of(exact));
    follow(epilogue, in, own, exact);
    for (int i = 0; i < exact.size(); i++) {
      rounded.set(i, exact.get(i));
    }
  }

  private static void follow(Epilogue epilogue, List<Dense> in, int first, Dense out) {
    int own = first;
    if (epilogue.norm().isPresent()) {
      int axis = epilogue.norm().getAsInt();
      along(axis, out, in.get(own), (x, centre) -> x - centre);
      along(axis, out, in.get(own + 1), (x, scale) -> x * scale);
      own += 2;
    }
    if (epilogue.bias().isPresent()) {
      along(epilogue.bias().getAsInt(), out, in.get(own), Double::sum);
    }
    if (epilogue.residual()) {
      Dense residual = in.getLast();
      for (int i = 0; i < out.size(); i++) {
        out.set(i, out.get(i) + residual.get(i));
      }
    }
    Formula formula = new Formula(out.size());
    epilogue.activation().ifPresent(a -> Formula.store(a.formula(formula, formula.of(out)), out));
  }

  /** Applies a function to each element and the element of a vector along an axis. */
  private static void along(int axis, Dense out, Dense vector, DoubleBinaryOperator function) {
    long stride = out.shape().strides()[axis];
    long extent = out.shape().extent(axis);
    for (int i = 0; i < out.size(); i++) {
      out.set(i, function.applyAsDouble(out.get(i), vector.get(i / stride % extent)));
    }
  }

  /** Runs an op on dense arrays. */
  public static void run(Op op, List<Dense> in, List<Dense> outputs) {
    if (op instanceof Region region) {
      ReferenceRegions.run(region, in, outputs);
      return;
    }
    Dense out = outputs.getFirst();
    Formula formula = new Formula(out.size());
    switch (op) {
      case Leaf.Fill fill -> Formula.store(formula.constant(formula.of(out), fill.value()), out);
      case Leaf.Read read -> throw new IllegalStateException("a leaf is not run");
      case Unary unary -> Formula.store(unary.formula(formula, formula.of(in.getFirst())), out);
      case Binary binary ->
          Formula.store(binary.formula(formula, formula.of(in.get(0)), formula.of(in.get(1))), out);
      case Select select ->
          Formula.store(
              select.formula(
                  formula, formula.of(in.get(0)), formula.of(in.get(1)), formula.of(in.get(2))),
              out);
      case Random random ->
          Formula.store(random.formula(formula, formula.of(in.get(0)), formula.of(in.get(1))), out);
      case Index index -> ReferenceIndexing.index(index, in, out);
      case Accumulate running -> ReferenceIndexing.accumulate(running, in, out);
      case ArgSort sort -> ReferenceIndexing.sort(sort, in.getFirst(), out);
      case Reduce reduce -> reduce(reduce, in.getFirst(), out);
      case View view -> view(view, in.getFirst(), out);
      case Join join -> ReferenceJoins.run(join, in, out);
      case Attention attention -> ReferenceAttention.run(attention, in, outputs);
      case MatMul matMul -> ReferenceProducts.matMul(matMul, in.get(0), in.get(1), out);
      case LinearAlgebra linear -> ReferenceLinearAlgebra.run(linear, in, outputs);
      case Convolution convolution -> ReferenceWindows.convolution(convolution, in, out);
      case Pooling pooling -> ReferenceWindows.pooling(pooling, in, out);
      case Region region -> throw new IllegalStateException("regions have several outputs");
    }
  }

  private static void reduce(Reduce op, Dense x, Dense out) {
    double[] floats = new double[out.size()];
    long[] integers = new long[out.size()];
    Arrays.fill(floats, op.initial(x.dtype()));
    Arrays.fill(integers, initialInteger(op, x));
    long[] strides = x.shape().strides();
    long[] outStrides = out.shape().strides();
    List<Integer> kept = Axis.without(x.shape().rank(), op.axes());
    for (int i = 0; i < x.size(); i++) {
      int to = 0;
      for (int k = 0; k < kept.size(); k++) {
        to += (int) (i / strides[kept.get(k)] % x.shape().extent(kept.get(k)) * outStrides[k]);
      }
      floats[to] = combine(op, floats[to], x.get(i));
      integers[to] = combine(op, integers[to], x.getLong(i));
    }
    for (int i = 0; i < out.size(); i++) {
      if (out.dtype().isFloat()) {
        out.set(i, floats[i]);
      } else {
        out.setLong(i, integers[i]);
      }
    }
  }

  static long initialInteger(Reduce op, Dense x) {
    return switch (op) {
      case Reduce.Sum sum -> 0;
      case Reduce.Prod prod -> 1;
      case Reduce.Max max -> (long) max.initial(x.dtype());
      case Reduce.Min min -> (long) min.initial(x.dtype());
    };
  }

  static double combine(Reduce op, double a, double b) {
    return switch (op) {
      case Reduce.Sum sum -> a + b;
      case Reduce.Prod prod -> a * b;
      case Reduce.Max max -> Math.max(a, b);
      case Reduce.Min min -> Math.min(a, b);
    };
  }

  static long combine(Reduce op, long a, long b) {
    return switch (op) {
      case Reduce.Sum sum -> a + b;
      case Reduce.Prod prod -> a * b;
      case Reduce.Max max -> Math.max(a, b);
      case Reduce.Min min -> Math.min(a, b);
    };
  }

  private static void view(View op, Dense x, Dense out) {
    LongUnaryOperator source = op.source(x.shape());
    for (int i = 0; i < out.size(); i++) {
      copy(x, source.applyAsLong(i), out, i);
    }
  }

  static void copy(Dense from, long i, Dense to, long j) {
    if (from.dtype().isFloat()) {
      to.set(j, from.get(i));
    } else {
      to.setLong(j, from.getLong(i));
    }
  }
}
