package kortex.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;

/**
 * From functions of tensors to their derivatives and to functions of batches. All of them give
 * functions of tensors again, so they nest to any order: {@code vmap(grad(f))} has the gradient of
 * every example.
 *
 * <p>Arguments may be tensors or anything with a {@link Structure}. Tensors that a function
 * captures are constants. A function is called when the transformed one is, once; inside {@link
 * #vmap} its tensors have no numbers yet, and asking for them is a {@code PlaceholderException}.
 */
public final class Transforms {
  private Transforms() {}

  /** A result and the gradient of the argument. */
  public record ValueAndGrad<T>(Tensor value, T gradient) {}

  /**
   * A result and the function from its gradient to that of the argument, which may be called any
   * number of times.
   */
  public record Vjp<T, R>(R value, Function<R, T> pullback) {}

  /** A result and its derivative along a direction. */
  public record Jvp<R>(R value, R tangent) {}

  /** The gradient of a scalar function. */
  public static UnaryOperator<Tensor> grad(Function<Tensor, Tensor> f) {
    return grad(Structure.tensor(), f);
  }

  /** The gradient of a scalar function, of the structure and types of its argument. */
  public static <T> UnaryOperator<T> grad(Structure<T> structure, Function<T, Tensor> f) {
    return x -> valueAndGrad(structure, f).apply(x).gradient();
  }

  /** A scalar function with its gradient, which share what they have in common. */
  public static <T> Function<T, ValueAndGrad<T>> valueAndGrad(
      Structure<T> structure, Function<T, Tensor> f) {
    return x -> {
      Point<T> at = Point.at(structure, x);
      Tensor y = at.apply(f);
      return new ValueAndGrad<>(y, at.like(Autodiff.gradients(y, at.values())));
    };
  }

  /** As {@link #vjp(Structure, Structure, Function, Object)}, from tensor to tensor. */
  public static Vjp<Tensor, Tensor> vjp(Function<Tensor, Tensor> f, Tensor x) {
    return vjp(Structure.tensor(), Structure.tensor(), f, x);
  }

  /**
   * {@code f(x)} and its pullback: from the gradient of some scalar with respect to {@code f(x)} to
   * that with respect to {@code x}.
   */
  public static <T, R> Vjp<T, R> vjp(Structure<T> in, Structure<R> out, Function<T, R> f, T x) {
    Point<T> at = Point.at(in, x);
    R y = at.apply(f);
    List<Value> ys = results(out, y, at.values());
    return new Vjp<>(
        y,
        seed -> {
          List<Value> seeds = matching("gradient of result", ys, out.leaves(seed));
          return at.like(Reverse.gradients(ys, seeds, at.values()));
        });
  }

  /** As {@link #jvp(Structure, Structure, Function, Object, Object)}, from tensor to tensor. */
  public static Jvp<Tensor> jvp(Function<Tensor, Tensor> f, Tensor x, Tensor tangent) {
    return jvp(Structure.tensor(), Structure.tensor(), f, x, tangent);
  }

  /** {@code f(x)} and its derivative along {@code tangent}, which has the types of {@code x}. */
  public static <T, R> Jvp<R> jvp(
      Structure<T> in, Structure<R> out, Function<T, R> f, T x, T tangent) {
    Point<T> at = Point.at(in, x);
    R y = at.apply(f);
    List<Value> ys = results(out, y, at.values());
    List<Value> along = matching("tangent of argument", at.values(), in.leaves(tangent));
    List<Value> pushed = Forward.push(ys, at.values(), along);
    return new Jvp<>(y, out.with(y, Point.tensors(pushed)));
  }

  /** As {@link #jacobian(Structure, Function)}, of a tensor. */
  public static UnaryOperator<Tensor> jacobian(Function<Tensor, Tensor> f) {
    return jacobian(Structure.tensor(), f);
  }

