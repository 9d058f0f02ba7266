package kortex.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import kortex.tensor.DataException;
import kortex.tensor.KortexException;
import kortex.tensor.StorageException;

/** Reads a CSV file into a {@link Table}, and says what is wrong with it. */
final class CsvFile {
  private static final int MAX_COLUMNS = 1 << 22;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final Path file;
  private final String source;
  private final char separator;
  private final IntStream.Builder lines = IntStream.builder();
  private long lastLine;

  private CsvFile(Path file, char separator) {
    this.file = file;
    this.source = String.valueOf(file.getFileName());
    this.separator = separator;
  }

  static Table read(Path file, char separator) {
    return new CsvFile(file, separator).read();
  }

  private Table read() {
    checkReadable();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      skipByteOrderMark(reader);
      List<Column> columns = readAll(csv(reader));
      return new Table(source, columns, lines.build().toArray());
    } catch (CsvParseException | IOException | UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  private void checkReadable() {
    if (Files.isDirectory(file)) {
      throw new StorageException(file + " is a folder", "Give the name of a file in it.");
    }
    if (!Files.exists(file)) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new StorageException(
            "there is no folder " + folder, "Correct the path; it starts in the current folder.");
      }
      throw new StorageException(
          "there is no file " + file,
          Suggestion.nearest(source, filesIn(folder))
              .map(near -> "Did you mean " + file.resolveSibling(near) + "?")
              .orElse("Correct the path, which starts in " + Path.of("").toAbsolutePath() + "."));
    }
  }

  private static List<String> filesIn(Path folder) {
    try (var files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // Only the suggestion is lost; the missing file is still reported.
    }
  }

  private static void skipByteOrderMark(BufferedReader reader) throws IOException {
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
  }

  private CsvReader<CsvRecord> csv(BufferedReader reader) {
    // Ragged rows are let through: the check here says which line, and what was expected.
    return CsvReader.builder()
        .fieldSeparator(separator)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .build(CsvRecordHandler.of(handler -> handler.maxFields(MAX_COLUMNS)), reader);
  }

  private List<Column> readAll(CsvReader<CsvRecord> csv) {
    Iterator<CsvRecord> records = csv.iterator();
    if (!records.hasNext()) {
      throw new DataException(
          source + " is empty", "Give a file with a line of column names and lines of data.");
    }
    CsvRecord header = records.next();
    List<Column> columns = header(header);
    boolean any = false;
    while (records.hasNext()) {
      append(columns, records.next());
      any = true;
    }
    if (!any) {
      throw new DataException(
          "%s has column names in line %d but no rows of data"
              .formatted(source, header.getStartingLineNumber()),
          "Add at least one row.");
    }
    return columns;
  }

  private List<Column> header(CsvRecord header) {
    lastLine = header.getStartingLineNumber();
    List<String> names = header.getFields().stream().map(String::strip).toList();
    var seen = new HashMap<String, Integer>();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.isEmpty()) {
        throw new DataException(
            "%s, line %d: column %d of %d has no name"
                .formatted(source, lastLine, i + 1, names.size()),
            "Name it, or remove it: some programs write row numbers there.");
      }
      Integer earlier = seen.putIfAbsent(name, i);
      if (earlier != null) {
        throw new DataException(
            "%s, line %d: columns %d and %d are both named \"%s\""
                .formatted(source, lastLine, earlier + 1, i + 1, Table.shortened(name)),
            "The first line must name the columns; give each a name of its own.");
      }
      columns.add(new Column(name));
    }
    checkHeaderIsNoData(names);
    return columns;
  }

  /** A header of numbers is data, unless it counts the columns, as data frames without names do. */
  private void checkHeaderIsNoData(List<String> names) {
    boolean counts = true;
    for (int i = 0; i < names.size(); i++) {
      if (Cell.of(names.get(i)) != Cell.NUMBER) {
        return;
      }
      counts &= names.get(i).equals(Integer.toString(i));
    }
    if (!counts) {
      throw new DataException(
          "%s, line %d: expected the names of the columns, found only numbers: \"%s\""
              .formatted(source, lastLine, Table.shortened(String.join(", ", names))),
          "Add a first line with a name for each column.");
    }
  }

  private void append(List<Column> columns, CsvRecord row) {
    lastLine = row.getStartingLineNumber();
    if (row.getFieldCount() != columns.size()) {
      boolean other = columns.size() == 1 || row.getFieldCount() == 1;
      throw new DataException(
          "%s, line %d: expected %d fields, found %d"
              .formatted(source, lastLine, columns.size(), row.getFieldCount()),
          other
              ? "Correct the line, or name the separator of the file: it was read with '%s'."
                  .formatted(separator == '\t' ? "\\t" : Character.toString(separator))
              : "Correct the line; a field with a separator in it needs quotes.");
    }
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).append(row.getField(i));
    }
    lines.add(Math.toIntExact(lastLine));
  }

  private KortexException unreadable(Exception failure) {
    String after = lastLine == 0 ? "" : ", after line " + lastLine;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CharacterCodingException) {
        return new DataException(
            source + after + ": the text is not UTF-8", "Save the file as UTF-8.", failure);
      }
      if (cause instanceof AccessDeniedException) {
        return new StorageException(
            "no permission to read " + file, "Change the permissions of the file.", failure);
      }
    }
    if (failure instanceof IOException || failure.getCause() instanceof IOException) {
      return new StorageException(
          "cannot read %s%s: %s".formatted(file, after, failure.getMessage()),
          "Check the disk, then run again.",
          failure);
    }
    return new DataException(
        "%s%s: not a CSV table: %s".formatted(source, after, failure.getMessage()),
        "Look for a quote that is opened and never closed.",
        failure);
  }
}
