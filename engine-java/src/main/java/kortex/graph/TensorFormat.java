package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Writes tensors as NumPy does: aligned columns, nested brackets, lines of 75 characters, large
 * tensors summarised. What the numbers do not show follows them: the type of an empty or summarised
 * tensor.
 */
final class TensorFormat {
  private static final int SUMMARISE_ABOVE = 1000;
  private static final int EDGE = 3;
  private static final int LINE = 75;

  private final TensorType type;
  private final MemorySegment data;
  private final boolean summarise;
  private final LongFunction<String> cell;

  private TensorFormat(TensorType type, MemorySegment data) {
    this.type = type;
    this.data = data;
    this.summarise = type.size() > SUMMARISE_ABOVE;
    this.cell = cells();
  }

  static String format(TensorType type, MemorySegment data) {
    if (type.size() == 0) {
      return "[] " + type;
    }
    if (type.shape().rank() == 0) {
      return scalar(type.dtype(), data);
    }
    TensorFormat format = new TensorFormat(type, data);
    String text = format.brackets(0, 0, " ", LINE);
    return format.summarise ? text + " " + type : text;
  }

  private static String scalar(DType dtype, MemorySegment data) {
    return dtype.isFloat()
        ? FloatText.scalar(HostMemory.get(data, dtype, 0), dtype)
        : whole(dtype, data, 0);
  }

  private static String whole(DType dtype, MemorySegment data, long i) {
    long value = HostMemory.getLong(data, dtype, i);
    return dtype == DType.BOOL ? Boolean.toString(value != 0) : Long.toString(value);
  }

  /** How an element is written, in a width that all shown elements have. */
  private LongFunction<String> cells() {
    DType dtype = type.dtype();
    List<Long> shown = new ArrayList<>();
    collect(0, 0, shown);
    if (dtype.isFloat()) {
      double[] values = shown.stream().mapToDouble(i -> HostMemory.get(data, dtype, i)).toArray();
      FloatCells floats = new FloatCells(values, dtype);
      return i -> floats.cell(HostMemory.get(data, dtype, i));
    }
    int longest = shown.stream().mapToInt(i -> whole(dtype, data, i).length()).max().orElse(0);
    int width = dtype == DType.BOOL ? "false".length() : longest;
    return i -> {
      String text = whole(dtype, data, i);
      return " ".repeat(width - text.length()) + text;
    };
  }

  private void collect(int axis, long offset, List<Long> shown) {
    Shape shape = type.shape();
    if (axis == shape.rank()) {
      shown.add(offset);
      return;
    }
    for (long i : positions(shape.extent(axis))) {
      if (i >= 0) {
        collect(axis + 1, offset + i * shape.strides()[axis], shown);
      }
    }
  }

  /** The positions shown along an axis; −1 stands for the dots. */
  private List<Long> positions(long extent) {
    List<Long> out = new ArrayList<>();
    boolean all = !summarise || extent <= 2 * EDGE;
    for (long i = 0; i < extent; i++) {
      if (all || i < EDGE || i >= extent - EDGE) {
        out.add(i);
      } else {
        out.add(-1L);
        i = extent - EDGE - 1;
      }
    }
    return out;
  }

  /** The elements below a position, without the indentation of the first line. */
  private String brackets(int axis, long offset, String indent, int width) {
    int rank = type.shape().rank();
    long stride = type.shape().strides()[axis];
    StringBuilder out = new StringBuilder("[");
    if (axis == rank - 1) {
      row(offset, indent, width - 1, out);
    } else {
      String separator = "\n".repeat(rank - 1 - axis) + indent;
      String before = "";
      for (long i : positions(type.shape().extent(axis))) {
        out.append(before);
        out.append(
            i < 0 ? "..." : brackets(axis + 1, offset + i * stride, indent + " ", width - 1));
        before = separator;
      }
    }
    return out.append(']').toString();
  }

  /** The elements of one row, wrapped where they do not fit. */
  private void row(long offset, String indent, int width, StringBuilder out) {
    StringBuilder line = new StringBuilder(indent);
    int lineStart = out.length();
    for (long i : positions(type.shape().extent(-1))) {
      String word = i < 0 ? "..." : cell.apply(offset + i);
      if (line.length() + word.length() > width && line.length() > indent.length()) {
        out.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(indent);
      }
      line.append(word).append(' ');
    }
    line.setLength(line.length() - 1);
    out.append(line);
    // The bracket stands where the indentation of the first line would.
    out.delete(lineStart, lineStart + indent.length());
  }
}