  /**
   * Every derivative of every element of the result: for an argument of shape {@code [in..]} and a
   * result of {@code [out..]} a tensor {@code [out.., in..]}. Computed backwards if the result has
   * fewer elements than the arguments, else forwards.
   */
  public static <T> UnaryOperator<T> jacobian(Structure<T> structure, Function<T, Tensor> f) {
    return x -> {
      Point<T> at = Point.at(structure, x);
      Tensor y = at.apply(f);
      Autodiff.requireFloats(y, at.values());
      return at.like(Jacobian.of(y.value(), at.values()));
    };
  }

  /** The second derivatives of a scalar function: {@code [in..] → [in.., in..]}. */
  public static UnaryOperator<Tensor> hessian(Function<Tensor, Tensor> f) {
    return x -> hessian(Structure.tensor(), f).apply(x).getFirst();
  }

  /**
   * The second derivatives of a scalar function in blocks: element {@code i} of the list has, for
   * each leaf {@code j}, {@code [leaf i.., leaf j..]}.
   */
  public static <T> Function<T, List<T>> hessian(Structure<T> structure, Function<T, Tensor> f) {
    return x -> {
      Point<T> at = Point.at(structure, x);
      List<T> out = new ArrayList<>();
      for (Value g : Autodiff.gradients(at.apply(f), at.values())) {
        out.add(at.like(Jacobian.rows(g, at.values())));
      }
      return out;
    };
  }

  /** As {@link #hessianVectorProduct(Structure, Function)}, of tensors. */
  public static BinaryOperator<Tensor> hessianVectorProduct(Function<Tensor, Tensor> f) {
    return hessianVectorProduct(Structure.tensor(), f);
  }

  /**
   * The function from {@code (x, v)} to the hessian of {@code f} at {@code x} times {@code v},
   * without the hessian: the cost of a few evaluations of {@code f}.
   */
  public static <T> BinaryOperator<T> hessianVectorProduct(
      Structure<T> structure, Function<T, Tensor> f) {
    return (x, v) -> {
      Point<T> at = Point.at(structure, x);
      List<Value> g = Autodiff.gradients(at.apply(f), at.values());
      List<Value> along = matching("vector for argument", at.values(), structure.leaves(v));
      return at.like(Reverse.gradients(g, along, at.values()));
    };
  }

  /** {@code f} on every member along the first axis of a tensor. */
  public static UnaryOperator<Tensor> vmap(Function<Tensor, Tensor> f) {
    return x -> vmap(Structure.tensor(), Structure.tensor(), Mapping.first(), f).apply(x);
  }

  /**
   * {@code f} on every member of a batch, as one computation: written for one member, it runs on
   * all of them. Throws {@link ShapeException} when arguments have different numbers of members.
   */
  public static <T, R> Function<T, R> vmap(
      Structure<T> in, Structure<R> out, Mapping mapping, Function<T, R> f) {
    return x -> {
      List<R> one = new ArrayList<>();
      List<Tensor> all =
          Mapped.run(
              mapping,
              in.leaves(x),
              leaves -> {
                one.add(f.apply(in.with(x, leaves)));
                return out.leaves(one.getFirst());
              });
      return out.with(one.getFirst(), all);
    };
  }

  private static <R> List<Value> results(Structure<R> structure, R y, List<Value> xs) {
    List<Tensor> leaves = structure.leaves(y);
    leaves.forEach(leaf -> Autodiff.requireFloats(leaf, xs));
    return Point.values(leaves);
  }

  private static List<Value> matching(String what, List<Value> of, List<Tensor> given) {
    if (of.size() != given.size()) {
      throw new ShapeException(
          "there are " + of.size() + " tensors, but a " + what + " for " + given.size(),
          "Pass a value of the same structure.");
    }
    for (int i = 0; i < of.size(); i++) {
      if (of.get(i).type().dtype() != given.get(i).dtype()) {
        throw new DTypeException(mismatch(what, i, of, given), "Cast it.");
      }
      if (!of.get(i).type().equals(given.get(i).type())) {
        throw new ShapeException(
            mismatch(what, i, of, given), "Pass a value of the same shapes and dtypes.");
      }
    }
    return Point.values(given);
  }

  private static String mismatch(String what, int i, List<Value> of, List<Tensor> given) {
    return "the " + what + " " + i + " is " + given.get(i).type() + ", needs " + of.get(i).type();
  }
}
