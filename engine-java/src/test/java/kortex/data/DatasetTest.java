package kortex.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import kortex.tensor.DType;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetTest {
  /** Example i has the input (i, −i), the target (10·i). */
  private static Dataset numbered(int size) {
    float[][] inputs = new float[size][];
    float[][] targets = new float[size][];
    for (int i = 0; i < size; i++) {
      inputs[i] = new float[] {i, -i};
      targets[i] = new float[] {10 * i};
    }
    return Dataset.of(inputs, targets);
  }

  private static int[] ids(Dataset dataset) {
    return IntStream.range(0, dataset.size()).map(i -> (int) dataset.input(i)[0]).toArray();
  }

  private static void assertTargetsFollow(Dataset dataset) {
    float[] expected = new float[dataset.size()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = 10 * dataset.input(i)[0];
    }
    assertArrayEquals(expected, ((Targets.Values) dataset.targets()).data());
  }

  @ParameterizedTest
  @CsvSource({"2,0.5", "3,0.999", "3,0.001", "10,0.8", "150,0.8", "151,0.333"})
  void splitsAreDisjointCoverEverythingAndDependOnTheSeedOnly(int size, double fraction) {
    Dataset dataset = numbered(size);
    for (long seed = 0; seed < 20; seed++) {
      Dataset.Split split = dataset.split(fraction, seed);
      int[] both =
          IntStream.concat(Arrays.stream(ids(split.train())), Arrays.stream(ids(split.test())))
              .sorted()
              .toArray();
      assertArrayEquals(Shuffle.identity(size), both);
      long wanted = Math.clamp(Math.round(size * fraction), 1, size - 1);
      assertEquals(wanted, split.train().size());
      assertTargetsFollow(split.train());
      assertTargetsFollow(split.test());
      assertArrayEquals(ids(split.train()), ids(dataset.split(fraction, seed).train()));
    }
  }

  @Test
  void splitsOfOtherSeedsDiffer() {
    Dataset dataset = numbered(100);
    assertNotEquals(
        Arrays.toString(ids(dataset.split(0.8, 1).train())),
        Arrays.toString(ids(dataset.split(0.8, 2).train())));
  }

  @Test
  void stratifiedSplitsKeepTheFractionOfEveryClass() {
    float[][] inputs = new float[110][];
    int[] labels = new int[110];
    for (int i = 0; i < 110; i++) {
      inputs[i] = new float[] {i};
      labels[i] = i < 10 ? 1 : 0;
    }
    Dataset dataset = Dataset.of(inputs, labels);
    Dataset.Split split = dataset.splitStratified(0.8, 3);
    assertEquals(88, split.train().size());
    var train = (Targets.Classes) split.train().targets();
    assertEquals(8, Arrays.stream(train.labels()).sum());
    int[] both =
        IntStream.concat(Arrays.stream(ids(split.train())), Arrays.stream(ids(split.test())))
            .sorted()
            .toArray();
    assertArrayEquals(Shuffle.identity(110), both);
    assertThrows(DataException.class, () -> numbered(4).splitStratified(0.5, 0));
  }

  @Test
  void impossibleSplitsAreRefused() {
    for (double fraction : new double[] {0, 1, -0.1, 1.5, Double.NaN}) {
      assertThrows(SettingException.class, () -> numbered(10).split(fraction, 0));
    }
    assertThrows(DataException.class, () -> numbered(1).split(0.5, 0));
    Dataset oneEach = Dataset.of(new float[][] {{1}, {2}}, new int[] {0, 1});
    assertThrows(DataException.class, () -> oneEach.splitStratified(0.9, 0));
  }

  @Test
  void selectionsOfSelectionsFollowTheExamples() {
    Dataset chosen = numbered(10).select(new int[] {7, 3, 3, 9}).select(new int[] {3, 0, 1});
    assertArrayEquals(new int[] {9, 7, 3}, ids(chosen));
    assertTargetsFollow(chosen);
    assertArrayEquals(new int[] {4, 5}, ids(numbered(10).slice(2, 8).slice(2, 4)));
    assertThrows(DataException.class, () -> chosen.select(new int[] {3}));
    assertThrows(DataException.class, () -> chosen.select(new int[] {-1}));
    assertThrows(DataException.class, () -> chosen.select(new int[0]));
    assertThrows(DataException.class, () -> chosen.slice(1, 1));
    assertThrows(DataException.class, () -> chosen.slice(0, 4));
    assertThrows(DataException.class, () -> chosen.input(3));
  }

  @Test
  void gathersIntoMemoryOfAnyKind() {
    Dataset dataset = numbered(50).split(0.6, 1).train();
    int[] order = Shuffle.permutation(dataset.size(), 2, 0);
    try (Arena arena = Arena.ofConfined()) {
      for (var destination :
          List.of(
              arena.allocate(64, 64),
              arena.allocate(65, 64).asSlice(1),
              MemorySegment.ofArray(new float[16]),
              MemorySegment.ofArray(new byte[64]))) {
        dataset.gatherInputs(order, 5, 7, destination);
        for (int i = 0; i < 7; i++) {
          float id = dataset.input(order[5 + i])[0];
          assertEquals(id, destination.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 8L));
          assertEquals(-id, destination.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 8L + 4));
        }
        assertEquals(0, destination.get(ValueLayout.JAVA_LONG_UNALIGNED, 56));
        dataset.gatherTargets(order, 5, 7, destination);
        float last = destination.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 6 * 4L);
        assertEquals(10 * dataset.input(order[11])[0], last);
      }
    }
  }

  @Test
  void gathersLabelsAsIntegers() {
    Dataset dataset = Dataset.of(new float[][] {{1}, {2}, {3}}, new int[] {4, 0, 2});
    int[] labels = new int[2];
    dataset.gatherTargets(new int[] {0, 1, 2}, 1, 2, MemorySegment.ofArray(labels));
    assertArrayEquals(new int[] {0, 2}, labels);
    assertEquals(new TensorType(DType.I32, Shape.of(2)), dataset.targetType(2));
    assertEquals(TensorType.f32(2, 1), dataset.inputType(2));
    assertEquals(TensorType.f32(2, 1), numbered(3).targetType(2));
  }

  @Test
  void gathersIntoTooLittleMemoryAreRefused() {
    Dataset dataset = numbered(4);
    int[] order = {0, 1, 2, 3};
    var small = MemorySegment.ofArray(new float[7]);
    assertThrows(ShapeException.class, () -> dataset.gatherInputs(order, 0, 4, small));
    var smaller = MemorySegment.ofArray(new float[3]);
    assertThrows(ShapeException.class, () -> dataset.gatherTargets(order, 0, 4, smaller));
    assertThrows(IndexOutOfBoundsException.class, () -> dataset.gatherInputs(order, 2, 3, small));
  }

  @Test
  void wrongDataAreReported() {
    float[][] two = {{1, 2}, {3, 4}};
    assertSays("2 inputs but 3 targets", () -> Dataset.of(two, new int[] {0, 1, 2}));
    assertSays("dataset is empty", () -> Dataset.of(new float[0][], new int[0]));
    assertSays("empty", () -> Dataset.of(Shape.of(2), new float[0], Targets.Classes.of()));
    assertSays("hold no numbers", () -> Dataset.of(new float[1][0], new int[1]));
    assertSays(
        "input 1 has 1 numbers, but input 0 has 2",
        () -> Dataset.of(new float[][] {{1, 2}, {3}}, new int[2]));
    assertSays(
        "input 1 of example 1 is NaN",
        () -> Dataset.of(new float[][] {{1, 2}, {3, Float.NaN}}, new int[2]));
    assertSays(
        "target of example 1 is -Infinity",
        () -> Dataset.of(two, new float[][] {{0}, {Float.NEGATIVE_INFINITY}}));
    assertSays("example 1 has label -1", () -> Dataset.of(two, new int[] {0, -1}));
    assertSays(
        "example 0 has label 2, but there are 2 classes",
        () -> new Targets.Classes(new int[] {2}, List.of("a", "b")));
    assertSays("same name", () -> new Targets.Classes(new int[] {0}, List.of("a", "a")));
    assertSays(
        "5 numbers cannot be divided",
        () -> Dataset.of(Shape.of(2), new float[5], Targets.Classes.of(0, 1)));
  }

  private static void assertSays(String part, org.junit.jupiter.api.function.Executable action) {
    DataException error = assertThrows(DataException.class, action);
    assertTrue(error.what().contains(part), error.what());
  }

  @Test
  void nobodyCanChangeADataset() {
    float[] inputs = {1, 2};
    int[] labels = {0, 1};
    Dataset dataset =
        Dataset.of(Shape.of(1), inputs, new Targets.Classes(labels, List.of("a", "b")));
    inputs[0] = 9;
    labels[0] = 1;
    dataset.input(0)[0] = 9;
    ((Targets.Classes) dataset.targets()).labels()[0] = 1;
    assertEquals(1, dataset.input(0)[0]);
    assertEquals(0, ((Targets.Classes) dataset.targets()).label(0));
  }

  @Test
  void standardizedTrainDataHaveMeanZeroAndDeviationOne() {
    var random = new Random(5);
    float[][] inputs = new float[1000][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] =
          new float[] {(float) (1e4 + random.nextGaussian()), (float) random.nextDouble(), 0.1f};
    }
    Dataset dataset = Dataset.of(inputs, new int[1000]);
    Dataset.Split split = dataset.split(0.7, 1);
    Dataset.Split standard = split.standardize();
    Standardizer again = Standardizer.fit(standard.train());
    for (int feature = 0; feature < 3; feature++) {
      assertEquals(0, again.means().get(feature), 1e-5);
      assertEquals(1, again.deviations().get(feature), 1e-5);
    }
    assertEquals(0, standard.train().input(0)[2]);
    Standardizer train = Standardizer.fit(split.train());
    double expected = (split.test().input(3)[0] - train.means().get(0)) / train.deviations().get(0);
    assertEquals(expected, standard.test().input(3)[0], 1e-6);
    assertEquals(split.test().targets(), standard.test().targets());
  }

  @Test
  void imagesAreStandardizedByChannel() {
    float[] pixels = {0, 2, 4, 6, 10, 10, 10, 10};
    Dataset image = Dataset.of(Shape.of(2, 2, 2), pixels, Targets.Classes.of(0));
    Standardizer standardizer = Standardizer.fit(image);
    assertEquals(List.of(3.0, 10.0), standardizer.means());
    assertEquals(List.of(Math.sqrt(5), 1.0), standardizer.deviations());
    Dataset sequence = Dataset.of(Shape.of(4, 2), pixels, Targets.Classes.of(0));
    assertEquals(List.of(6.0, 7.0), Standardizer.fit(sequence).means());
    assertThrows(ShapeException.class, () -> standardizer.apply(sequence));
  }
}
