package kortex.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import kortex.graph.Tensor;
import kortex.model.Activations;
import kortex.model.Golden;
import kortex.op.Convolution;
import kortex.op.Pooling;
import org.junit.jupiter.api.Test;

/** Jacobians, hessians and gradients of every example, beside those of {@code torch.func}. */
class TransformsGoldenTest {
  private static final Golden GOLDEN = Golden.load("transforms");
  private static final Structure<Map<String, Tensor>> MAP = Structure.map(Structure.tensor());
  private static final List<String> LAYERS = List.of("w1", "b1", "w2", "b2");

  /** The loss of parameters on one example. */
  private interface Loss {
    Tensor of(Map<String, Tensor> parameters, Tensor x, Tensor label);
  }

  private static Map<String, Tensor> tensors(String prefix, List<String> names) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names.forEach(name -> out.put(name, GOLDEN.tensor(prefix + name)));
    return out;
  }

  private static void agrees(String name, Tensor actual) {
    Tensor expected = GOLDEN.tensor(name);
    assertEquals(expected.type(), actual.type(), name);
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), 1e-11, name);
  }

  private static void agree(String prefix, Map<String, Tensor> actual) {
    actual.forEach((name, tensor) -> agrees(prefix + name, tensor));
  }

  private static Tensor at(Map<String, Tensor> p, String name) {
    return Objects.requireNonNull(p.get(name));
  }

  private static Tensor net(Map<String, Tensor> p, Tensor x) {
    return x.matmul(at(p, "w1")).add(at(p, "b1")).tanh().matmul(at(p, "w2")).add(at(p, "b2"));
  }

  private static Tensor crossEntropy(Tensor logits, Tensor label) {
    Tensor classes = Tensor.iota(logits.type().as(label.dtype()), 0);
    Tensor hot = label.broadcastTo(logits.shape()).equal(classes).cast(logits.dtype());
    return Activations.logSoftmax(logits).mul(hot).sum().neg();
  }

  private static Tensor loss(Map<String, Tensor> p, Tensor x, Tensor label) {
    return crossEntropy(net(p, x), label);
  }

  private static Tensor imageLoss(Map<String, Tensor> p, Tensor image, Tensor label) {
    List<Integer> one = List.of(1, 1);
    List<Integer> none = List.of(0, 0);
    var conv = new Convolution.Conv(new Convolution.Geometry(one, one, one, one, 1));
    var pool = new Pooling.MaxPool(new Pooling.Geometry(List.of(3, 3), List.of(2, 2), none, none));
    Tensor y = Activations.relu(image.reshape(1, 2, 6, 5).apply(conv, at(p, "k"))).apply(pool);
    return crossEntropy(y.reshape(12).matmul(at(p, "w")), label);
  }

  /** For each example what {@code f} gives. */
  private static <R> R each(Structure<R> out, String prefix, BiFunction<Tensor, Tensor, R> f) {
    Function<List<Tensor>, R> mapped =
        Transforms.vmap(
            Structure.tensors(), out, Mapping.first(), xs -> f.apply(xs.get(0), xs.get(1)));
    return mapped.apply(List.of(GOLDEN.tensor(prefix + "x"), GOLDEN.tensor(prefix + "labels")));
  }

  private static Map<String, Tensor> gradients(
      String prefix, Loss loss, Map<String, Tensor> parameters) {
    return each(
        MAP,
        prefix,
        (x, label) ->
            Transforms.grad(MAP, (Map<String, Tensor> p) -> loss.of(p, x, label))
                .apply(parameters));
  }

  private static Function<Map<String, Tensor>, Tensor> losses(String prefix, Loss loss) {
    return p -> each(Structure.tensor(), prefix, (x, label) -> loss.of(p, x, label));
  }

  @Test
  void gradientsOfEveryExample() {
    agree("mlp/each/", gradients("mlp/", TransformsGoldenTest::loss, tensors("mlp/", LAYERS)));
    agree(
        "conv/each/",
        gradients("conv/", TransformsGoldenTest::imageLoss, tensors("conv/", List.of("k", "w"))));
  }

  @Test
  void theyAreTheSameWithParametersAsAnArgument() {
    Map<String, Tensor> p = tensors("mlp/", LAYERS);
    List<Tensor> all = new ArrayList<>(p.values());
    all.add(GOLDEN.tensor("mlp/x"));
    all.add(GOLDEN.tensor("mlp/labels"));
    List<Optional<Integer>> axes = new ArrayList<>();
    p.keySet().forEach(name -> axes.add(Optional.empty()));
    axes.add(Optional.of(0));
    axes.add(Optional.of(0));
    Function<List<Tensor>, List<Tensor>> f =
        in -> {
          Map<String, Tensor> at = MAP.with(p, in.subList(0, 4));
          Map<String, Tensor> g =
              Transforms.grad(MAP, (Map<String, Tensor> w) -> loss(w, in.get(4), in.get(5)))
                  .apply(at);
          return MAP.leaves(g);
        };
    List<Tensor> each =
        Transforms.vmap(Structure.tensors(), Structure.tensors(), new Mapping(axes, 0), f)
            .apply(all);
    agree("mlp/each/", MAP.with(p, each));
  }

  @Test
  void secondDerivatives() {
    Map<String, Tensor> p = tensors("mlp/", LAYERS);
    Function<Map<String, Tensor>, Tensor> mean =
        at -> losses("mlp/", TransformsGoldenTest::loss).apply(at).mean();
    List<Map<String, Tensor>> blocks = Transforms.hessian(MAP, mean).apply(p);
    for (int i = 0; i < LAYERS.size(); i++) {
      agree("mlp/hessian/" + LAYERS.get(i) + "/", blocks.get(i));
    }
    Map<String, Tensor> v = tensors("mlp/v/", LAYERS);
    agree("mlp/hvp/", Transforms.hessianVectorProduct(MAP, mean).apply(p, v));
    agree("mlp/hvp/", Transforms.jvp(MAP, MAP, Transforms.grad(MAP, mean), p, v).tangent());
    Map<String, Tensor> k = tensors("conv/", List.of("k", "w"));
    Function<Map<String, Tensor>, Tensor> total =
        at -> losses("conv/", TransformsGoldenTest::imageLoss).apply(at).sum();
    Map<String, Tensor> along = tensors("conv/v/", List.of("k", "w"));
    agree("conv/hvp/", Transforms.hessianVectorProduct(MAP, total).apply(k, along));
    agree("conv/hvp/", Transforms.jvp(MAP, MAP, Transforms.grad(MAP, total), k, along).tangent());
  }

  @Test
  void firstAndThirdDerivatives() {
    Map<String, Tensor> p = tensors("mlp/", LAYERS);
    Tensor xs = GOLDEN.tensor("mlp/x");
    Map<String, Tensor> v = tensors("mlp/v/", LAYERS);
    Function<Map<String, Tensor>, Tensor> all = at -> net(at, xs);
    agrees("mlp/jvp", Transforms.jvp(MAP, Structure.tensor(), all, p, v).tangent());
    agree("mlp/jacobian/", Transforms.jacobian(MAP, all).apply(p));
    Tensor first = Tensor.of(java.util.Arrays.copyOf(xs.toDoubleArray(), 3), 3);
    agrees("mlp/jacobian/x", Transforms.jacobian((Tensor x) -> net(p, x)).apply(first));
    Tensor label = Tensor.of(new int[] {0}, 1).sum();
    Function<Tensor, Tensor> hessian = Transforms.hessian(x -> loss(p, x, label));
    agrees("mlp/third", Transforms.jacobian(hessian).apply(first));
  }
}
