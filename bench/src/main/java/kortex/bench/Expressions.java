package kortex.bench;

import java.util.Random;
import kortex.autodiff.Autodiff;
import kortex.graph.Tensor;
import kortex.model.Activations;

/** Expressions such as people type, on data of fewer than 10,000 elements. */
public enum Expressions {
  /** One kernel. */
  ELEMENTWISE {
    @Override
    Tensor of(Tensor x, Tensor y, double number) {
      return x.mul(number).add(y).exp().sub(1);
    }
  },
  /** One kernel and a reduction. */
  MEAN {
    @Override
    Tensor of(Tensor x, Tensor y, double number) {
      return x.mul(y).add(number).mean();
    }
  },
  /** A longer chain with a division. */
  CHAIN {
    @Override
    Tensor of(Tensor x, Tensor y, double number) {
      return x.sub(y).exp().div(y.square().add(number)).tanh();
    }
  },
  /** Two reductions and two kernels. */
  SOFTMAX {
    @Override
    Tensor of(Tensor x, Tensor y, double number) {
      return Activations.softmax(x.mul(number));
    }
  },
  /** The gradient of a sum. */
  GRADIENT {
    @Override
    Tensor of(Tensor x, Tensor y, double number) {
      return Autodiff.grad(x.mul(y).mul(number).sin().square().sum(), x);
    }
  },
  /** A product of matrices by the library, and a kernel. */
  PRODUCT {
    @Override
    Tensor of(Tensor x, Tensor y, double number) {
      return x.matmul(y.transpose()).mul(number).tanh();
    }
  };

  /** The expression of matrices of one shape; another {@code number} makes another expression. */
  abstract Tensor of(Tensor x, Tensor y, double number);

  /** A matrix of numbers between 0 and 1. */
  static Tensor matrix(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return Tensor.of(values, rows, columns);
  }
}
