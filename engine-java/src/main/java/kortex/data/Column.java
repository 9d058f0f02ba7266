package kortex.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import kortex.tensor.DataException;

/**
 * One column of a {@link Table}. The cells are kept as UTF-8, end to end: a column that nobody uses
 * costs its bytes and no objects, and a text that looks like a number, such as 007, stays as it is.
 */
final class Column {
  /** What a column can be used as. */
  enum Kind {
    /** Numbers; blank cells and NaN are errors when they are read. */
    NUMBERS,
    /** Texts. */
    TEXTS,
    /** Both, which is more likely a mistake in the file than a wish. */
    MIXED,
    /** Blank cells and NaN only. */
    EMPTY
  }

  private final String name;
  private byte[] bytes = new byte[64];
  private int[] ends = new int[16];
  private int size;
  private int numbers;
  private int texts;
  private int firstText = -1;

  Column(String name) {
    this.name = name;
  }

  /** Adds a cell at the bottom; the table does so while it reads the file, and nobody after. */
  void append(String cell) {
    String text = cell.strip();
    switch (Cell.of(text)) {
      case NUMBER -> numbers++;
      case TEXT -> {
        texts++;
        firstText = firstText < 0 ? size : firstText;
      }
      case NON_FINITE, BLANK -> {}
    }
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    int start = start(size);
    int end = start + encoded.length;
    if (end < 0) {
      throw new DataException(
          "column \"" + name + "\" has more than 2 GiB of text", "Split the file into several.");
    }
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, grown(bytes.length, end));
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, grown(ends.length, size + 1));
    }
    System.arraycopy(encoded, 0, bytes, start, encoded.length);
    ends[size++] = end;
  }

  private static int grown(int length, int needed) {
    long grown = Math.min(length + (length >> 1) + 1L, Integer.MAX_VALUE - 8);
    return (int) Math.max(grown, needed);
  }

  private int start(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  String name() {
    return name;
  }

  int size() {
    return size;
  }

  Kind kind() {
    if (numbers > 0) {
      return texts > 0 ? Kind.MIXED : Kind.NUMBERS;
    }
    return texts > 0 ? Kind.TEXTS : Kind.EMPTY;
  }

  /** Number of cells that are numbers. */
  int numberCount() {
    return numbers;
  }

  /** The row of the first cell that is a text; −1 without one. */
  int firstText() {
    return firstText;
  }

  String text(int row) {
    int start = start(row);
    return new String(bytes, start, ends[row] - start, StandardCharsets.UTF_8);
  }
}
