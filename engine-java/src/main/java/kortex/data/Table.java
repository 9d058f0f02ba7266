package kortex.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;

/**
 * Named columns of equal length, read from a file. Immutable. A column is typed when it is used:
 * {@link #numbers} needs a finite number in every cell, {@link #texts} takes anything. Errors name
 * the file, the line counted as editors do (the header is line 1), the column, and the cell.
 *
 * <p>To make a {@link Dataset}, choose the inputs ({@link #features()} or {@link #image}) and then
 * the target.
 */
public final class Table {
  private final String source;
  private final SequencedMap<String, Column> columns;
  private final int[] lines;

  Table(String source, List<Column> columns, int[] lines) {
    this.source = source;
    this.columns = new LinkedHashMap<>();
    columns.forEach(column -> this.columns.put(column.name(), column));
    this.lines = lines;
  }

  /**
   * The table in a CSV file (RFC 4180, UTF-8) whose first line names the columns. Spaces around
   * cells and empty lines are ignored. Throws {@link kortex.tensor.StorageException} when the file
   * cannot be read, {@link DataException} when it is not such a table.
   */
  public static Table readCsv(Path file) {
    return readCsv(file, ',');
  }

  /** The same for another separator, such as {@code ';'} or a tab. */
  public static Table readCsv(Path file, char separator) {
    return CsvFile.read(file, separator);
  }

  /** The name of the file. */
  public String source() {
    return source;
  }

  /** Number of rows without the header, at least 1. */
  public int size() {
    return lines.length;
  }

  /** The names of the columns, in the order of the file. */
  public List<String> columns() {
    return List.copyOf(columns.sequencedKeySet());
  }

  /** Whether a column holds numbers; its blank cells, if any, are reported when it is read. */
  public boolean isNumeric(String column) {
    return column(column).kind() == Column.Kind.NUMBERS;
  }

  /**
   * The numbers of a column, all finite, in a fresh array. Throws {@link DataException} at the
   * first cell that is blank, NaN, infinite, or no number.
   */
  public double[] numbers(String column) {
    Column cells = column(column);
    return IntStream.range(0, size()).mapToDouble(row -> number(cells, row)).toArray();
  }

  /** The texts of a column, without spaces around them; blank cells are empty. */
  public List<String> texts(String column) {
    Column cells = column(column);
    return IntStream.range(0, size()).mapToObj(cells::text).toList();
  }

  /** The line of the file on which a row, counted from 0, begins. */
  public int line(int row) {
    return lines[row];
  }

  /** Every numeric column except the target becomes a feature, in the order of the file. */
  public TableInputs features() {
    return TableInputs.allNumeric(this);
  }

  /** The given numeric columns become the features, in that order. */
  public TableInputs features(List<String> columns) {
    if (columns.isEmpty()) {
      throw new SettingException("the list of features is empty", "Name at least one column.");
    }
    columns.forEach(this::column);
    return TableInputs.named(this, columns);
  }

  /**
   * Every column except the target is a pixel, and each row an image of shape {@code [channels,
   * height, width]} in row-major order, multiplied by {@code scale}.
   */
  public TableInputs image(int channels, int height, int width, double scale) {
    if (channels < 1 || height < 1 || width < 1) {
      throw new SettingException(
          "an image cannot have %d channels, height %d and width %d"
              .formatted(channels, height, width),
          "Use sizes of at least 1.");
    }
    if (!Double.isFinite(scale) || scale == 0) {
      throw new SettingException(
          "pixels cannot be multiplied by a scale of " + scale,
          "Use 1 / the largest pixel, such as 1 / 255.0.");
    }
    return TableInputs.pixels(this, Shape.of(channels, height, width), scale);
  }

  /** A column by name; the error suggests the nearest name. */
  Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new DataException(
          "%s has no column \"%s\"; its columns are %s".formatted(source, name, listed()),
          Suggestion.nearest(name, columns.keySet())
              .map(near -> "Did you mean \"" + near + "\"?")
              .orElse("Use one of these names."));
    }
    return column;
  }

  /** The finite number in a cell. */
  double number(Column column, int row) {
    String text = column.text(row);
    double number = Cell.of(text) == Cell.NUMBER ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw badCell(column, row, "a number");
    }
    return number;
  }

  /** The error for a cell that is not the {@code expected} thing. */
  DataException badCell(Column column, int row, String expected) {
    String text = column.text(row);
    Cell cell = Cell.of(text);
    return new DataException(
        "%s, line %d, column \"%s\": expected %s, found %s"
            .formatted(
                source,
                line(row),
                column.name(),
                expected,
                cell == Cell.BLANK ? "an empty cell" : "\"" + shortened(text) + "\""),
        switch (cell) {
          case BLANK -> "Fill the cell, or remove the row.";
          case NON_FINITE -> "Replace it by a finite number, or remove the row.";
          case NUMBER -> "Correct the number in the file.";
          case TEXT -> "Correct the cell, or leave the column out.";
        });
  }

  private String listed() {
    String all =
        columns.keySet().stream().limit(12).collect(Collectors.joining("\", \"", "\"", "\""));
    return columns.size() > 12 ? all + ", … (" + columns.size() + ")" : all;
  }

  static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  @Override
  public String toString() {
    return "Table[%s, %d rows of %s]".formatted(source, size(), listed());
  }
}
