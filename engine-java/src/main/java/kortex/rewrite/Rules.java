package kortex.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.graph.Graph.Ref;
import kortex.op.Accumulate;
import kortex.op.ArgSort;
import kortex.op.Attention;
import kortex.op.Binary;
import kortex.op.Convolution;
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
import kortex.op.Scatter;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Local rewrites: an application of an op that is a simpler value. */
final class Rules {
  private Rules() {}

  /** The simpler value, or empty when no rule fits. */
  static Optional<Ref> apply(Simplify g, Op op, List<Ref> in) {
    return switch (op) {
      case Leaf leaf -> Optional.empty();
      case Unary unary -> unary(g, unary, in);
      case Binary binary -> binary(g, binary, in);
      case Select select -> select(g, in);
      case Reduce reduce -> reduce(g, reduce, in.getFirst());
      case View view -> view(g, view, in.getFirst());
      case Join.Pad pad -> SliceRules.pad(g, pad, in.getFirst());
      case Join.Concat concat -> SliceRules.concat(g, concat, in);
      case MatMul matMul -> matMul(g, matMul, in);
      case Accumulate running ->
          keepIf(in.getLast(), g.type(in.getLast()).shape().extent(running.axis()) == 1);
      case Scatter.ScatterAdd add -> TakeRules.scatterAdd(g, add, in.get(0), in.get(1));
      // The check of an index is never folded away: it may be what fails.
      case Index index -> Optional.empty();
      case ArgSort sort -> Optional.empty();
      case Random random -> Optional.empty();
      case Attention attention -> Optional.empty();
      case LinearAlgebra linear -> Optional.empty();
      case Convolution convolution -> Optional.empty();
      case Pooling pooling -> Optional.empty();
      case Region region -> Optional.empty();
    };
  }

  private static Optional<Double> constant(Simplify g, Ref ref) {
    if (!(g.entry(ref).op() instanceof Leaf.Fill fill)) {
      return Optional.empty();
    }
    DType dtype = fill.type().dtype();
    return Optional.of(dtype.isFloat() ? dtype.round(fill.value()) : fill.value());
  }

  private static boolean is(Simplify g, Ref ref, double value) {
    return constant(g, ref).filter(c -> c == value).isPresent();
  }

  private static Optional<Ref> unary(Simplify g, Unary op, List<Ref> in) {
    Ref x = in.getFirst();
    TensorType type = g.type(x);
    if (op instanceof Unary.StopGradient
        || (op instanceof Unary.Cast cast && cast.to() == type.dtype())) {
      return Optional.of(x);
    }
    if (op instanceof Unary.Cast back && undoes(g, back, x)) {
      return Optional.of(g.entry(x).inputs().getFirst());
    }
    if (op instanceof Unary.Neg && g.entry(x).op() instanceof Unary.Neg) {
      return Optional.of(g.entry(x).inputs().getFirst());
    }
    TensorType result = op.infer(List.of(type)).getFirst();
    return Folding.fold(
            List.of(type), result, s -> op.formula(s, new Folding.Number(constant(g, x))))
        .map(value -> g.fill(result, value));
  }

  /** Whether {@code x} was cast from the same dtype without loss. */
  private static boolean undoes(Simplify g, Unary.Cast back, Ref x) {
    if (!(g.entry(x).op() instanceof Unary.Cast there)) {
      return false;
    }
    DType from = g.type(g.entry(x).inputs().getFirst()).dtype();
    boolean exact = there.to().holds(from) && there.to().isFloat() == from.isFloat();
    return from == back.to() && exact;
  }

