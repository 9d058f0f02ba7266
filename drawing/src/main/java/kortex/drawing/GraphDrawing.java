package kortex.drawing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kortex.autodiff.Autodiff;
import kortex.backend.Backend;
import kortex.graph.Graph;
import kortex.graph.Grouping;
import kortex.graph.Members;
import kortex.graph.Node;
import kortex.graph.Order;
import kortex.graph.Origin;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.io.AtomicFile;
import kortex.rewrite.Fusion;
import kortex.rewrite.Simplify;
import kortex.rewrite.Traced;
import kortex.session.Session;
import kortex.tensor.SettingException;

/**
 * A computation to look at, as SVG, Mermaid or DOT. Nodes show ops, edges the types of values;
 * hovering over a node of the SVG shows the user's line that made it. Nothing is computed.
 */
public final class GraphDrawing {
  private final Picture picture;

  private GraphDrawing(Picture picture) {
    this.picture = picture;
  }

  /**
   * The computation of {@code z} as it is written. Of a scalar made from variables, the gradients
   * of the variables are drawn too.
   */
  public static GraphDrawing of(Tensor z) {
    return draw(z, true, false);
  }

  /** The computation of {@code z} as it is written, without gradients. */
  public static GraphDrawing forward(Tensor z) {
    return draw(z, false, false);
  }

  /**
   * The computation of {@code z}.
   *
   * @param backward whether the gradients of variables are drawn too, if z is a scalar
   * @param fused whether the computation is drawn as it runs: simplified, with an outline around
   *     what one kernel computes
   */
  public static GraphDrawing draw(Tensor z, boolean backward, boolean fused) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    results.put("result", z);
    if (backward && z.shape().rank() == 0 && z.dtype().isFloat()) {
      results.putAll(gradients(z));
    }
    Graph.Captured captured =
        Graph.capture(results.values().stream().map(Tensor::value).toList(), List.of());
    return new GraphDrawing(picture(captured, List.copyOf(results.keySet()), fused));
  }

  private static Map<String, Tensor> gradients(Tensor z) {
    List<Tensor> variables = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Node node : Order.of(List.of(z.value()), n -> n.computed().isPresent())) {
      if (node.storage().filter(s -> s.trainable() && s.type().dtype().isFloat()).isPresent()) {
        variables.add(Tensor.of(node.out(0)));
        String name = node.storage().map(Storage::name).orElse("");
        names.add("∂/∂" + (name.isEmpty() ? "variable" : name));
      }
    }
    Map<String, Tensor> out = new LinkedHashMap<>();
    List<Tensor> gradients = Autodiff.grad(z, variables);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      out.put(out.containsKey(name) ? name + " " + (i + 1) : name, gradients.get(i));
    }
    return out;
  }

  private static Picture picture(Graph.Captured captured, List<String> results, boolean fused) {
    if (!fused) {
      return new PictureMaker(captured.graph(), captured.leaves(), captured.origins(), results)
          .make(List.of(), new Members(new Grouping(captured.graph(), List.of())));
    }
    Backend backend = Session.current().backend();
    Traced simple =
        Simplify.trace(
            captured.graph(), backend::runsHalf, backend::runsWhole, backend::wantsChannelsLast);
    List<Origin> origins = simple.sources().stream().map(captured.origins()::get).toList();
    Grouping grouping = Fusion.group(simple.graph(), backend::runsWhole);
    return new PictureMaker(simple.graph(), captured.leaves(), origins, results)
        .make(grouping.groups(), new Members(grouping));
  }

  /** What is drawn. */
  public Picture picture() {
    return picture;
  }

  /**
   * An SVG document, laid out in layers from top to bottom.
   *
   * @throws SettingException when there are more nodes than a picture can show
   */
  public String svg() {
    return new SvgWriter(picture).write();
  }

  /** A Mermaid flow chart: what GitHub and many editors draw in Markdown. */
  public String mermaid() {
    return MermaidWriter.write(picture);
  }

  /** A graph in Graphviz' language. */
  public String dot() {
    return DotWriter.write(picture);
  }

  /**
   * Writes a file whose suffix says what: {@code .svg}, {@code .mmd} for Mermaid, {@code .dot}. An
   * old file is replaced as a whole or not at all.
   *
   * @throws SettingException for another suffix
   * @throws kortex.tensor.StorageException when the file cannot be written
   */
  public void save(Path file) {
    String name = String.valueOf(file.getFileName());
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String text =
        switch (suffix) {
          case "svg" -> svg();
          case "mmd" -> mermaid();
          case "dot" -> dot();
          default ->
              throw new SettingException(
                  "a drawing is written as SVG, Mermaid or DOT, not as \"" + name + "\"",
                  "Name it ….svg, ….mmd or ….dot.");
        };
    AtomicFile.write(
        file,
        channel -> {
          ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /** The Mermaid text. */
  @Override
  public String toString() {
    return mermaid();
  }
}
