package kortex.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import kortex.autodiff.Autodiff;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * A layer and the numbers that another framework computed for it: input, output, gradients, states.
 */
record GoldenLayer(Golden golden, String name, Layer layer, Input input, Phase phase) {
  /** A network of this layer, with the golden parameters. */
  private Network network() {
    var builder = NetworkSpec.builder(input);
    int node = builder.add(layer, List.of(-1), Site.NONE, Optional.of("layer"));
    Network network = Network.of(builder.build(node), 1);
    Map<String, Storage> values = new TreeMap<>();
    golden.under(name + "/weight/").forEach((k, v) -> values.put("layer/" + k, v));
    golden.under(name + "/state/").forEach((k, v) -> values.put("layer/" + k, v));
    network.load(values);
    return network;
  }

  /** Compares everything there is in the file. */
  void verify() {
    Network network = network();
    TrainingScope scope =
        new TrainingScope(Tensor.full(new TensorType(DType.I64, Shape.SCALAR), 1));
    Variable x = Variable.of("x", golden.storage(name + "/x"));
    Tensor y = phase == Phase.TRAINING ? scope.run(() -> network.call(x)) : network.call(x);
    assertEquals(golden.tensor(name + "/y").shape(), y.shape());
    List<Variable> wanted = new ArrayList<>(network.parameters());
    if (x.dtype().isFloat()) {
      wanted.add(x);
    }
    Tensor scalar = y.mul(golden.tensor(name + "/dy")).sum();
    List<Tensor> gradients = Autodiff.grad(scalar, wanted);
    Close.to(golden.floats(name + "/y"), y.toFloatArray(), 2e-6, "output");
    for (int i = 0; i < wanted.size(); i++) {
      String weight = wanted.get(i).name().replace("layer/", "");
      String key = weight.equals("x") ? "/dx" : "/gradient/" + weight;
      float[] expected = golden.floats(name + key);
      Close.to(expected, gradients.get(i).toFloatArray(), 1e-5, "gradient of " + weight);
    }
    List<Graph.Assignment> updates = scope.updates();
    Session.shared().compile(List.of(), updates).run();
    golden
        .under(name + "/next/")
        .forEach((key, next) -> {
          Storage now = Objects.requireNonNull(network.state().get("layer/" + key));
          Close.to(Tensor.of(next).toFloatArray(), Tensor.of(now).toFloatArray(), 2e-6, key);
        });
  }

  @Override
  public String toString() {
    return name;
  }
}
