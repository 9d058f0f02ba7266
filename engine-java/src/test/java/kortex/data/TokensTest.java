package kortex.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import kortex.tensor.DType;
import kortex.tensor.DataException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Datasets of tokens, and labels for each of them. */
class TokensTest {
  private static final int[] TEXT = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

  /** Example i has the tokens (3i, 3i + 1, 3i + 2), and labels that are one more. */
  private static Dataset counting() {
    int[] labels = TEXT.clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i]++;
    }
    return Dataset.ofTokens(3, 12, TEXT, Targets.Labels.of(labels, Shape.of(3)));
  }

  @Test
  void batchesAreTokensAndTheirLabels() {
    Dataset dataset = counting().select(new int[] {3, 1, 0});
    assertEquals(new TensorType(DType.I32, Shape.of(2, 3)), dataset.inputType(2));
    assertEquals(new TensorType(DType.I32, Shape.of(2, 3)), dataset.targetType(2));
    int[] inputs = new int[6];
    int[] targets = new int[6];
    dataset.gatherInputs(new int[] {0, 2, 1}, 1, 2, MemorySegment.ofArray(inputs));
    dataset.gatherTargets(new int[] {0, 2, 1}, 1, 2, MemorySegment.ofArray(targets));
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, inputs);
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, targets);
    MemorySegment small = MemorySegment.ofArray(new int[5]);
    int[] order = {0, 1};
    assertThrows(ShapeException.class, () -> dataset.gatherInputs(order, 0, 2, small));
    assertThrows(ShapeException.class, () -> dataset.gatherTargets(order, 0, 2, small));
  }

  @Test
  void labelsFollowTheirExamples() {
    Dataset.Split split = counting().split(0.5, 3);
    for (Dataset part : new Dataset[] {split.train(), split.test()}) {
      int[] labels = ((Targets.Labels) part.targets()).data();
      for (int i = 0; i < part.size(); i++) {
        assertEquals(part.tokens(i)[1] + 1, labels[3 * i + 1]);
      }
    }
  }

  @Test
  void tokensAreNoQuantities() {
    Dataset dataset = counting();
    assertEquals(12, dataset.vocabulary());
    var error = assertThrows(DataException.class, () -> Standardizer.fit(dataset));
    assertTrue(error.what().contains("the inputs are tokens"), error.what());
    Dataset numbers = Dataset.of(new float[][] {{1}}, new int[] {0});
    assertEquals(0, numbers.vocabulary());
    assertThrows(DataException.class, () -> numbers.tokens(0));
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    var targets = Targets.Classes.of(0, 0);
    var token =
        assertThrows(
            DataException.class, () -> Dataset.ofTokens(2, 3, new int[] {0, 1, 3, 0}, targets));
    assertEquals("token 0 of example 1 is 3, but the vocabulary has 3", token.what());
    var label =
        assertThrows(
            DataException.class, () -> new Targets.Labels(new int[] {0, 2}, Shape.of(2), 2));
    assertEquals("label 1 of example 0 is 2, but there are 2 classes", label.what());
    assertThrows(ShapeException.class, () -> Targets.Labels.of(new int[] {0, 1, 1}, Shape.of(2)));
    assertThrows(ShapeException.class, () -> Targets.Labels.of(new int[] {}, Shape.of(0)));
  }

  @Test
  void labelsAreValues() {
    int[] data = {0, 1, 2, 0};
    var labels = Targets.Labels.of(data, Shape.of(2));
    var same = new Targets.Labels(data, Shape.of(2), 3);
    data[0] = 2;
    labels.data()[1] = 0;
    assertEquals(same, labels);
    assertEquals(same.hashCode(), labels.hashCode());
    assertNotEquals(new Targets.Labels(labels.data(), Shape.of(2), 4), labels);
    assertNotEquals(new Targets.Labels(labels.data(), Shape.of(4), 3), labels);
    assertEquals("labels of shape [2], 3 classes", labels.toString());
  }
}
