package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import kortex.op.Body.Builder;
import kortex.op.Body.Ref;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Rows of the ops that hold a computation. */
final class RegionCases {
  private RegionCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    for (long length : new long[] {0, 1, 31, 1025}) {
      out.add(decay(length));
    }
    out.add(cell(false));
    out.add(cell(true));
    out.add(cell(false).output(1));
    out.add(cell(true).output(1));
    out.add(nested());
    out.add(counted());
    out.add(emptySlices());
    out.add(cond(0));
    out.add(cond(1));
    out.add(checkpoint());
    out.add(checkpoint().output(1));
    out.add(custom());
    out.add(after());
    return out;
  }

  private static Body body(BiFunction<Builder, List<Ref>, List<Ref>> write, TensorType... types) {
    Builder builder = new Builder();
    return builder.build(write.apply(builder, builder.parameters(List.of(types))));
  }

  private static OpCase row(
      String name,
      Function<DType, Op> op,
      int output,
      boolean differentiable,
      OpCase.Operand... in) {
    OpCase row = OpCase.of(name, new Region.After(), in).byDType(op);
    row = differentiable ? row : row.flat();
    return output == 0 ? row : row.output(output);
  }

  /** {@code c ← a·c + x[t]}: what a loop in Java gives as well. */
  private static OpCase decay(long length) {
    Function<DType, Op> op =
        dtype -> {
          TensorType type = new TensorType(dtype, Shape.of(3));
          Body body =
              body((b, p) -> List.of(b.add(b.mul(p.get(0), p.get(2)), p.get(1))), type, type, type);
          return new Scan(body, 1, 1, length, false);
        };
    return row(
            "scanDecay[" + length + "]",
            op,
            0,
            length < 50,
            in(-2, 2, 3),
            in(-2, 2, length, 3),
            in(0.2, 0.9, 3))
        .oracle(in -> {
          double[] c = in[0].clone();
          for (int i = 0; i < in[1].length; i++) {
            c[i % 3] = in[2][i % 3] * c[i % 3] + in[1][i];
          }
          return c;
        });
  }

  /** A recurrent cell: {@code h ← tanh(x·w + h·u + b)}, of which every second unit is given out. */
  private static OpCase cell(boolean reverse) {
    Function<DType, Op> op =
        dtype -> {
          TensorType h = new TensorType(dtype, Shape.of(2, 5));
          TensorType x = new TensorType(dtype, Shape.of(2, 3));
          TensorType w = new TensorType(dtype, Shape.of(3, 5));
          TensorType u = new TensorType(dtype, Shape.of(5, 5));
          TensorType bias = new TensorType(dtype, Shape.of(5));
          Body body =
              body(
                  (b, p) -> {
                    Ref sum =
                        b.add(
                            b.matMul(p.get(1), p.get(2), false, false),
                            b.matMul(p.get(0), p.get(3), false, false));
                    Ref next =
                        b.one(
                            new Unary.Tanh(),
                            List.of(b.add(sum, b.broadcastTo(p.get(4), h.shape()))));
                    return List.of(next, b.sum(b.mul(next, next), List.of(1)));
                  },
                  h,
                  x,
                  w,
                  u,
                  bias);
          return new Scan(body, 1, 1, 4, reverse);
        };
    return row(
        "scanCell" + (reverse ? "Reverse" : ""),
        op,
        0,
        true,
        in(-1, 1, 2, 5),
        in(-1, 1, 4, 2, 3),
        in(-1, 1, 3, 5),
        in(-1, 1, 5, 5),
        in(-1, 1, 5));
  }

  /** A loop in a loop: {@code c ← sin(… sin(x[t, k] + c·a))}. */
  private static OpCase nested() {
    Function<DType, Op> op =
        dtype -> {
          TensorType c = new TensorType(dtype, Shape.of(4));
          TensorType x = new TensorType(dtype, Shape.of(3, 4));
          Body inner =
              body((b, p) -> List.of(b.sin(b.add(p.get(1), b.mul(p.get(0), p.get(2))))), c, c, c);
          Body outer =
              body(
                  (b, p) -> {
                    Ref last = b.one(new Scan(inner, 1, 1, 3, false), p);
                    return List.of(last, b.exp(last));
                  },
                  c,
                  x,
                  c);
          return new Scan(outer, 1, 1, 2, false);
        };
    return row("scanNested", op, 1, true, in(-1, 1, 4), in(-1, 1, 2, 3, 4), in(-1, 1, 4));
  }

  /** A carry of integers beside one of floats; {@code y[t] = c·t}. */
  private static OpCase counted() {
    Function<DType, Op> op =
        dtype -> {
          TensorType count = new TensorType(DType.I32, Shape.SCALAR);
          TensorType c = new TensorType(dtype, Shape.of(3));
          Body body =
              body(
                  (b, p) -> {
                    Ref t = b.broadcast(b.cast(p.get(0), dtype), Shape.of(3), List.of());
                    Ref next = b.add(p.get(1), b.sin(b.scale(b.mul(p.get(1), t), 0.1)));
                    return List.of(b.add(p.get(0), b.fill(count, 1)), next, b.mul(next, t));
                  },
                  count,
                  c);
          return new Scan(body, 2, 0, 5, false);
        };
    return row("scanCounted", op, 2, true, in(DType.I32, 1, 4), in(-1, 1, 3));
  }

  private static OpCase emptySlices() {
    Function<DType, Op> op =
        dtype -> {
          TensorType c = new TensorType(dtype, Shape.of(3));
          TensorType x = new TensorType(dtype, Shape.of(0, 3));
          Body body =
              body(
                  (b, p) -> List.of(b.exp(b.add(p.get(0), b.sum(p.get(1), List.of(0)))), p.get(1)),
                  c,
                  x);
          return new Scan(body, 1, 1, 2, false);
        };
    return row("scanEmpty", op, 0, true, in(-1, 0, 3), in(-1, 1, 2, 0, 3));
  }

  private static OpCase cond(int holds) {
    Function<DType, Op> op =
        dtype -> {
          TensorType x = new TensorType(dtype, Shape.of(2, 3));
          TensorType y = new TensorType(dtype, Shape.of(3));
          Body then =
              body((b, p) -> List.of(b.mul(p.get(0), b.broadcastTo(p.get(1), x.shape()))), x, y);
          Body otherwise = body((b, p) -> List.of(b.sin(p.get(0))), x, y);
          return new Cond(then, otherwise);
        };
    return row(
            "cond" + holds,
            op,
            0,
            true,
            in(DType.BOOL, holds, holds + 0.5),
            in(-2, 2, 2, 3),
            in(-2, 2, 3))
        .oracle(in -> {
          double[] out = in[1].clone();
          for (int i = 0; i < out.length; i++) {
            out[i] = in[0][0] != 0 ? out[i] * in[2][i % 3] : Math.sin(out[i]);
          }
          return out;
        });
  }

  private static OpCase checkpoint() {
    Function<DType, Op> op =
        dtype -> {
          TensorType x = new TensorType(dtype, Shape.of(4, 3));
          TensorType w = new TensorType(dtype, Shape.of(3, 3));
          return new Checkpoint(
              body(
                  (b, p) -> {
                    Ref product = b.matMul(p.get(0), p.get(1), false, false);
                    return List.of(b.sum(b.sin(product), List.of(1)), b.exp(product));
                  },
                  x,
                  w));
        };
    return row("checkpoint", op, 0, true, in(-1, 1, 4, 3), in(-1, 1, 3, 3));
  }

  /** x³·c, with the rule written out; c comes from outside of the function, twice. */
  private static OpCase custom() {
    Function<DType, Op> op =
        dtype -> {
          TensorType x = new TensorType(dtype, Shape.of(5));
          Body forward =
              body(
                  (b, p) -> List.of(b.mul(p.get(1), b.mul(p.get(0), b.mul(p.get(0), p.get(0))))),
                  x,
                  x);
          Body backward =
              body(
                  (b, p) ->
                      List.of(
                          b.mul(p.get(2), b.mul(p.get(3), b.scale(b.mul(p.get(0), p.get(0)), 3)))),
                  x,
                  x,
                  x,
                  x);
          return new CustomGradient(forward, backward, 1);
        };
    // No gradient flows to c, so that differences would not agree: see BackwardPassTest.
    return row("customGradient", op, 0, false, in(-2, 2, 5), in(0.5, 2, 5), in(0.5, 2, 5))
        .oracle(in -> {
          double[] out = new double[5];
          for (int i = 0; i < 5; i++) {
            out[i] = Math.pow(in[0][i], 3) * in[1][i];
          }
          return out;
        });
  }

  private static OpCase after() {
    return OpCase.of("after", new Region.After(), in(-2, 2, 3, 4), in(-2, 2, 5))
        .oracle(in -> in[0]);
  }
}
