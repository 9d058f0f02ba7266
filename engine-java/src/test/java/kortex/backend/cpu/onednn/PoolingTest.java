package kortex.backend.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolingTest {
  private static final OneDnn DNN = OneDnn.open(TestLibraries.SHARED);

  @AfterAll
  static void close() {
    DNN.close();
  }

  static Stream<PoolingShape> shapes() {
    WindowShape asymmetric =
        WindowShape.of(
            new long[] {9, 8},
            new long[] {3, 2},
            new long[] {2, 2},
            new long[] {1, 1},
            new long[] {0, 1},
            new long[] {1, 0});
    WindowShape line =
        WindowShape.of(
            new long[] {17},
            new long[] {3},
            new long[] {3},
            new long[] {1},
            new long[] {1},
            new long[] {1});
    WindowShape cube =
        WindowShape.of(
            new long[] {4, 5, 6},
            new long[] {2, 2, 2},
            new long[] {2, 2, 2},
            new long[] {1, 1, 1},
            new long[] {0, 0, 0},
            new long[] {0, 0, 0});
    List<WindowShape> windows =
        List.of(
            WindowShape.of2d(8, 8, 2, 2, 1, 0),
            WindowShape.of2d(9, 7, 3, 2, 1, 1),
            WindowShape.of2d(7, 7, 3, 1, 1, 1),
            WindowShape.of2d(9, 9, 2, 1, 2, 0),
            asymmetric,
            line,
            cube);
    return Arrays.stream(PoolingShape.Kind.values())
        .flatMap(kind ->
            windows.stream()
                .flatMap(window ->
                    Stream.of(
                        new PoolingShape(kind, 2, 3, window),
                        new PoolingShape(kind, 1, 33, window))));
  }

  /** Naive pooling and, for each result, which inputs its gradient goes to and how much. */
  private static final class Naive {
    final double[] result;
    final double[] sourceGradient;

    Naive(PoolingShape shape, float[] source, float[] gradient) {
      int planes = (int) (shape.batch() * shape.channels());
      int in = source.length / planes;
      int out = gradient.length / planes;
      result = new double[gradient.length];
      sourceGradient = new double[source.length];
      // One plane after the other, as channels of a depthwise convolution with weights of 1.
      ConvolutionShape one = new ConvolutionShape(1, 1, 1, 1, shape.window());
      for (int plane = 0; plane < planes; plane++) {
        for (int o = 0; o < out; o++) {
          int[] members = members(one, o);
          pool(shape.kind(), members, source, gradient, plane * in, plane * out + o);
        }
      }
    }

    private static int[] members(ConvolutionShape one, int output) {
      NaiveConvolution window = new NaiveConvolution(one);
      float[] unit = new float[window.resultSize()];
      unit[output] = 1;
      float[] ones = new float[window.weightsSize()];
      Arrays.fill(ones, 1);
      double[] touched = window.backwardData(unit, ones);
      return java.util.stream.IntStream.range(0, touched.length)
          .filter(i -> touched[i] != 0)
          .toArray();
    }

    private void pool(
        PoolingShape.Kind kind, int[] members, float[] source, float[] gradient, int base, int to) {
      if (kind == PoolingShape.Kind.MAX) {
        int best = members[0];
        for (int i : members) {
          best = source[base + i] > source[base + best] ? i : best;
        }
        result[to] = source[base + best];
        sourceGradient[base + best] += gradient[to];
        return;
      }
      for (int i : members) {
        result[to] += (double) source[base + i] / members.length;
        sourceGradient[base + i] += (double) gradient[to] / members.length;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void bothDirectionsAreTheNaiveLoop(PoolingShape shape) {
    float[] source = Floats.random(1, shape.source().span());
    float[] gradient = Floats.random(2, shape.result().span());
    Naive naive = new Naive(shape, source, gradient);
    try (Arena arena = Arena.ofConfined();
        PoolingForward forward = PoolingForward.create(DNN, shape);
        PoolingBackward backward = PoolingBackward.create(DNN, shape)) {
      assertEquals(forward.workspaceBytes(), backward.workspaceBytes());
      MemorySegment notes = arena.allocate(Math.max(1, forward.workspaceBytes()), 64);
      MemorySegment result = Floats.garbage(arena, gradient.length);
      MemorySegment sourceGradient = Floats.garbage(arena, source.length);
      forward.execute(Floats.copy(arena, source), result, notes);
      backward.execute(Floats.copy(arena, gradient), sourceGradient, notes);
      Floats.assertClose(naive.result, result, 9, forward.implementation());
      Floats.assertClose(naive.sourceGradient, sourceGradient, 9, backward.implementation());
    }
  }
}
