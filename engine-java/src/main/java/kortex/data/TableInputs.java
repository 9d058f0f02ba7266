package kortex.data;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;

/**
 * The inputs chosen from a {@link Table}, which become a {@link Dataset} when the target is named.
 * Immutable; the cells are read, and checked, at that moment.
 */
public final class TableInputs {
  private enum Choice {
    ALL_NUMERIC,
    NAMED,
    PIXELS
  }

  private final Table table;
  private final Choice choice;
  private final List<String> named;
  private final Shape imageShape;
  private final double scale;

  private TableInputs(
      Table table, Choice choice, List<String> named, Shape imageShape, double scale) {
    this.table = table;
    this.choice = choice;
    this.named = List.copyOf(named);
    this.imageShape = imageShape;
    this.scale = scale;
  }

  static TableInputs allNumeric(Table table) {
    return new TableInputs(table, Choice.ALL_NUMERIC, List.of(), Shape.SCALAR, 1);
  }

  static TableInputs named(Table table, List<String> columns) {
    return new TableInputs(table, Choice.NAMED, columns, Shape.SCALAR, 1);
  }

  static TableInputs pixels(Table table, Shape imageShape, double scale) {
    return new TableInputs(table, Choice.PIXELS, List.of(), imageShape, scale);
  }

  /**
   * The classes in {@code column} are the target: texts in alphabetical order, or integers in
   * numerical order, so that labels 0 … k − 1 keep their values. Throws {@link DataException} at a
   * blank cell, a number that is no integer, or a text among numbers.
   */
  public Dataset labels(String column) {
    Column cells = table.column(column);
    boolean numeric =
        switch (cells.kind()) {
          case NUMBERS -> true;
          case TEXTS -> false;
          case MIXED -> throw mixed(cells, "labels");
          case EMPTY -> throw table.badCell(cells, 0, "a label");
        };
    List<Object> labels = new ArrayList<>(table.size());
    for (int row = 0; row < table.size(); row++) {
      labels.add(numeric ? (Object) integer(cells, row) : text(cells, row));
    }
    List<Object> classes = List.copyOf(new TreeSet<>(labels));
    Map<Object, Integer> index = new HashMap<>();
    classes.forEach(name -> index.put(name, index.size()));
    int[] indices = labels.stream().mapToInt(index::get).toArray();
    List<String> names = classes.stream().map(Object::toString).toList();
    return dataset(List.of(column), new Targets.Classes(indices, names));
  }

  /**
   * The classes in {@code column} are the target, and {@code classes} are their names in the order
   * of the labels. Use it when a file need not hold every class, such as new data for a trained
   * network. Throws {@link DataException} at a cell that is none of the names.
   */
  public Dataset labels(String column, List<String> classes) {
    Column cells = table.column(column);
    Map<String, Integer> index = new HashMap<>();
    classes.forEach(name -> index.putIfAbsent(name, index.size()));
    int[] labels = new int[table.size()];
    for (int row = 0; row < labels.length; row++) {
      Integer label = index.get(cells.text(row));
      if (label == null) {
        throw table.badCell(cells, row, "one of the classes " + classes);
      }
      labels[row] = label;
    }
    return dataset(List.of(column), new Targets.Classes(labels, classes));
  }

  /** The numbers in {@code columns} are the target, a vector for each example. */
  public Dataset values(List<String> columns) {
    if (columns.isEmpty()) {
      throw new SettingException("the list of targets is empty", "Name at least one column.");
    }
    checkDistinct(columns, "target");
    return dataset(columns, new Targets.Values(read(columns, 1), Shape.of(columns.size())));
  }

  private Dataset dataset(List<String> target, Targets targets) {
    List<String> columns = inputColumns(new HashSet<>(target));
    for (String column : columns) {
      if (target.contains(column)) {
        throw new DataException(
            "column \"" + column + "\" is both a feature and the target",
            "Leave it out of the features: a network must not see the answer.");
      }
    }
    Shape shape = choice == Choice.PIXELS ? imageShape : Shape.of(columns.size());
    return Dataset.owning(shape, read(columns, scale), targets);
  }

