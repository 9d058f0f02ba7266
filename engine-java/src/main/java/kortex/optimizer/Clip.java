package kortex.optimizer;

import java.util.List;
import kortex.graph.Tensor;

/** A bound on the gradients of one step, against steps that leap too far. */
public sealed interface Clip {
  /** The gradients within the bound. */
  List<Tensor> apply(List<Tensor> gradients);

  /** Every element in ±{@code limit}, as PyTorch's {@code clip_grad_value_}. */
  record Value(double limit) implements Clip {
    /** Throws {@code SettingException} unless the limit is above 0. */
    public Value {
      Check.positive("clipValue", limit);
    }

    @Override
    public List<Tensor> apply(List<Tensor> gradients) {
      return gradients.stream().map(this::clip).toList();
    }

    private Tensor clip(Tensor g) {
      return g.max(Tensor.full(g.type(), -limit)).min(Tensor.full(g.type(), limit));
    }
  }

  /** The gradient of each parameter shortened to a Euclidean norm of {@code limit} if longer. */
  record Norm(double limit) implements Clip {
    /** Throws {@code SettingException} unless the limit is above 0. */
    public Norm {
      Check.positive("clipNorm", limit);
    }

    @Override
    public List<Tensor> apply(List<Tensor> gradients) {
      return gradients.stream().map(g -> g.mul(factor(g.square().sum(), limit))).toList();
    }
  }

  /**
   * All gradients shortened by one factor, to a common Euclidean norm of {@code limit} if longer,
   * as PyTorch's {@code clip_grad_norm_} (Pascanu et al., "On the difficulty of training recurrent
   * neural networks", 2013).
   */
  record GlobalNorm(double limit) implements Clip {
    /** Throws {@code SettingException} unless the limit is above 0. */
    public GlobalNorm {
      Check.positive("clipGlobalNorm", limit);
    }

    @Override
    public List<Tensor> apply(List<Tensor> gradients) {
      Tensor squares =
          gradients.stream().map(g -> g.square().sum()).reduce(Tensor::add).orElseThrow();
      Tensor factor = factor(squares, limit);
      return gradients.stream().map(g -> g.mul(factor)).toList();
    }
  }

  private static Tensor factor(Tensor squares, double limit) {
    Tensor factor = Tensor.full(squares.type(), limit).div(squares.sqrt().add(1e-6));
    return factor.min(Tensor.full(squares.type(), 1));
  }
}
