package kortex.drawing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import kortex.graph.Graph;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.op.Leaf;
import kortex.tensor.SettingException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class GraphDrawingTest {
  private final Variable w = Variable.of("w", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
  private final Tensor x = Tensor.of(new float[12], 4, 3);
  private final Tensor loss = x.matmul(w).tanh().mul(2).square().mean();

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> withClass(Document document, String tag, String name) {
    List<Element> out = new ArrayList<>();
    NodeList all = document.getElementsByTagName(tag);
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (element.getAttribute("class").startsWith(name)) {
        out.add(element);
      }
    }
    return out;
  }

  @Test
  void edgesAreThoseOfTheGraph() {
    Graph graph = Graph.capture(List.of(loss.value()), List.of()).graph();
    Picture picture = GraphDrawing.forward(loss).picture();
    List<String> expected = new ArrayList<>();
    for (Graph.Entry entry : graph.entries()) {
      for (Graph.Ref input : entry.inputs()) {
        expected.add(title(graph.entry(input)) + " " + graph.type(input) + " " + title(entry));
      }
    }
    expected.add("div f32[] result");
    List<String> drawn =
        picture.edges().stream()
            .map(e ->
                picture.nodes().get(e.from()).title()
                    + " "
                    + e.label()
                    + " "
                    + picture.nodes().get(e.to()).title())
            .toList();
    assertEquals(expected.stream().sorted().toList(), drawn.stream().sorted().toList());
  }

  private static String title(Graph.Entry entry) {
    return switch (entry.op()) {
      case Leaf.Read read -> read.type().shape().extent(0) == 3 ? "w" : "data";
      case Leaf.Fill fill -> fill.value() == 2 ? "2" : "8";
      default -> entry.op().label();
    };
  }

  @Test
  void theSvgShowsEveryNodeAndEdgeOnceAndNothingOverlaps() throws Exception {
    GraphDrawing drawing = GraphDrawing.of(loss);
    Document svg = parse(drawing.svg());
    List<Element> nodes = withClass(svg, "g", "node");
    assertEquals(drawing.picture().nodes().size(), nodes.size());
    Set<String> ids = new HashSet<>();
    nodes.forEach(n -> ids.add(n.getAttribute("id")));
    assertEquals(nodes.size(), ids.size());
    Set<String> edges = new TreeSet<>();
    List<Element> paths = withClass(svg, "path", "edge");
    assertEquals(drawing.picture().edges().size(), paths.size());
    paths.forEach(p -> edges.add(p.getAttribute("data-from") + p.getAttribute("data-to")));
    Set<String> expected = new TreeSet<>();
    drawing.picture().edges().forEach(e -> expected.add("n" + e.from() + "n" + e.to()));
    assertEquals(expected, edges);
    List<double[]> boxes = nodes.stream().map(GraphDrawingTest::box).toList();
    for (int i = 0; i < boxes.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertFalse(meet(boxes.get(i), boxes.get(j)), "nodes " + i + " and " + j + " overlap");
      }
    }
  }

  private static double[] box(Element node) {
    Element rectangle = (Element) node.getElementsByTagName("rect").item(0);
    double[] out = new double[4];
    String[] names = {"x", "y", "width", "height"};
    for (int i = 0; i < 4; i++) {
      out[i] = Double.parseDouble(rectangle.getAttribute(names[i]));
    }
    return out;
  }

  private static boolean meet(double[] a, double[] b) {
    return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
  }

  @Test
  void gradientsAreToldApartAndOptional() {
    Picture both = GraphDrawing.of(loss).picture();
    assertTrue(both.nodes().stream().anyMatch(n -> n.title().equals("∂/∂w") && n.backward()));
    assertTrue(both.nodes().stream().anyMatch(n -> n.title().equals("tanh") && !n.backward()));
    assertTrue(
        GraphDrawing.forward(loss).picture().nodes().stream().noneMatch(Picture.Node::backward));
    // Of something that is no scalar, or has no variable, there is nothing to differentiate.
    assertTrue(
        GraphDrawing.of(x.matmul(w)).picture().nodes().stream().noneMatch(Picture.Node::backward));
  }

  @Test
  void whatOneKernelComputesHasAnOutline() throws Exception {
    GraphDrawing drawing = GraphDrawing.draw(loss, false, true);
    Picture.Group kernel = drawing.picture().groups().getFirst();
    List<String> titles =
        kernel.members().stream().map(m -> drawing.picture().nodes().get(m).title()).toList();
    assertTrue(titles.containsAll(List.of("tanh", "mul", "sum")), titles::toString);
    assertFalse(titles.contains("matMul"), titles::toString);
    Document svg = parse(drawing.svg());
    assertEquals(drawing.picture().groups().size(), withClass(svg, "rect", "group").size());
  }

  @Test
  void namesMayHoldAnything() throws Exception {
    Variable odd = Variable.of("<a&\"b\">#`\\|", Tensor.of(1, 2));
    GraphDrawing drawing = GraphDrawing.of(odd.square().sum());
    String svg = drawing.svg();
    assertTrue(svg.contains("&lt;a&amp;&quot;b&quot;&gt;#`\\|"), svg);
    List<Element> nodes = withClass(parse(svg), "g", "node");
    assertTrue(nodes.stream().anyMatch(n -> n.getTextContent().contains("<a&\"b\">#`\\|")));
    assertSyntax(drawing);
  }

  @Test
  void mermaidAndDotAreWellFormed() {
    assertSyntax(GraphDrawing.of(loss));
    assertSyntax(GraphDrawing.of(Tensor.of(1, 2)));
  }

  private static void assertSyntax(GraphDrawing drawing) {
    String quoted = "\"[^\"<>`]*(<br/>[^\"<>`]*)?\"";
    String node =
        "    n\\d+(\\[%s]|\\(%s\\)|\\[\\(%s\\)]|\\(\\[%s]\\)):::\\w+".replace("%s", quoted);
    String edge = "  n\\d+ -->\\|" + quoted + "\\| n\\d+";
    String style = "  classDef \\w+ fill:#\\w{6},stroke:#\\w{6},color:#\\w{6}";
    for (String line : drawing.mermaid().lines().toList()) {
      assertTrue(
          line.matches("flowchart TB|  subgraph (for|back)ward|  end|" + node)
              || line.matches(edge + "|" + style),
          line);
    }
    String text = "\"([^\"\\\\]|\\\\.)*\"";
    String settings = "\\[\\w+=(%s|\\w+)( \\w+=(%s|\\w+))*];".replace("%s", text);
    for (String line : drawing.dot().lines().toList()) {
      assertTrue(
          line.matches("digraph computation \\{|  subgraph cluster_(for|back)ward \\{|  ?}|}")
              || line.matches(" +(node|edge|n\\d+|n\\d+ -> n\\d+) " + settings)
              || line.matches("    label=" + text + " color=" + text + ";"),
          line);
    }
    long nodes = drawing.picture().nodes().size();
    assertEquals(nodes, drawing.mermaid().lines().filter(l -> l.contains(":::")).count());
    assertEquals(nodes, drawing.dot().lines().filter(l -> l.contains(" tooltip=")).count());
  }

  @Test
  void largeGraphsAreDrawnAndHugeOnesRefused() throws Exception {
    Tensor z = Tensor.full(TensorType.f32(2), 1).add(x.sum());
    for (int i = 0; i < 450; i++) {
      z = z.sin();
    }
    assertEquals(456, withClass(parse(GraphDrawing.of(z).svg()), "g", "node").size());
    for (int i = 0; i < 5000; i++) {
      z = z.sin();
    }
    GraphDrawing huge = GraphDrawing.of(z);
    SettingException e = assertThrows(SettingException.class, huge::svg);
    assertTrue(e.what().contains("5456 nodes; an SVG shows up to 2000"), e.what());
    assertTrue(huge.dot().contains("n5000 -> n5001"));
  }

  @Test
  void theSuffixDecides(@TempDir Path folder) throws Exception {
    GraphDrawing drawing = GraphDrawing.of(loss);
    drawing.save(folder.resolve("a.svg"));
    drawing.save(folder.resolve("a.mmd"));
    drawing.save(folder.resolve("a.DOT"));
    assertEquals(drawing.svg(), Files.readString(folder.resolve("a.svg")));
    assertEquals(drawing.mermaid(), Files.readString(folder.resolve("a.mmd")));
    assertEquals(drawing.dot(), Files.readString(folder.resolve("a.DOT")));
    assertThrows(SettingException.class, () -> drawing.save(folder.resolve("a.png")));
  }
}