  private static Optional<Ref> binary(Simplify g, Binary op, List<Ref> in) {
    Ref a = in.get(0);
    Ref b = in.get(1);
    TensorType type = g.type(a);
    Optional<Ref> identity =
        switch (op) {
          case Binary.Add add -> is(g, a, 0) ? Optional.of(b) : keepIf(a, is(g, b, 0));
          case Binary.Sub sub -> keepIf(a, is(g, b, 0));
          case Binary.Mul mul -> is(g, a, 1) ? Optional.of(b) : keepIf(a, is(g, b, 1));
          case Binary.Div div -> keepIf(a, is(g, b, 1));
          default -> Optional.empty();
        };
    if (identity.isPresent()) {
      return identity;
    }
    Optional<Ref> joined = op instanceof Binary.Add ? SliceRules.sum(g, a, b) : Optional.empty();
    Optional<Ref> before = joined.or(() -> TakeRules.binary(g, op, a, b));
    if (before.isPresent()) {
      return before;
    }
    TensorType result = op.infer(List.of(type, g.type(b))).getFirst();
    return Folding.fold(
            List.of(type),
            result,
            s ->
                op.formula(
                    s, new Folding.Number(constant(g, a)), new Folding.Number(constant(g, b))))
        .map(value -> g.fill(result, value));
  }

  private static Optional<Ref> keepIf(Ref a, boolean condition) {
    return condition ? Optional.of(a) : Optional.empty();
  }

  private static Optional<Ref> select(Simplify g, List<Ref> in) {
    if (in.get(1).equals(in.get(2))) {
      return Optional.of(in.get(1));
    }
    return constant(g, in.get(0)).map(c -> c != 0 ? in.get(1) : in.get(2));
  }

  private static Optional<Ref> reduce(Simplify g, Reduce op, Ref x) {
    TensorType type = g.type(x);
    long count = 1;
    for (int axis : op.axes()) {
      count *= type.shape().extent(axis);
    }
    TensorType result = op.infer(List.of(type)).getFirst();
    if (count == 1) {
      return Optional.of(g.reshape(x, result.shape()));
    }
    Optional<Double> value = constant(g, x);
    if (value.isPresent() && count > 0 && type.dtype().isFloat()) {
      double reduced =
          switch (op) {
            case Reduce.Sum sum -> value.get() * count;
            case Reduce.Prod prod -> Math.pow(value.get(), count);
            case Reduce.Max max -> value.get();
            case Reduce.Min min -> value.get();
          };
      return Optional.of(g.fill(result, reduced));
    }
    return Optional.empty();
  }

  private static Optional<Ref> view(Simplify g, View op, Ref x) {
    TensorType type = g.type(x);
    TensorType result = op.infer(List.of(type)).getFirst();
    Optional<Double> value = constant(g, x);
    if (value.isPresent()) {
      return Optional.of(g.fill(result, value.get()));
    }
    return ViewRules.apply(g, op, x).or(() -> TakeRules.view(g, op, x));
  }

  /** A transposed operand becomes a flag, which costs nothing. */
  private static Optional<Ref> matMul(Simplify g, MatMul op, List<Ref> in) {
    Ref a = in.get(0);
    Ref b = in.get(1);
    boolean flipA = swapsLastTwo(g, a);
    boolean flipB = swapsLastTwo(g, b);
    if (!flipA && !flipB) {
      return TakeRules.matMul(g, op, a, b);
    }
    List<Ref> inputs = new ArrayList<>();
    inputs.add(flipA ? transposed(g, a) : a);
    inputs.add(flipB ? transposed(g, b) : b);
    return Optional.of(g.one(new MatMul(op.transposeA() ^ flipA, op.transposeB() ^ flipB), inputs));
  }

  /** What is transposed; a cast stays around it. */
  private static Ref transposed(Simplify g, Ref ref) {
    Ref inner = g.entry(ref).inputs().getFirst();
    return g.entry(ref).op() instanceof Unary.Cast cast
        ? g.cast(transposed(g, inner), cast.to())
        : inner;
  }

  private static boolean swapsLastTwo(Simplify g, Ref ref) {
    if (g.entry(ref).op() instanceof Unary.Cast) {
      return swapsLastTwo(g, g.entry(ref).inputs().getFirst());
    }
    if (!(g.entry(ref).op() instanceof View.Permute permute)) {
      return false;
    }
    Shape shape = g.type(ref).shape();
    List<Integer> swapped = new ArrayList<>(Axis.range(0, shape.rank()));
    java.util.Collections.swap(swapped, shape.rank() - 1, shape.rank() - 2);
    return permute.order().equals(swapped);
  }
}
