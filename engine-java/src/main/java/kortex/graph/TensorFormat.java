package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Writes tensors as NumPy does: aligned columns, nested brackets, large ones summarised. */
final class TensorFormat {
  private static final int SUMMARISE_ABOVE = 1000;
  private static final int EDGE = 3;
  private static final int DECIMALS = 8;
  private static final long SCALE = 100_000_000;

  private final TensorType type;
  private final MemorySegment data;
  private final boolean summarise;
  private final boolean scientific;
  private final List<String> cells = new ArrayList<>();
  private int width;
  private int next;

  private TensorFormat(TensorType type, MemorySegment data) {
    this.type = type;
    this.data = data;
    this.summarise = type.size() > SUMMARISE_ABOVE;
    this.scientific = type.dtype().isFloat() && needsExponent();
  }

  static String format(TensorType type, MemorySegment data) {
    return new TensorFormat(type, data).write();
  }

  private String write() {
    if (type.size() == 0) {
      return "[] " + type;
    }
    collect(0, 0);
    if (type.shape().rank() == 0) {
      return cells.getFirst();
    }
    cells.forEach(c -> width = Math.max(width, c.length()));
    StringBuilder out = new StringBuilder();
    brackets(0, out);
    return out.toString();
  }

  private boolean needsExponent() {
    double smallest = Double.POSITIVE_INFINITY;
    double largest = 0;
    for (long i = 0; i < type.size(); i++) {
      double a = Math.abs(HostMemory.get(data, type.dtype(), i));
      if (a != 0 && Double.isFinite(a)) {
        smallest = Math.min(smallest, a);
        largest = Math.max(largest, a);
      }
    }
    return largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e6;
  }

  private void collect(int axis, long offset) {
    Shape shape = type.shape();
    if (axis == shape.rank()) {
      cells.add(cell(offset));
      return;
    }
    long stride = shape.strides()[axis];
    for (long i : positions(shape.extent(axis))) {
      if (i >= 0) {
        collect(axis + 1, offset + i * stride);
      }
    }
  }

  /** The positions shown along an axis; −1 stands for the dots. */
  private List<Long> positions(long extent) {
    List<Long> out = new ArrayList<>();
    for (long i = 0; i < extent; i++) {
      if (!summarise || extent <= 2 * EDGE || i < EDGE || i >= extent - EDGE) {
        out.add(i);
      } else if (i == EDGE) {
        out.add(-1L);
      }
    }
    return out;
  }

  private String cell(long i) {
    double x = HostMemory.get(data, type.dtype(), i);
    if (type.dtype() == DType.BOOL) {
      return x != 0 ? "true" : "false";
    }
    if (!type.dtype().isFloat()) {
      return Long.toString(HostMemory.getLong(data, type.dtype(), i));
    }
    if (!Double.isFinite(x)) {
      return Double.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
    }
    if (scientific) {
      return String.format(Locale.ROOT, "%.4e", x);
    }
    String shortest = type.dtype() == DType.F32 ? Float.toString((float) x) : Double.toString(x);
    boolean exact =
        shortest.indexOf('E') < 0 && shortest.length() - shortest.indexOf('.') - 1 <= DECIMALS;
    return exact ? shortest : limited(x);
  }

  /** The number rounded to {@link #DECIMALS} decimals; a thousand of them are printed at once. */
  private static String limited(double x) {
    long scaled = Math.round(Math.abs(x) * SCALE);
    StringBuilder out = new StringBuilder(x < 0 ? "-" : "");
    out.append(scaled / SCALE).append('.');
    String decimals = Long.toString(scaled % SCALE);
    out.repeat('0', DECIMALS - decimals.length()).append(decimals);
    int end = out.length();
    while (out.charAt(end - 1) == '0' && out.charAt(end - 2) != '.') {
      end--;
    }
    return out.substring(0, end);
  }

  private void brackets(int axis, StringBuilder out) {
    boolean last = axis == type.shape().rank() - 1;
    String separator =
        last ? " " : "\n".repeat(type.shape().rank() - 1 - axis) + " ".repeat(axis + 1);
    out.append('[');
    boolean first = true;
    for (long i : positions(type.shape().extent(axis))) {
      if (!first) {
        out.append(separator);
      }
      first = false;
      if (i < 0) {
        out.append("...");
      } else if (last) {
        String cell = cells.get(next++);
        out.append(" ".repeat(width - cell.length())).append(cell);
      } else {
        brackets(axis + 1, out);
      }
    }
    out.append(']');
  }
}
