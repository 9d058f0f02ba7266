package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import declared.UserCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kortex.autodiff.Autodiff;
import kortex.model.Dense;
import kortex.model.Input;
import kortex.model.LayerNode;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Site;
import org.junit.jupiter.api.Test;

class OriginTest {
  /** The lines of user code behind a tensor. */
  private static Set<String> lines(Tensor z) {
    Set<String> out = new TreeSet<>();
    for (Origin origin : Graph.capture(List.of(z.value()), List.of()).origins()) {
      if (origin.toString().startsWith("UserCode")) {
        out.add(origin.toString());
      }
    }
    return out;
  }

  private static String line(String text) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("src/test/java/declared/UserCode.java"));
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(text)) {
        return "UserCode.java:" + (i + 1);
      }
    }
    throw new IllegalArgumentException(text);
  }

  @Test
  void aNodeKnowsTheUsersLine() throws IOException {
    assertEquals(Set.of(line("x.mul(2)")), lines(UserCode.mean(Tensor.of(1, 2))));
  }

  @Test
  void framesOfLibrariesAreSkipped() throws IOException {
    List<Tensor> terms = List.of(Tensor.of(1, 2), Tensor.of(3, 4));
    assertEquals(Set.of(line("t.exp()")), lines(UserCode.sumOfExps(terms)));
  }

  @Test
  void structureDoesNotDependOnLines() {
    Tensor x = Tensor.of(1, 2);
    Tensor one = UserCode.sine(x, true);
    Tensor other = UserCode.sine(x, false);
    assertFalse(lines(one).equals(lines(other)), () -> lines(one).toString());
    assertEquals(
        Graph.capture(List.of(one.value()), List.of()).graph(),
        Graph.capture(List.of(other.value()), List.of()).graph());
  }

  @Test
  void gradientRulesInheritTheLineOfTheirNode() throws IOException {
    Variable x = Variable.of("x", Tensor.of(1, 2));
    Tensor dx = UserCode.gradient(x);
    assertEquals(Set.of(line("x.square().sum()")), lines(dx));
    assertTrue(dx.value().node().origin().gradient());
    assertTrue(Autodiff.grad(dx.sum(), x).value().node().origin().gradient());
  }

  @Test
  void whatALayerComputesBelongsToItsDeclaration() {
    Site site = new Site("net.nn.kts", 7, "dense(3)");
    LayerNode node = new LayerNode("dense1", Dense.of(3), List.of(LayerNode.NETWORK_INPUT), site);
    Network net = Network.of(new NetworkSpec(Input.features(2), List.of(node), 0), 0);
    Tensor out = net.call(Tensor.of(new float[] {1, 2}, 1, 2));
    assertEquals("net.nn.kts:7  dense(3)", out.value().node().origin().toString());
  }
}
