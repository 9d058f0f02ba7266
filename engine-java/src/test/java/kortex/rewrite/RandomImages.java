package kortex.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kortex.autodiff.Autodiff;
import kortex.graph.Control;
import kortex.graph.Graph;
import kortex.graph.GraphEmit;
import kortex.graph.HostMemory;
import kortex.graph.Joining;
import kortex.graph.Slice;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Activations;
import kortex.op.Convolution;
import kortex.op.Index;
import kortex.op.MatMul;
import kortex.op.Pooling;
import kortex.op.Random;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Makes a random network of images, its gradients and updates of its weights. */
final class RandomImages {
  private final SplittableRandom random;
  private final List<Storage> weights = new ArrayList<>();
  private final List<Tensor> leaves = new ArrayList<>();

  private RandomImages(SplittableRandom random) {
    this.random = random;
  }

  /** A computation over fresh storages: outputs, and updates of all of the storages. */
  record Program(List<Storage> stored, List<Tensor> outputs, List<Graph.Assignment> updates) {}

  static Program program(long seed) {
    return new RandomImages(new SplittableRandom(seed)).make();
  }

  private Tensor leaf(long... shape) {
    Storage storage = Storage.zeros(TensorType.f32(shape));
    for (long i = 0; i < storage.type().size(); i++) {
      HostMemory.set(storage.host(), DType.F32, i, random.nextDouble() - 0.5);
    }
    weights.add(storage);
    leaves.add(Tensor.of(storage));
    return leaves.getLast();
  }

  private Program make() {
    // As many channels as the CPU backend wants for channels last, in half of the networks.
    long channels = random.nextBoolean() ? 16 : 1 + random.nextInt(4);
    Tensor x = leaf(1 + random.nextInt(2), channels, 5 + random.nextInt(3), 5 + random.nextInt(3));
    List<Tensor> seen = new ArrayList<>(List.of(x));
    int layers = 2 + random.nextInt(7);
    for (int i = 0; i < layers; i++) {
      x = layer(x, seen);
      seen.add(x);
    }
    Tensor flat = x.reshape(x.shape().extent(0), x.shape().drop(1).size());
    Tensor dense = flat.apply(new MatMul(false, true), leaf(4, flat.shape().extent(1)));
    Tensor loss = dense.add(leaf(4)).tanh().square().mean().add(x.mean());
    List<Tensor> gradients = Autodiff.grad(loss, leaves);
    List<Graph.Assignment> updates = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      Tensor next = leaves.get(i).sub(gradients.get(i).mul(0.1));
      updates.add(new Graph.Assignment(weights.get(i), next.value()));
    }
    Tensor picked = seen.get(random.nextInt(seen.size()));
    return new Program(weights, List.of(loss, picked), updates);
  }

  private Tensor layer(Tensor x, List<Tensor> seen) {
    long channels = x.shape().extent(1);
    return switch (random.nextInt(15)) {
      case 0, 1, 2, 3 -> convolution(x);
      case 4 -> Activations.relu(x.add(leaf(channels, 1, 1)));
      case 5 -> x.mul(leaf(channels, 1, 1)).tanh();
      case 6 -> x.apply(new Pooling.MaxPool(window()));
      case 7 -> x.apply(new Pooling.AvgPool(window()));
      case 8 -> normalised(x);
      case 9 -> dropped(x);
      case 10 -> residual(x, seen);
      case 11 -> Joining.concat(List.of(x, x.tanh()), 1);
      case 12 -> x.pad(2, 1, 0, 0.5).slice(Slice.all(), Slice.all(), Slice.from(1)).mul(0.5);
      case 13 -> x.add(x.mean(2, 3).sigmoid().restore(x.shape(), 2, 3));
      default ->
          Control.cond(
                  leaves.getFirst().sum().less(Tensor.full(x.type().as(Shape.SCALAR), 0)),
                  () -> List.of(sameSize(x)),
                  () -> List.of(x.mul(0.5)))
              .getFirst();
    };
  }

  private Tensor sameSize(Tensor x) {
    long channels = x.shape().extent(1);
    List<Integer> one = List.of(1, 1);
    var geometry = new Convolution.Geometry(one, one, one, one, 1);
    return x.apply(new Convolution.Conv(geometry), leaf(channels, channels, 3, 3));
  }

  private Tensor convolution(Tensor x) {
    long channels = x.shape().extent(1);
    int groups = channels % 2 == 0 && random.nextInt(4) == 0 ? 2 : 1;
    long filters = channels == 16 ? 16 : 2L * (1 + random.nextInt(3));
    int stride = 1 + random.nextInt(2);
    var geometry =
        new Convolution.Geometry(
            List.of(stride, 1), List.of(1, 1), List.of(1, 1), List.of(1, 1), groups);
    Tensor y = x.apply(new Convolution.Conv(geometry), leaf(filters, channels / groups, 3, 3));
    return switch (random.nextInt(4)) {
      case 0 -> y;
      case 1 -> y.add(leaf(filters, 1, 1)).sigmoid();
      case 2 -> Activations.relu(y);
      default -> Activations.gelu(y.add(leaf(filters, 1, 1)));
    };
  }

  private Pooling.Geometry window() {
    int stride = 1 + random.nextInt(2);
    return new Pooling.Geometry(
        List.of(2, 2), List.of(stride, 1), List.of(random.nextInt(2), 0), List.of(1, 1));
  }

  private Tensor normalised(Tensor x) {
    int[] axes = random.nextBoolean() ? new int[] {0, 2, 3} : new int[] {1};
    Tensor centred = x.sub(x.mean(axes).restore(x.shape(), axes));
    Tensor variance = centred.square().mean(axes).add(0.1);
    return centred.div(variance.sqrt().restore(x.shape(), axes));
  }

  private Tensor dropped(Tensor x) {
    Tensor counters =
        Tensor.of(GraphEmit.INSTANCE.one(new Index.Position(x.shape(), 7L << 32), List.of()));
    Tensor key = Tensor.full(new TensorType(DType.I64, x.shape()), random.nextInt(100));
    Tensor uniform = key.apply(new Random.Uniform(DType.F32), counters);
    return uniform.less(Tensor.full(x.type(), 0.3)).select(Tensor.full(x.type(), 0), x.mul(1.4));
  }

  private static Tensor residual(Tensor x, List<Tensor> seen) {
    for (Tensor other : seen) {
      if (other.shape().equals(x.shape()) && other != x) {
        return Activations.relu(x.add(other));
      }
    }
    return x.mul(0.5).exp();
  }
}
