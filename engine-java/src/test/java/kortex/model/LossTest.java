package kortex.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.autodiff.Autodiff;
import kortex.autodiff.Mapping;
import kortex.autodiff.Structure;
import kortex.autodiff.Transforms;
import kortex.graph.Slice;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Losses and metrics: PyTorch's numbers, strict targets. */
class LossTest {
  private static final Golden GOLDEN = Golden.load("layers");

  private static void golden(String name, Loss loss) {
    Variable y = Variable.of("y", GOLDEN.storage(name + "/y"));
    Tensor value = loss.of(y, GOLDEN.tensor(name + "/target"));
    Close.to(GOLDEN.floats(name + "/loss"), value.toFloatArray(), 2e-6, "loss");
    Tensor dy = Autodiff.grad(value, y);
    Close.to(GOLDEN.floats(name + "/dy"), dy.toFloatArray(), 2e-6, "gradient");
  }

  @Test
  void lossesAgreeWithPyTorch() {
    golden("crossEntropy", Loss.crossEntropy());
    golden("crossEntropyLarge", Loss.crossEntropy());
    golden("crossEntropySmooth", new CrossEntropy(0.1));
    golden("mse", Loss.mse());
  }

  @Test
  void labelsAreOfAnyIntegerDtype() {
    Tensor logits = Tensor.of(new float[] {0, 1, 2, 2, 1, 0, 0, 3, 0}, 3, 3);
    Tensor labels = Tensor.of(new int[] {2, 0, 0}, 3);
    Tensor far = Tensor.of(new long[] {1L << 32, 0, 0}, 3);
    for (DType dtype : List.of(DType.I64, DType.I16, DType.I8, DType.U8)) {
      Tensor same = labels.cast(dtype);
      Variable variable = Variable.of("labels", same);
      assertEquals(
          Loss.crossEntropy().of(logits, labels).item(),
          Loss.crossEntropy().of(logits, same).item());
      assertEquals(
          Loss.crossEntropy().of(logits, labels).item(),
          Loss.crossEntropy().of(logits, variable).item());
      assertEquals(2, new Accuracy().total(logits, same).item());
      assertEquals(
          new ConfusionMatrix().total(logits, labels).toList(),
          new ConfusionMatrix().total(logits, same).toList());
    }
    assertThrows(DataException.class, () -> Loss.crossEntropy().of(logits, far));
    for (DType dtype : List.of(DType.F32, DType.BOOL)) {
      DTypeException error =
          assertThrows(
              DTypeException.class, () -> Loss.crossEntropy().of(logits, labels.cast(dtype)));
      assertTrue(error.what().contains("which are integers"), error::what);
    }
  }

  @Test
  void labelsOutOfRangeNameRowAndRange() {
    Tensor logits = Tensor.of(new float[6], 2, 3);
    var error =
        assertThrows(
            DataException.class,
            () -> Loss.crossEntropy().of(logits, Tensor.of(new int[] {1, 3}, 2)));
    assertTrue(error.what().contains("label 3 in row 1"), error.what());
    assertTrue(error.remedy().contains("0 to 2"), error.remedy());
  }

  @Test
  void labelsOfAStepAreCheckedAtEachRun() {
    Storage labels = Storage.zeros(new TensorType(DType.I32, Shape.of(2)));
    Tensor logits = Tensor.of(new float[] {1, 2, 3, 3, 2, 1}, 2, 3);
    Step step =
        Session.current()
            .compile(List.of(Loss.crossEntropy().of(logits, Tensor.of(labels))), List.of());
    step.run();
    labels.write(MemorySegment.ofArray(new int[] {1, 3}));
    var error = assertThrows(DataException.class, step::run);
    assertTrue(error.what().contains("label 3 at [1]"), error.what());
    labels.write(MemorySegment.ofArray(new int[] {1, 2}));
    step.run();
  }

  @Test
  void lossOfEveryExampleByVmap() {
    Tensor logits = Tensor.of(new float[] {1, 2, 3, 3, 2, 1, 0, 5, 0}, 3, 3);
    Tensor labels = Tensor.of(new int[] {2, 0, 0}, 3);
    Structure<List<Tensor>> pair = Structure.tensors();
    float[] each =
        Transforms.vmap(
                pair,
                Structure.tensor(),
                Mapping.first(),
                in -> Loss.crossEntropy().of(in.get(0).reshape(1, 3), in.get(1).reshape(1)))
            .apply(List.of(logits, labels))
            .toFloatArray();
    for (int i = 0; i < 3; i++) {
      Tensor one =
          Loss.crossEntropy()
              .of(logits.slice(Slice.of(i, i + 1)), labels.slice(Slice.of(i, i + 1)));
      assertEquals(one.toFloatArray()[0], each[i], 1e-6);
    }
  }

  @Test
  void targetsNeverBroadcast() {
    Tensor output = Tensor.of(new float[4], 4, 1);
    assertThrows(ShapeException.class, () -> Loss.mse().of(output, Tensor.of(1, 2, 3, 4)));
    assertThrows(DTypeException.class, () -> Loss.mse().of(output, Tensor.of(new int[4], 4, 1)));
    assertThrows(DTypeException.class, () -> Loss.crossEntropy().of(output, Tensor.of(1, 2, 3, 4)));
    assertThrows(
        ShapeException.class, () -> Loss.crossEntropy().of(output, Tensor.of(new int[3], 3)));
    assertThrows(SettingException.class, () -> new CrossEntropy(1));
  }

  @Test
  void metricsCountWhatTheySay() {
    Tensor output = Tensor.of(new float[] {3, 1, 0, 0, 2, 1, 1, 5, 0, 9, 1, 1}, 4, 3);
    Tensor labels = Tensor.of(new int[] {0, 1, 2, 0}, 4);
    Metric accuracy = new Accuracy();
    assertEquals(3, accuracy.total(output, labels).item());
    assertEquals(4, accuracy.count(output.shape()));
    Metric confusion = new ConfusionMatrix();
    double[] cells = confusion.total(output, labels).toDoubleArray();
    org.junit.jupiter.api.Assertions.assertArrayEquals(
        new double[] {2, 0, 0, 0, 1, 0, 0, 1, 0}, cells);
    assertEquals(2.0 / 3, confusion.value(cells, 4), 1e-12);
    Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor b = Tensor.of(new float[] {1, 0, 3, 1}, 2, 2);
    assertEquals(13, new MeanSquaredError().total(a, b).item());
    assertEquals(5, new MeanAbsoluteError().total(a, b).item());
    assertEquals(4, new MeanAbsoluteError().count(a.shape()));
  }
}
