package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Prim;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;

/** Functions of the bits of integers; those of single bits are the logical ones of bools. */
public sealed interface Bits extends Binary {
  @Override
  default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    return List.of(Optional.empty(), Optional.empty());
  }

  /** Of the truth of bools, or of each bit of integers. */
  sealed interface Logical extends Bits {
    @Override
    default DType result(DType arguments) {
      if (arguments.isFloat()) {
        throw new DTypeException(
            label() + " needs bool or integer tensors, got " + arguments,
            "Put each comparison in parentheses: (x gt 0) " + label() + " (x lt 2).");
      }
      return arguments;
    }
  }

  /** Logical and of bools, bitwise and of integers. */
  record And() implements Logical {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.and(a, b);
    }
  }

  /** Logical or of bools, bitwise or of integers. */
  record Or() implements Logical {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.or(a, b);
    }
  }

  /** Exclusive or: logical of bools, bitwise of integers. */
  record Xor() implements Logical {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.xor(a, b);
    }
  }

  /** Of integers only. */
  sealed interface Shift extends Bits {
    @Override
    default DType result(DType arguments) {
      if (!arguments.isInteger()) {
        throw new DTypeException(
            label() + " needs integer tensors, got " + arguments, "Cast them: x.cast(I32).");
      }
      return arguments;
    }
  }

  /** a · 2^b by moving bits; 0 for b below 0 or from the number of bits on. */
  record ShiftLeft() implements Shift {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.apply(Prim.SHIFT_LEFT, List.of(a, b));
    }
  }

  /**
   * ⌊a / 2^b⌋ by moving bits; for b below 0 or from the number of bits on 0, or −1 if a is below 0.
   */
  record ShiftRight() implements Shift {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      S sign = s.select(s.less(a, s.constant(a, 0)), s.constant(a, -1), s.constant(a, 0));
      return s.xor(s.apply(Prim.SHIFT_RIGHT, List.of(s.xor(a, sign), b)), sign);
    }
  }
}
