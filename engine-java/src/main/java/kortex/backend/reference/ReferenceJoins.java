package kortex.backend.reference;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.op.Join;
import kortex.op.View;

/** Padding and concatenation, naively. */
final class ReferenceJoins {
  private ReferenceJoins() {}

  static void run(Join op, List<Dense> in, Dense out) {
    switch (op) {
      case Join.Pad pad -> pad(pad, in.getFirst(), out);
      case Join.Concat concat -> concat(concat, in, out);
    }
  }

  private static void pad(Join.Pad op, Dense x, Dense out) {
    Formula formula = new Formula(out.size());
    Formula.store(formula.constant(formula.of(out), op.value()), out);
    List<View.Range> content = op.content(x.shape());
    long[] from = x.shape().strides();
    long[] to = out.shape().strides();
    for (int i = 0; i < x.size(); i++) {
      long target = 0;
      for (int a = 0; a < from.length; a++) {
        View.Range range = content.get(a);
        target += (range.begin() + i / from[a] % range.size() * range.step()) * to[a];
      }
      ReferenceOps.copy(x, i, out, target);
    }
  }

  /** Copies block by block: also the way a backend joins many parts. */
  private static void concat(Join.Concat op, List<Dense> in, Dense out) {
    long whole = bytesBehind(out, op.axis());
    long begin = 0;
    for (Dense part : in) {
      long block = bytesBehind(part, op.axis());
      long blocks = block == 0 ? 0 : part.type().bytes() / block;
      for (long b = 0; b < blocks; b++) {
        MemorySegment.copy(part.data(), b * block, out.data(), b * whole + begin, block);
      }
      begin += block;
    }
  }

  /** The bytes of one position of all axes before {@code axis}. */
  private static long bytesBehind(Dense x, int axis) {
    return x.shape().drop(axis).size() * x.dtype().bytes();
  }
}
