package kortex.backend.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionTest {
  private static final OneDnn DNN = OneDnn.open(TestLibraries.SHARED);

  @AfterAll
  static void close() {
    DNN.close();
  }

  static Stream<ConvolutionShape> shapes() {
    return Stream.of(
        new ConvolutionShape(1, 1, 1, 1, WindowShape.of2d(5, 5, 3, 1, 1, 0)),
        new ConvolutionShape(3, 3, 17, 1, WindowShape.of2d(9, 7, 3, 1, 1, 1)),
        new ConvolutionShape(2, 17, 33, 1, WindowShape.of2d(8, 8, 3, 2, 1, 1)),
        new ConvolutionShape(2, 33, 3, 1, WindowShape.of2d(11, 9, 3, 1, 2, 2)),
        new ConvolutionShape(2, 6, 10, 2, WindowShape.of2d(7, 9, 3, 2, 1, 1)),
        new ConvolutionShape(2, 34, 32, 2, WindowShape.of2d(6, 6, 1, 1, 1, 0)),
        new ConvolutionShape(2, 16, 16, 16, WindowShape.of2d(10, 10, 3, 1, 1, 1)),
        new ConvolutionShape(1, 64, 64, 1, WindowShape.of2d(14, 14, 3, 1, 1, 1)),
        new ConvolutionShape(
            2,
            5,
            7,
            1,
            WindowShape.of(
                new long[] {9, 10},
                new long[] {2, 3},
                new long[] {2, 1},
                new long[] {1, 2},
                new long[] {0, 1},
                new long[] {1, 2})),
        new ConvolutionShape(
            3,
            4,
            6,
            2,
            WindowShape.of(
                new long[] {17},
                new long[] {5},
                new long[] {2},
                new long[] {1},
                new long[] {2},
                new long[] {2})),
        new ConvolutionShape(
            1,
            3,
            4,
            1,
            WindowShape.of(
                new long[] {5, 6, 4},
                new long[] {3, 2, 3},
                new long[] {1, 2, 1},
                new long[] {1, 1, 1},
                new long[] {1, 0, 1},
                new long[] {1, 0, 1})));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void forwardIsTheNaiveLoop(ConvolutionShape shape) {
    NaiveConvolution naive = new NaiveConvolution(shape);
    float[] source = Floats.random(1, naive.sourceSize());
    float[] weights = Floats.random(2, naive.weightsSize());
    float[] bias = Floats.random(3, shape.outChannels());
    float[] residual = Floats.random(4, naive.resultSize());
    Epilogue all = Epilogue.NONE.withBias().withResidual().with(Activation.RELU);
    try (Arena arena = Arena.ofConfined();
        ConvolutionForward plain =
            ConvolutionForward.create(DNN, shape, Elements.F32, Epilogue.NONE);
        ConvolutionForward biased =
            ConvolutionForward.create(DNN, shape, Elements.F32, Epilogue.NONE.withBias());
        ConvolutionForward whole = ConvolutionForward.create(DNN, shape, Elements.F32, all)) {
      MemorySegment s = Floats.copy(arena, source);
      MemorySegment w = Floats.copy(arena, weights);
      MemorySegment b = Floats.copy(arena, bias);
      MemorySegment result = Floats.garbage(arena, naive.resultSize());
      plain.execute(s, w, List.of(), result);
      double[] expected = naive.forward(source, weights, new float[1]);
      Floats.assertClose(expected, result, naive.terms(), plain.implementation());
      biased.execute(s, w, List.of(b), result);
      expected = naive.forward(source, weights, bias);
      Floats.assertClose(expected, result, naive.terms(), biased.implementation());
      whole.execute(s, w, List.of(b, Floats.copy(arena, residual)), result);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = Math.max(0, expected[i] + residual[i]);
      }
      Floats.assertClose(expected, result, naive.terms(), whole.implementation());
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void backwardDataIsTheNaiveLoop(ConvolutionShape shape) {
    NaiveConvolution naive = new NaiveConvolution(shape);
    float[] gradient = Floats.random(4, naive.resultSize());
    float[] weights = Floats.random(5, naive.weightsSize());
    try (Arena arena = Arena.ofConfined();
        ConvolutionBackwardData backward =
            ConvolutionBackwardData.create(DNN, shape, Elements.F32)) {
      MemorySegment result = Floats.garbage(arena, naive.sourceSize());
      backward.execute(Floats.copy(arena, gradient), Floats.copy(arena, weights), result);
      double[] expected = naive.backwardData(gradient, weights);
      long terms = naive.weightsSize() / shape.inChannels() * shape.groups();
      Floats.assertClose(expected, result, terms, backward.implementation());
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void backwardWeightsIsTheNaiveLoopAndTheSameEveryTime(ConvolutionShape shape) {
    NaiveConvolution naive = new NaiveConvolution(shape);
    float[] source = Floats.random(6, naive.sourceSize());
    float[] gradient = Floats.random(7, naive.resultSize());
    try (Arena arena = Arena.ofConfined();
        ConvolutionBackwardWeights plain =
            ConvolutionBackwardWeights.create(DNN, shape, Elements.F32, false);
        ConvolutionBackwardWeights biased =
            ConvolutionBackwardWeights.create(DNN, shape, Elements.F32, true)) {
      MemorySegment s = Floats.copy(arena, source);
      MemorySegment g = Floats.copy(arena, gradient);
      MemorySegment weights = Floats.garbage(arena, naive.weightsSize());
      MemorySegment again = Floats.garbage(arena, naive.weightsSize());
      MemorySegment bias = Floats.garbage(arena, shape.outChannels());
      long terms = naive.resultSize() / shape.outChannels();
      plain.execute(s, g, weights);
      double[] expected = naive.backwardWeights(source, gradient);
      Floats.assertClose(expected, weights, terms, plain.implementation());
      plain.execute(s, g, again);
      assertEquals(-1, weights.mismatch(again), "two runs differ");
      biased.execute(s, g, weights, bias);
      Floats.assertClose(expected, weights, terms, biased.implementation());
      Floats.assertClose(naive.backwardBias(gradient), bias, terms, biased.implementation());
    }
  }

  @Test
  void closingTheLibraryClosesItsPrimitives() {
    ConvolutionShape shape = new ConvolutionShape(1, 1, 1, 1, WindowShape.of2d(3, 3, 3, 1, 1, 0));
    OneDnn dnn = OneDnn.open(TestLibraries.SHARED);
    ConvolutionForward forward = ConvolutionForward.create(dnn, shape, Elements.F32, Epilogue.NONE);
    dnn.close();
    dnn.close();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4 * 9);
      assertThrows(
          IllegalStateException.class, () -> forward.execute(memory, memory, List.of(), memory));
    }
    forward.close();
    assertThrows(
        IllegalStateException.class,
        () -> ConvolutionForward.create(dnn, shape, Elements.F32, Epilogue.NONE));
  }

  @Test
  void misuseIsRefusedBeforeNativeCodeRuns() {
    ConvolutionShape shape = new ConvolutionShape(1, 2, 3, 1, WindowShape.of2d(5, 5, 3, 1, 1, 0));
    Class<IllegalArgumentException> refused = IllegalArgumentException.class;
    try (Arena arena = Arena.ofConfined();
        ConvolutionForward forward =
            ConvolutionForward.create(DNN, shape, Elements.F32, Epilogue.NONE)) {
      MemorySegment source = arena.allocate(4 * 50);
      MemorySegment weights = arena.allocate(4 * 54);
      MemorySegment result = arena.allocate(4 * 27);
      forward.execute(source, weights, List.of(), result);
      MemorySegment small = arena.allocate(4 * 26);
      assertThrows(refused, () -> forward.execute(source, weights, List.of(), small));
      assertThrows(refused, () -> forward.execute(source, weights, List.of(), result.asReadOnly()));
      assertThrows(refused, () -> forward.execute(source, weights, List.of(source), result));
      MemorySegment heap = MemorySegment.ofArray(new float[50]);
      assertThrows(refused, () -> forward.execute(heap, weights, List.of(), result));
      forward.close();
      assertThrows(
          IllegalStateException.class, () -> forward.execute(source, weights, List.of(), result));
    }
    assertThrows(refused, () -> WindowShape.of2d(2, 2, 3, 1, 1, 0));
    assertThrows(refused, () -> WindowShape.of2d(5, 5, 3, 0, 1, 0));
    WindowShape window = WindowShape.of2d(5, 5, 3, 1, 1, 0);
    assertThrows(refused, () -> new ConvolutionShape(1, 3, 4, 2, window));
  }
}
