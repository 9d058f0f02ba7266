package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * One row of the op table.
 *
 * @param name what failures are reported under
 * @param op the op, as a function of the float dtype under test
 * @param inputs the inputs, in order
 * @param output which output is checked; an op of several has a row for each
 * @param differentiable whether derivatives are checked against finite differences
 * @param oracle the result for f64 inputs, computed without the op's own formula; empty where the
 *     reference backend alone is the oracle
 */
record OpCase(
    String name,
    Function<DType, Op> op,
    List<Operand> inputs,
    int output,
    boolean differentiable,
    Optional<Function<double[][], double[]>> oracle) {

  /** Extents at which vectors, blocks and threads end unevenly, or nothing is there. */
  static final long[] ODD = {0, 1, 31, 33, 1025};

  private static final long MOST_DIFFERENTIATED = 50;

  /**
   * One input: shape, range of its random values, and a dtype of its own if it has one.
   *
   * @param diagonal what is added to the diagonal of matrices: this, twice this, …
   */
  record Operand(Shape shape, double low, double high, Optional<DType> dtype, double diagonal) {
    Operand(Shape shape, double low, double high, Optional<DType> dtype) {
      this(shape, low, high, dtype, 0);
    }

    /** Matrices of which the diagonal dominates, with eigenvalues that differ. */
    Operand dominant(double diagonal) {
      return new Operand(shape, low, high, dtype, diagonal);
    }

    /** What is added to element {@code i}. */
    double shift(long i) {
      if (diagonal == 0) {
        return 0;
      }
      long row = i / shape.extent(-1) % shape.extent(-2);
      return i % shape.extent(-1) == row ? (row + 1) * diagonal : 0;
    }

    TensorType type(DType dtype) {
      return new TensorType(dtype().orElse(dtype), shape);
    }
  }

  static Operand in(double low, double high, long... shape) {
    return new Operand(Shape.of(shape), low, high, Optional.empty());
  }

  static Operand in(DType dtype, double low, double high, long... shape) {
    return new Operand(Shape.of(shape), low, high, Optional.of(dtype));
  }

  static OpCase of(String name, Op op, Operand... inputs) {
    return new OpCase(name, d -> op, List.of(inputs), 0, true, Optional.empty());
  }

  OpCase byDType(Function<DType, Op> make) {
    return new OpCase(name, make, inputs, output, differentiable, oracle);
  }

  /** The row for another output. */
  OpCase output(int number) {
    return new OpCase(name + "." + number, op, inputs, number, differentiable, oracle);
  }

  OpCase flat() {
    return new OpCase(name, op, inputs, output, false, oracle);
  }

  /** The row without derivatives if it has an extent for which differences take too long. */
  OpCase flatIfLong(long extent) {
    return extent < MOST_DIFFERENTIATED ? this : flat();
  }

  OpCase oracle(Function<double[][], double[]> expected) {
    return new OpCase(name, op, inputs, output, differentiable, Optional.of(expected));
  }

  OpCase map(java.util.function.DoubleUnaryOperator f) {
    return oracle(in -> java.util.Arrays.stream(in[0]).map(f).toArray());
  }

  OpCase zip(java.util.function.DoubleBinaryOperator f) {
    return oracle(in -> {
      double[] out = new double[in[0].length];
      for (int i = 0; i < out.length; i++) {
        out[i] = f.applyAsDouble(in[0][i], in[1][i]);
      }
      return out;
    });
  }

  /** The same row with every shape scaled to odd sizes, for elementwise ops. */
  List<OpCase> sizes(long... sizes) {
    List<OpCase> out = new ArrayList<>();
    for (long n : sizes) {
      List<Operand> resized =
          inputs.stream().map(o -> new Operand(Shape.of(n), o.low(), o.high(), o.dtype())).toList();
      out.add(
          new OpCase(name + "[" + n + "]", op, resized, output, differentiable, oracle)
              .flatIfLong(n));
    }
    return out;
  }

  @Override
  public String toString() {
    return name;
  }
}
