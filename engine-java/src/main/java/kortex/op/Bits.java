package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Prim;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;

/** Functions of the bits of integers, beyond {@link Binary.And} and {@link Binary.Or}. */
public sealed interface Bits extends Binary {
  /** The dtype, when it is bool or an integer. */
  static DType logical(Op op, DType arguments) {
    if (arguments.isFloat()) {
      throw new DTypeException(
          op.label() + " needs bool or integer tensors, got " + arguments,
          "Compare first: x less 0.");
    }
    return arguments;
  }

  private static DType integer(Op op, DType arguments) {
    if (!arguments.isInteger()) {
      throw new DTypeException(
          op.label() + " needs integer tensors, got " + arguments, "Cast them: x.cast(I32).");
    }
    return arguments;
  }

  @Override
  default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    return List.of(Optional.empty(), Optional.empty());
  }

  /** Exclusive or: logical of bools, bitwise of integers. */
  record Xor() implements Bits {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.xor(a, b);
    }

    @Override
    public DType result(DType arguments) {
      return logical(this, arguments);
    }
  }

  /** a · 2^b by moving bits; 0 for b below 0 or from the number of bits on. */
  record ShiftLeft() implements Bits {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.apply(Prim.SHIFT_LEFT, List.of(a, b));
    }

    @Override
    public DType result(DType arguments) {
      return integer(this, arguments);
    }
  }

  /**
   * ⌊a / 2^b⌋ by moving bits; for b below 0 or from the number of bits on 0, or −1 if a is below 0.
   */
  record ShiftRight() implements Bits {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      S sign = s.select(s.less(a, s.constant(a, 0)), s.constant(a, -1), s.constant(a, 0));
      return s.xor(s.apply(Prim.SHIFT_RIGHT, List.of(s.xor(a, sign), b)), sign);
    }

    @Override
    public DType result(DType arguments) {
      return integer(this, arguments);
    }
  }
}
