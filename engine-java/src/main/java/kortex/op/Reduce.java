package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** Reductions over axes, which are dropped from the shape. The order of accumulation is fixed. */
public sealed interface Reduce extends Op {
  @Override
  default double flops(List<TensorType> inputs, List<TensorType> outputs) {
    return inputs.getFirst().size();
  }

  /** The reduced axes: normalised, sorted, not empty. */
  List<Integer> axes();

  @Override
  default boolean accumulates() {
    return true;
  }

  /** The value of an empty reduction, in the type {@code dtype}. */
  double initial(DType dtype);

  /** Combines two partial results. */
  <S> S combine(Scalars<S> s, S a, S b);

  @Override
  default List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 1);
    TensorType x = inputs.getFirst();
    if (x.dtype() == DType.BOOL) {
      throw new DTypeException(label() + " needs numbers, got bool", "Cast first: x.cast(f32).");
    }
    if (axes().isEmpty() || !Axis.normaliseAll(axes(), x.shape().rank()).equals(axes())) {
      throw new ShapeException(
          label() + " over axes " + axes() + " of " + x, "Name each axis once, in order.");
    }
    Shape kept =
        Shape.of(
            Axis.without(x.shape().rank(), axes()).stream().map(a -> x.shape().extent(a)).toList());
    return List.of(x.as(kept));
  }

  /** The same reduction over other axes. */
  Reduce over(List<Integer> axes);

  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(over(Batch.shifted(axes())), List.of(b.in(0)));
  }

  /** The sum; 0 for none. */
  record Sum(List<Integer> axes) implements Reduce {
    @Override
    public Reduce over(List<Integer> axes) {
      return new Sum(axes);
    }

    @Override
    public double initial(DType dtype) {
      return 0;
    }

    @Override
    public <S> S combine(Scalars<S> s, S a, S b) {
      return s.add(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.of(e.restore(c.grad(), e.type(c.in(0)).shape(), axes)));
    }
  }

  /** The product; 1 for none. Where elements are 0 the gradient is that of the others' product. */
  record Prod(List<Integer> axes) implements Reduce {
    @Override
    public Reduce over(List<Integer> axes) {
      return new Prod(axes);
    }

    @Override
    public double initial(DType dtype) {
      return 1;
    }

    @Override
    public <S> S combine(Scalars<S> s, S a, S b) {
      return s.mul(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V others = new OtherFactors<>(e, c.in(0), axes).product();
      V g = e.restore(c.grad(), e.type(c.in(0)).shape(), axes);
      return List.of(Optional.of(e.mul(g, others)));
    }
  }

  /** One of the elements, which gets the gradient. */
  sealed interface Extremum extends Reduce {
    @Override
    default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V x = c.in(0);
      Shape shape = e.type(x).shape();
      if (shape.size() == 0) {
        // Nothing won; dividing by the number of winners would make tangents NaN.
        return List.of(Optional.of(e.fillLike(x, 0)));
      }
      DType dtype = e.type(x).dtype();
      // 16 bits do not count far enough.
      DType counted = dtype.isHalf() ? DType.F32 : dtype;
      V equal = e.equal(x, e.restore(c.out(), shape, axes()));
      V winners = e.sum(e.cast(equal, counted), axes());
      V each = e.cast(e.div(e.cast(c.grad(), counted), winners), dtype);
      return List.of(Optional.of(e.mul(e.cast(equal, dtype), e.restore(each, shape, axes()))));
    }
  }

  /** The largest element; −∞ for none. Equal maxima share the gradient. */
  record Max(List<Integer> axes) implements Extremum {
    @Override
    public Reduce over(List<Integer> axes) {
      return new Max(axes);
    }

    @Override
    public double initial(DType dtype) {
      return dtype.isFloat() ? Double.NEGATIVE_INFINITY : dtype.least();
    }

    @Override
    public <S> S combine(Scalars<S> s, S a, S b) {
      return s.max(a, b);
    }
  }

  /** The smallest element; ∞ for none. Equal minima share the gradient. */
  record Min(List<Integer> axes) implements Extremum {
    @Override
    public Reduce over(List<Integer> axes) {
      return new Min(axes);
    }

    @Override
    public double initial(DType dtype) {
      return dtype.isFloat() ? Double.POSITIVE_INFINITY : dtype.greatest();
    }

    @Override
    public <S> S combine(Scalars<S> s, S a, S b) {
      return s.min(a, b);
    }
  }
}
