package kortex.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kortex.tensor.DataException;
import kortex.tensor.KortexException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TableInputsTest {
  @TempDir Path folder;

  private Table table(String... lines) throws IOException {
    Path file = folder.resolve("data.csv");
    return Table.readCsv(Files.writeString(file, String.join("\n", lines) + "\n"));
  }

  private static void assertSays(
      Class<? extends KortexException> type, Executable action, String... parts) {
    KortexException error = assertThrows(type, action);
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }

  @Test
  void irisHasFourFeaturesAndThreeClasses() {
    Dataset iris =
        Table.readCsv(Path.of("../scripts/examples/data/iris.csv")).features().labels("species");
    assertEquals(150, iris.size());
    assertEquals(Shape.of(4), iris.sampleShape());
    var classes = (Targets.Classes) iris.targets();
    assertEquals(List.of("setosa", "versicolor", "virginica"), classes.names());
    assertEquals(0, classes.label(0));
    assertEquals(2, classes.label(149));
    assertArrayEquals(new float[] {5.1f, 3.5f, 1.4f, 0.2f}, iris.input(0));
  }

  @Test
  void digitsAreImages() {
    Dataset digits =
        Table.readCsv(Path.of("../scripts/examples/data/digits.csv"))
            .image(1, 8, 8, 1 / 16.0)
            .labels("digit");
    assertEquals(Shape.of(1, 8, 8), digits.sampleShape());
    assertEquals(5 / 16f, digits.input(0)[2]);
    var classes = (Targets.Classes) digits.targets();
    assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), classes.names());
    assertEquals(0, classes.label(0));
    assertEquals(1, classes.label(1));
  }

  @Test
  void integersKeepTheirOrder() throws IOException {
    Table table = table("x,y", "1,10", "2,9", "3,2", "4,10.0");
    var classes = (Targets.Classes) table.features().labels("y").targets();
    assertEquals(List.of("2", "9", "10"), classes.names());
    assertArrayEquals(new int[] {2, 1, 0, 2}, classes.labels());
  }

  @Test
  void namedClassesKeepTheirOrderAndMustExist() throws IOException {
    Table table = table("x,y", "1,b", "2,b", "3,c");
    var inputs = table.features();
    var dataset = inputs.labels("y", List.of("c", "a", "b"));
    assertEquals(
        new Targets.Classes(new int[] {2, 2, 0}, List.of("c", "a", "b")), dataset.targets());
    assertSays(
        DataException.class,
        () -> inputs.labels("y", List.of("a", "b")),
        "line 4, column \"y\": expected one of the classes [a, b], found \"c\"");
  }

  @Test
  void labelsThatAreNoneAreReported() throws IOException {
    Table table = table("x,half,blank,mixed,empty", "1,1,a,1,", "2,1.5,,b,", "3,2,c,2,");
    var inputs = table.features(List.of("x"));
    assertSays(DataException.class, () -> inputs.labels("half"), "line 3", "1.5", "values");
    assertSays(DataException.class, () -> inputs.labels("blank"), "line 3", "empty cell");
    assertSays(DataException.class, () -> inputs.labels("mixed"), "line 3", "\"b\"", "2 numbers");
    assertSays(DataException.class, () -> inputs.labels("empty"), "line 2", "empty cell");
    assertSays(DataException.class, () -> inputs.labels("halv"), "Did you mean \"half\"?");
  }

  @Test
  void featuresAreTheNumericColumnsWithoutTheTarget() throws IOException {
    Table table = table("a,name,b,y", "1,p,2,0", "3,q,4,1");
    assertArrayEquals(new float[] {3, 4}, table.features().labels("y").input(1));
    assertArrayEquals(new float[] {4, 3}, table.features(List.of("b", "a")).labels("y").input(1));
  }

  @Test
  void featuresThatAreNoneAreReported() throws IOException {
    Table table = table("a,mixed,y", "1,2,0", "3,x,1");
    assertSays(DataException.class, () -> table.features().labels("y"), "line 3", "\"x\"", "mixed");
    assertSays(
        DataException.class,
        () -> table.features(List.of("mixed")).labels("y"),
        "line 3, column \"mixed\": expected a number, found \"x\"");
    assertSays(
        DataException.class, () -> table.features(List.of("a", "y")).labels("y"), "both a feature");
    assertSays(
        SettingException.class, () -> table.features(List.of("a", "a")).labels("y"), "twice");
    assertSays(SettingException.class, () -> table.features(List.of()), "empty");
    assertSays(DataException.class, () -> table.features(List.of("b")), "no column \"b\"");
    Table texts = table("a,y", "p,0", "q,1");
    assertSays(DataException.class, () -> texts.features().labels("y"), "no numeric column");
  }

  @Test
  void numbersBeyondFloatAreReported() throws IOException {
    Table table = table("a,y", "1,0", "1e39,1");
    assertSays(
        DataException.class, () -> table.features().labels("y"), "line 3, column \"a\"", "1e39");
  }

  @Test
  void imagesOfAnotherSizeAreReportedWithBothNumbers() throws IOException {
    Table table = table("a,b,c,y", "1,2,3,0");
    assertSays(
        DataException.class,
        () -> table.image(1, 2, 2, 1).labels("y"),
        "[1, 2, 2] has 4 pixels",
        "3 columns");
    int huge = Integer.MAX_VALUE;
    assertSays(
        DataException.class,
        () -> table.image(huge, huge, huge, 1).labels("y"),
        "9903520300447984150353281023 pixels");
    assertSays(SettingException.class, () -> table.image(1, 0, 3, 1), "height 0");
    assertSays(SettingException.class, () -> table.image(1, 1, 3, 0), "scale of 0");
    assertSays(SettingException.class, () -> table.image(1, 1, 3, Double.NaN), "scale of NaN");
  }

  @Test
  void valuesAreVectors() throws IOException {
    Table table = table("a,b,c", "1,2,3", "4,5,6");
    Dataset dataset = table.features().values(List.of("c", "a"));
    assertEquals(new Targets.Values(new float[] {3, 1, 6, 4}, Shape.of(2)), dataset.targets());
    assertEquals(Shape.of(1), dataset.sampleShape());
    assertSays(SettingException.class, () -> table.features().values(List.of()), "empty");
    assertSays(SettingException.class, () -> table.features().values(List.of("a", "a")), "twice");
  }
}
