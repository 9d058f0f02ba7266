package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;

/** Rows of linear algebra: one for each output, on stacks, empty and odd matrices. */
final class LinearAlgebraCases {
  private LinearAlgebraCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    for (long[] shape : new long[][] {{3, 3}, {2, 2, 2}, {1, 1}, {0, 0}, {0, 2, 2}}) {
      out.addAll(each("cholesky", new Factorization.Cholesky(), 1, shape));
      out.addAll(each("slogDet", new Inversion.SlogDet(), 2, shape));
      out.addAll(each("eigh", new Factorization.Eigh(), 2, shape));
    }
    for (long[] shape : new long[][] {{3, 3}, {5, 3}, {3, 5}, {2, 4, 2}, {1, 1}, {1, 3}, {3, 1}}) {
      out.addAll(each("qr", new Factorization.Qr(), 2, shape));
      out.addAll(each("svd", new Factorization.Svd(), 3, shape));
      out.addAll(each("pinv", new Inversion.Pinv(1e-6), 1, shape));
    }
    for (long[] shape : new long[][] {{0, 0}, {0, 3}, {3, 0}, {0, 2, 2}}) {
      out.addAll(each("qr", new Factorization.Qr(), 2, shape));
      out.addAll(each("svd", new Factorization.Svd(), 3, shape));
      out.addAll(each("pinv", new Inversion.Pinv(1e-6), 1, shape));
    }
    out.addAll(systems());
    out.addAll(large());
    return out;
  }

  /** Vectors of larger matrices are tested by what they are for: in f32 they differ too much. */
  private static List<OpCase> large() {
    List<OpCase> out = new ArrayList<>();
    for (long n : new long[] {31, 33}) {
      out.addAll(each("cholesky", new Factorization.Cholesky(), 1, n, n));
      out.addAll(each("slogDet", new Inversion.SlogDet(), 2, n, n));
      out.addAll(each("qr", new Factorization.Qr(), 2, n, 64 - n));
      out.add(each("eigh", new Factorization.Eigh(), 2, n, n).getFirst());
      out.add(each("svd", new Factorization.Svd(), 3, n, 64 - n).get(1));
    }
    return out.stream().map(OpCase::flat).toList();
  }

  private static OpCase.Operand matrix(long... shape) {
    return in(-1, 1, shape).dominant(4);
  }

  private static List<OpCase> each(String name, Op op, int outputs, long... shape) {
    List<OpCase> out = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      String full = name + java.util.Arrays.toString(shape);
      out.add(OpCase.of(full, op, matrix(shape)).output(i));
    }
    return out;
  }

  private static List<OpCase> systems() {
    List<OpCase> out = new ArrayList<>();
    List<Inversion.LinearSystem> ops = new ArrayList<>();
    for (boolean transposed : new boolean[] {false, true}) {
      ops.add(new Inversion.Solve(transposed));
      for (boolean lower : new boolean[] {false, true}) {
        for (boolean unit : new boolean[] {false, true}) {
          ops.add(new Inversion.TriangularSolve(lower, transposed, unit));
        }
      }
    }
    for (Inversion.LinearSystem op : ops) {
      out.add(OpCase.of(op.toString(), op, matrix(3, 3), in(-1, 1, 3, 2)));
    }
    for (Inversion.LinearSystem op : List.of(ops.get(0), ops.get(1), ops.get(5))) {
      out.add(OpCase.of(op + " stack", op, matrix(2, 2, 3, 3), in(-1, 1, 2, 2, 3, 1)));
      out.add(OpCase.of(op + " one", op, matrix(1, 1), in(-1, 1, 1, 4)));
      out.add(OpCase.of(op + " empty", op, matrix(0, 0), in(-1, 1, 0, 4)));
      out.add(OpCase.of(op + " nothing", op, matrix(3, 3), in(-1, 1, 3, 0)));
      out.add(OpCase.of(op + " 31", op, matrix(31, 31), in(-1, 1, 31, 33)).flat());
      out.add(OpCase.of(op + " 33", op, matrix(33, 33), in(-1, 1, 33, 31)).flat());
    }
    return out;
  }
}
