package kortex.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kortex.tensor.DataException;
import kortex.tensor.KortexException;
import kortex.tensor.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
  @TempDir Path folder;

  private Table table(String... lines) throws IOException {
    return Table.readCsv(file(lines));
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), String.join("\n", lines) + "\n");
  }

  private static <E extends KortexException> void assertSays(
      Class<E> type, org.junit.jupiter.api.function.Executable action, String... parts) {
    E error = assertThrows(type, action);
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }

  @Test
  void readsNumbersAndTexts() throws IOException {
    Table table = table("x, name ,y", "1, ada ,-2.5e1", "+.5,\"b, \"\"c\"\"\",3.");
    assertEquals(List.of("x", "name", "y"), table.columns());
    assertEquals(2, table.size());
    assertArrayEquals(new double[] {1, 0.5}, table.numbers("x"));
    assertArrayEquals(new double[] {-25, 3}, table.numbers("y"));
    assertEquals(List.of("ada", "b, \"c\""), table.texts("name"));
    assertTrue(table.isNumeric("x"));
    assertFalse(table.isNumeric("name"));
    assertEquals("Table[data.csv, 2 rows of \"x\", \"name\", \"y\"]", table.toString());
  }

  @Test
  void readsTheFilesOfTheExamples() {
    Table iris = Table.readCsv(Path.of("../scripts/examples/data/iris.csv"));
    assertEquals(150, iris.size());
    assertEquals(5.1, iris.numbers("sepal_length")[0]);
    Table digits = Table.readCsv(Path.of("../scripts/examples/data/digits.csv"));
    assertEquals(1797, digits.size());
    assertEquals(65, digits.columns().size());
  }

  @Test
  void linesAreCountedAsInTheFile() throws IOException {
    Table table = table("x,y", "", "1,\"a\nb\"", "2,c", "", "oops,d");
    assertEquals(List.of("a\nb", "c", "d"), table.texts("y"));
    assertArrayEquals(new int[] {3, 5, 7}, new int[] {table.line(0), table.line(1), table.line(2)});
    assertSays(DataException.class, () -> table.numbers("x"), "data.csv, line 7", "\"oops\"");
  }

  @Test
  void aByteOrderMarkWindowsLineEndsAndAMissingLastLineEndAreNoMatter() throws IOException {
    Files.writeString(folder.resolve("w.csv"), "\uFEFFx,y\r\n1,2\r\n3,4");
    Table table = Table.readCsv(folder.resolve("w.csv"));
    assertEquals(List.of("x", "y"), table.columns());
    assertArrayEquals(new double[] {2, 4}, table.numbers("y"));
  }

  @Test
  void otherSeparators() throws IOException {
    Path file = file("x;y", "1;2");
    assertArrayEquals(new double[] {2}, Table.readCsv(file, ';').numbers("y"));
  }

  @Test
  void textsThatLookLikeNumbersStayAsTheyAre() throws IOException {
    assertEquals(List.of("007", "1e2"), table("id", "007", "1e2").texts("id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1f", "0x1p3", "1d", "1,5", "1e", "e1", ".", "-", "--1", "1 2"})
  void whatIsNoNumberIsReportedWithItsPlace(String cell) throws IOException {
    Table table = table("x", "1", "\"" + cell + "\"");
    assertSays(
        DataException.class,
        () -> table.numbers("x"),
        "data.csv, line 3, column \"x\": expected a number, found \"" + cell + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "nan", "-inf", "Infinity", "1e999"})
  void whatIsNotFiniteIsReportedWithItsPlace(String cell) throws IOException {
    Table table = table("x,y", "1,a", cell + ",b");
    assertTrue(table.isNumeric("x"));
    assertSays(DataException.class, () -> table.numbers("x"), "line 3, column \"x\"", cell);
  }

  @Test
  void blankCellsAreReportedWithTheirPlace() throws IOException {
    Table table = table("x,y", "1,2", ",3");
    assertSays(
        DataException.class, () -> table.numbers("x"), "line 3, column \"x\"", "an empty cell");
  }

  @Test
  void raggedRowsAreReported() {
    assertSays(
        DataException.class, () -> table("x,y", "1,2", "3"), "line 3: expected 2 fields, found 1");
    assertSays(
        DataException.class, () -> table("x,y", "1,2,3"), "line 2: expected 2 fields, found 3");
    assertSays(DataException.class, () -> table("x;y", "1,5;2"), "separator");
  }

  @Test
  void headersThatNameNoColumnsAreReported() {
    assertSays(DataException.class, () -> table("x,y,x", "1,2,3"), "columns 1 and 3", "\"x\"");
    assertSays(DataException.class, () -> table(",x", "0,1"), "column 1 of 2 has no name");
    assertSays(DataException.class, () -> table("5.1,3.5", "4.9,3.0"), "only numbers");
  }

  @Test
  void numbersThatCountTheColumnsAreNames() throws IOException {
    assertEquals(List.of("0", "1"), table("0,1", "5,6").columns());
  }

  @Test
  void filesWithoutRowsAreReported() throws IOException {
    Files.createFile(folder.resolve("empty.csv"));
    assertSays(DataException.class, () -> Table.readCsv(folder.resolve("empty.csv")), "is empty");
    assertSays(DataException.class, () -> table("x,y"), "no rows of data");
  }

  @Test
  void missingFilesAreReportedWithTheNearestName() throws IOException {
    file("x", "1");
    assertSays(
        StorageException.class,
        () -> Table.readCsv(folder.resolve("date.csv")),
        "there is no file",
        "Did you mean",
        "data.csv");
    assertSays(
        StorageException.class,
        () -> Table.readCsv(folder.resolve("deep/er/data.csv")),
        "there is no folder",
        "deep");
    assertSays(StorageException.class, () -> Table.readCsv(folder), "is a folder");
  }

  @Test
  void missingColumnsAreReportedWithTheNearestName() throws IOException {
    Table table = table("sepal_length,species", "1,a");
    assertSays(
        DataException.class,
        () -> table.numbers("sepal_lenght"),
        "no column \"sepal_lenght\"",
        "Did you mean \"sepal_length\"?");
    assertSays(DataException.class, () -> table.texts("colour"), "\"species\"", "one of these");
  }

  @Test
  void textsInOtherEncodingsAreReported() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(file, "x,y\n1,é\n".getBytes(StandardCharsets.ISO_8859_1));
    assertSays(DataException.class, () -> Table.readCsv(file), "not UTF-8");
  }

  @Test
  void openQuotesAreReported() {
    assertSays(DataException.class, () -> table("x,y", "1,2", "3,\"4"), "after line 2", "quote");
  }

  @Test
  void tablesOfManyColumnsAreRead() throws IOException {
    String header =
        String.join(
            ",", java.util.stream.IntStream.range(0, 50_000).mapToObj(i -> "c" + i).toList());
    Table table = table(header, header.replaceAll("c", ""));
    assertArrayEquals(new double[] {49_999}, table.numbers("c49999"));
  }
}
