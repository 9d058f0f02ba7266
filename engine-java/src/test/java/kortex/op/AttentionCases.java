package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kortex.op.OpCase.Operand;

/** Rows of attention: one for each output; shared heads, biases of all extents, odd lengths. */
final class AttentionCases {
  private AttentionCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    out.addAll(rows(true, lengths(3, 3, 2, 2, 2)));
    out.addAll(rows(false, lengths(2, 3, 1, 2)));
    out.addAll(rows(false, lengths(0, 2, 2, 1)));
    out.addAll(rows(false, lengths(2, 2, 1, 1, 0)));
    out.addAll(rows(true, List.of(in(-1, 1, 4, 3, 1), in(-1, 1, 2, 2, 1), in(-1, 1, 2, 2, 1))));
    for (long[] bias : new long[][] {{2, 2, 2, 2}, {1, 2, 1, 2}}) {
      List<Operand> inputs = new ArrayList<>(lengths(2, 2, 1, 1, 2, 2));
      inputs.add(in(-1, 1, bias));
      out.addAll(rows(bias[0] == 1, inputs));
    }
    rows(true, lengths(31, 33, 3, 2)).forEach(row -> out.add(row.flat()));
    rows(true, lengths(1025, 2, 1, 1)).forEach(row -> out.add(row.flat()));
    return out;
  }

  /** Queries, keys and values for m, n, d, e and leading axes. */
  private static List<Operand> lengths(long m, long n, long d, long e, long... leading) {
    return List.of(
        in(-1, 1, shape(leading, m, d)),
        in(-1, 1, shape(leading, n, d)),
        in(-1, 1, shape(leading, n, e)));
  }

  private static long[] shape(long[] leading, long... last) {
    long[] out = Arrays.copyOf(leading, leading.length + last.length);
    System.arraycopy(last, 0, out, leading.length, last.length);
    return out;
  }

  private static List<OpCase> rows(boolean causal, List<Operand> inputs) {
    boolean biased = inputs.size() == 4;
    Op forward = new Attention.Attend(causal, 0.7, biased);
    Op backward = new Attention.AttendGrad(causal, 0.7, biased);
    String name = (causal ? " causal " : " ") + inputs.stream().map(Operand::shape).toList();
    long[] q = inputs.get(0).shape().toArray();
    long[] row = Arrays.copyOf(q, q.length - 1);
    long[] mixed = q.clone();
    mixed[q.length - 1] = inputs.get(2).shape().extent(-1);
    List<Operand> more = new ArrayList<>(inputs);
    double logKeys = Math.log(inputs.get(1).shape().extent(-2));
    more.add(in(logKeys, logKeys + 1, row));
    more.add(in(-1, 1, mixed));
    more.add(in(-1, 1, row));
    List<OpCase> out = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      out.add(OpCase.of("attend" + name, forward, inputs.toArray(new Operand[0])).output(i));
    }
    for (int i = 0; i < 3; i++) {
      out.add(OpCase.of("attendGrad" + name, backward, more.toArray(new Operand[0])).output(i));
    }
    return out;
  }
}
