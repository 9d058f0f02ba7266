package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import declared.UserCode;
import java.util.List;
import java.util.stream.Collectors;
import kortex.autodiff.Autodiff;
import kortex.model.Dense;
import kortex.model.Input;
import kortex.model.LayerNode;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Site;
import org.junit.jupiter.api.Test;

class OriginTest {
  private static String lines(Tensor z) {
    return Graph.capture(List.of(z.value()), List.of()).origins().stream()
        .map(Origin::toString)
        .filter(o -> o.startsWith("UserCode"))
        .distinct()
        .sorted()
        .collect(Collectors.joining(" "));
  }

  @Test
  void aNodeKnowsTheUsersLine() {
    assertEquals("UserCode.java:16", lines(UserCode.line16(Tensor.of(1, 2))));
  }

  @Test
  void framesOfLibrariesAreSkipped() {
    assertEquals(
        "UserCode.java:21", lines(UserCode.line21(List.of(Tensor.of(1, 2), Tensor.of(3, 4)))));
  }

  @Test
  void structureDoesNotDependOnLines() {
    Tensor x = Tensor.of(1, 2);
    Tensor one = UserCode.line26or27(x, true);
    Tensor other = UserCode.line26or27(x, false);
    assertFalse(lines(one).equals(lines(other)), lines(one));
    assertEquals(
        Graph.capture(List.of(one.value()), List.of()).graph(),
        Graph.capture(List.of(other.value()), List.of()).graph());
  }

  @Test
  void gradientRulesInheritTheLineOfTheirNode() {
    Tensor dx = UserCode.gradient(Variable.of("x", Tensor.of(1, 2)));
    assertEquals("UserCode.java:33", lines(dx));
    Graph.Captured captured = Graph.capture(List.of(dx.value()), List.of());
    assertTrue(captured.origins().stream().anyMatch(Origin::gradient));
    assertTrue(dx.value().node().origin().gradient());
    Tensor second = Autodiff.grad(dx.sum(), Tensor.of(captured.leaves().getFirst()));
    assertTrue(second.value().node().origin().gradient());
  }

  @Test
  void whatALayerComputesBelongsToItsDeclaration() {
    Site site = new Site("net.nn.kts", 7, "dense(3)");
    LayerNode node =
        new LayerNode("dense1", Dense.of(3), List.of(LayerNode.NETWORK_INPUT), site);
    Network net = Network.of(NetworkSpec.of(Input.features(2), List.of(node)), 0);
    Tensor out = net.call(Tensor.of(new float[] {1, 2}, 1, 2));
    assertEquals("net.nn.kts:7  dense(3)", out.value().node().origin().toString());
  }
}
