package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;

/**
 * Quotients rounded to integers, and what they leave. A remainder has the gradient 1 for a and
 * minus the quotient for b.
 */
public sealed interface Division extends Binary {
  /** The dtype, when it is of floats. */
  static DType floats(Op op, DType arguments) {
    if (!arguments.isFloat()) {
      throw new DTypeException(
          op.label() + " needs float tensors, got " + arguments, "Cast them first: x.cast(f32).");
    }
    return arguments;
  }

  private static <V> List<Optional<V>> remainder(Emit<V> e, Op.Call<V> c) {
    V quotient = e.div(e.sub(c.in(0), c.out()), c.in(1));
    return List.of(Optional.of(c.grad()), Optional.of(e.neg(e.mul(c.grad(), quotient))));
  }

  /** Whether a remainder of a / b rounded towards 0 belongs to a larger quotient than ⌊a / b⌋. */
  private static <S> S beyond(Scalars<S> s, S remainder, S b) {
    S zero = s.constant(b, 0);
    S negative = s.less(remainder, zero);
    S inexact = s.or(negative, s.less(zero, remainder));
    return s.and(inexact, s.xor(negative, s.less(b, zero)));
  }

  /** a − b ⌊a / b⌋, of the sign of b; of integers 0 when b is 0. */
  record FloorMod() implements Division {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      S left = s.rem(a, b);
      return s.select(beyond(s, left, b), s.add(left, b), left);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return remainder(e, c);
    }
  }

  /** ⌊a / b⌋ of integers; 0 when b is 0. */
  record FloorDiv() implements Division {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      S quotient = s.div(a, b);
      S down = s.sub(quotient, s.constant(b, 1));
      return s.select(beyond(s, s.rem(a, b), b), down, quotient);
    }

    @Override
    public DType result(DType arguments) {
      if (!arguments.isInteger()) {
        throw new DTypeException(
            "floorDiv needs integer tensors, got " + arguments, "Divide floats and take floor().");
      }
      return arguments;
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.empty(), Optional.empty());
    }
  }

  /** a − b trunc(a / b), of the sign of a, as Java's %; of integers 0 when b is 0. */
  record Remainder() implements Division {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.rem(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return remainder(e, c);
    }
  }

  /** a − b n with n the integer nearest to a / b, the even one of two, as IEEE 754 has it. */
  record IeeeRemainder() implements Division {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      S p = s.abs(b);
      S x = s.rem(s.abs(a), s.add(p, p));
      S once = s.sub(x, p);
      S twice = s.sub(once, p);
      S more = s.select(s.lessOrEqual(p, s.add(once, once)), twice, once);
      S nearest = s.select(s.less(p, s.add(x, x)), more, x);
      return s.mul(nearest, s.copySign(s.constant(a, 1), a));
    }

    @Override
    public DType result(DType arguments) {
      return floats(this, arguments);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return remainder(e, c);
    }
  }
}