  private List<String> inputColumns(Set<String> target) {
    return switch (choice) {
      case ALL_NUMERIC -> numericColumns(target);
      case NAMED -> checkDistinct(named, "feature");
      case PIXELS -> pixelColumns(target);
    };
  }

  private List<String> numericColumns(Set<String> target) {
    List<String> columns = new ArrayList<>();
    for (String name : table.columns()) {
      Column column = table.column(name);
      if (target.contains(name) || column.kind() == Column.Kind.TEXTS) {
        continue;
      }
      if (column.kind() == Column.Kind.MIXED) {
        throw mixed(column, "features");
      }
      columns.add(name);
    }
    if (columns.isEmpty()) {
      throw new DataException(
          table.source() + " has no numeric column besides the target " + target,
          "Give a table with numbers to learn from.");
    }
    return columns;
  }

  private List<String> pixelColumns(Set<String> target) {
    List<String> columns = table.columns().stream().filter(name -> !target.contains(name)).toList();
    if (!isSize(imageShape, columns.size())) {
      throw new DataException(
          "an image of shape %s has %s pixels, but %s has %d columns besides the target %s"
              .formatted(imageShape, product(imageShape), table.source(), columns.size(), target),
          "Correct the channels, height or width.");
    }
    return columns;
  }

  private static boolean isSize(Shape shape, int size) {
    return product(shape).equals(Integer.toString(size));
  }

  /** The number of pixels in full, however absurd the shape. */
  private static String product(Shape shape) {
    return BigInteger.valueOf(shape.extent(0))
        .multiply(BigInteger.valueOf(shape.extent(1)))
        .multiply(BigInteger.valueOf(shape.extent(2)))
        .toString();
  }

  private static List<String> checkDistinct(List<String> columns, String what) {
    var seen = new HashSet<String>();
    Optional<String> twice = columns.stream().filter(column -> !seen.add(column)).findFirst();
    if (twice.isPresent()) {
      throw new SettingException(
          "%s \"%s\" is named twice".formatted(what, twice.get()), "Name every column once.");
    }
    return columns;
  }

  private float[] read(List<String> names, double scale) {
    List<Column> columns = names.stream().map(table::column).toList();
    int width = columns.size();
    float[] data = new float[Dataset.storeLength(table.size(), width)];
    for (int row = 0; row < table.size(); row++) {
      for (int i = 0; i < width; i++) {
        float number = (float) (table.number(columns.get(i), row) * scale);
        if (!Float.isFinite(number)) {
          throw table.badCell(columns.get(i), row, "a number that a 32-bit float can hold");
        }
        data[row * width + i] = number;
      }
    }
    return data;
  }

  private Long integer(Column column, int row) {
    double number = table.number(column, row);
    if (number != Math.rint(number) || Math.abs(number) > 1L << 53) {
      throw new DataException(
          table.badCell(column, row, "an integer label").what(),
          "Use values(…) to predict a number, or write classes as integers or names.");
    }
    return (long) number;
  }

  private String text(Column column, int row) {
    String text = column.text(row);
    if (text.isEmpty()) {
      throw table.badCell(column, row, "a label");
    }
    return text;
  }

  private DataException mixed(Column column, String use) {
    int row = column.firstText();
    return new DataException(
        "%s, line %d, column \"%s\": found \"%s\" in a column with %d numbers"
            .formatted(
                table.source(),
                table.line(row),
                column.name(),
                Table.shortened(column.text(row)),
                column.numberCount()),
        use.equals("labels")
            ? "Correct the cell, or list the classes by name: labels(\"%s\", [names])."
                .formatted(column.name())
            : "Correct the cell, or list the columns to use as features.");
  }

  @Override
  public String toString() {
    return switch (choice) {
      case ALL_NUMERIC -> table.source() + ": every numeric column";
      case NAMED -> table.source() + ": " + named;
      case PIXELS -> "%s: images of shape %s".formatted(table.source(), imageShape);
    };
  }
}
