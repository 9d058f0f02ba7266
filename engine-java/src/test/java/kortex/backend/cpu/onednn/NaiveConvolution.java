package kortex.backend.cpu.onednn;

import java.util.Arrays;

/** Convolution and its gradients by plain loops in double, over up to three spatial axes. */
final class NaiveConvolution {
  /** Called for each product: positions in source, weights and result, and the channel. */
  private interface Product {
    void at(int source, int weight, int result);
  }

  private final ConvolutionShape shape;
  private final int[] in;
  private final int[] out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] dilation;
  private final int[] pad;

  NaiveConvolution(ConvolutionShape shape) {
    WindowShape w = shape.window();
    this.shape = shape;
    this.in = threeAxes(w.input(), 1);
    this.out = threeAxes(w.output(), 1);
    this.kernel = threeAxes(w.kernel(), 1);
    this.stride = threeAxes(w.strides(), 1);
    this.dilation = threeAxes(w.dilations(), 1);
    this.pad = threeAxes(w.padLeft(), 0);
  }

  static int[] threeAxes(long[] values, int fill) {
    int[] three = new int[3];
    Arrays.fill(three, fill);
    for (int i = 0; i < values.length; i++) {
      three[3 - values.length + i] = Math.toIntExact(values[i]);
    }
    return three;
  }

  private static int volume(int[] sizes) {
    return sizes[0] * sizes[1] * sizes[2];
  }

  int sourceSize() {
    return (int) (shape.batch() * shape.inChannels()) * volume(in);
  }

  int weightsSize() {
    return (int) (shape.outChannels() * shape.inChannels() / shape.groups()) * volume(kernel);
  }

  int resultSize() {
    return (int) (shape.batch() * shape.outChannels()) * volume(out);
  }

  /** The length of the sum behind one result. */
  long terms() {
    return weightsSize() / shape.outChannels();
  }

  double[] forward(float[] source, float[] weights, float[] bias) {
    double[] result = new double[resultSize()];
    for (int i = 0; i < result.length; i++) {
      result[i] = bias[(i / volume(out)) % bias.length];
    }
    forEach((s, w, r) -> result[r] += (double) source[s] * weights[w]);
    return result;
  }

  double[] backwardData(float[] resultGradient, float[] weights) {
    double[] gradient = new double[sourceSize()];
    forEach((s, w, r) -> gradient[s] += (double) resultGradient[r] * weights[w]);
    return gradient;
  }

  double[] backwardWeights(float[] source, float[] resultGradient) {
    double[] gradient = new double[weightsSize()];
    forEach((s, w, r) -> gradient[w] += (double) resultGradient[r] * source[s]);
    return gradient;
  }

  double[] backwardBias(float[] resultGradient) {
    double[] gradient = new double[(int) shape.outChannels()];
    for (int i = 0; i < resultGradient.length; i++) {
      gradient[(i / volume(out)) % gradient.length] += resultGradient[i];
    }
    return gradient;
  }

  private void forEach(Product product) {
    int groupIn = (int) (shape.inChannels() / shape.groups());
    int groupOut = (int) (shape.outChannels() / shape.groups());
    for (int n = 0; n < shape.batch(); n++) {
      for (int o = 0; o < shape.outChannels(); o++) {
        for (int c = 0; c < groupIn; c++) {
          int channel = o / groupOut * groupIn + c;
          planes(
              (int) (n * shape.inChannels() + channel),
              o * groupIn + c,
              (int) (n * shape.outChannels() + o),
              product);
        }
      }
    }
  }

  private void planes(int source, int weight, int result, Product product) {
    for (int o = 0; o < volume(out); o++) {
      for (int k = 0; k < volume(kernel); k++) {
        int at = position(o, k);
        if (at >= 0) {
          product.at(
              source * volume(in) + at, weight * volume(kernel) + k, result * volume(out) + o);
        }
      }
    }
  }

  /** The input position under window position {@code k} of output {@code o}; -1 in the padding. */
  private int position(int o, int k) {
    int at = 0;
    int outRest = volume(out);
    int kernelRest = volume(kernel);
    for (int axis = 0; axis < 3; axis++) {
      outRest /= out[axis];
      kernelRest /= kernel[axis];
      int i =
          (o / outRest % out[axis]) * stride[axis]
              + (k / kernelRest % kernel[axis]) * dilation[axis]
              - pad[axis];
      if (i < 0 || i >= in[axis]) {
        return -1;
      }
      at = at * in[axis] + i;
    }
    return at;
  }
}
