package kortex.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kortex.tensor.KortexException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * Follows shapes through the layers and collects what does not fit, to report all of it at once.
 */
final class ShapeTrace {
  /** Where checkpoints keep what the optimizer remembers. */
  private static final String RESERVED = "optimizer";

  private final Input input;
  private final List<LayerNode> nodes = new ArrayList<>();
  private final List<Optional<Shape>> shapes = new ArrayList<>();
  private final Set<String> paths = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();

  private record Problem(String text, String remedy) {}

  ShapeTrace(Input input) {
    this.input = input;
  }

  /** The shape of a node, unless an error before it leaves it open. */
  Optional<Shape> shape(int node) {
    if (!isBefore(node)) {
      throw new ShapeException("layer " + node + " of " + nodes.size(), "Name an existing layer.");
    }
    return node == LayerNode.NETWORK_INPUT ? Optional.of(input.shape()) : shapes.get(node);
  }

  private boolean isBefore(int node) {
    return node >= LayerNode.NETWORK_INPUT && node < nodes.size();
  }

  /** Follows one more layer. */
  void add(LayerNode node) {
    if (!paths.add(node.path())) {
      problem(
          node, "a second layer is named " + node.path(), "Give every layer a name of its own.");
    }
    if (node.path().equals(RESERVED) || node.path().startsWith(RESERVED + "/")) {
      problem(node, "the name optimizer is taken in checkpoints", "Choose another name.");
    }
    Optional<Shape> shape = output(node);
    nodes.add(node);
    shapes.add(shape);
  }

  private Optional<Shape> output(LayerNode node) {
    if (node.inputs().isEmpty()) {
      problem(node, "it reads no layer", "Give it an input: NETWORK_INPUT or an earlier layer.");
      return node.layer().outputWithoutInput();
    }
    for (int from : node.inputs()) {
      if (!isBefore(from)) {
        problem(node, "it reads layer " + from + " of " + nodes.size(), "Read an earlier layer.");
        return node.layer().outputWithoutInput();
      }
    }
    List<Shape> inputs = node.inputs().stream().flatMap(i -> shape(i).stream()).toList();
    if (inputs.size() < node.inputs().size()) {
      return node.layer().outputWithoutInput();
    }
    Optional<Shape> out = node.layer().outputWithoutInput();
    try {
      out = Optional.of(node.layer().output(inputs));
      node.layer().weights(inputs);
    } catch (KortexException e) {
      problem(node, e.what(), e.remedy());
    }
    return out;
  }

  private void problem(LayerNode node, String what, String remedy) {
    String text = what + "\n  at " + node.path();
    if (node.site().known()) {
      text += "   " + node.site();
    }
    problems.add(new Problem(text + "\n  shapes so far: " + trail(node), remedy));
  }

  /** The layers from the input to this node that changed the shape. */
  private String trail(LayerNode last) {
    List<String> steps = new ArrayList<>();
    int at = last.inputs().isEmpty() ? LayerNode.NETWORK_INPUT : last.inputs().getFirst();
    while (at >= 0 && at < nodes.size()) {
      LayerNode node = nodes.get(at);
      int from = node.inputs().isEmpty() ? LayerNode.NETWORK_INPUT : node.inputs().getFirst();
      if (!isBefore(from) || !shape(at).equals(shape(from))) {
        steps.addFirst(step(node, shape(at)));
      }
      at = from;
    }
    steps.addFirst(input.toString());
    return String.join(" → ", steps);
  }

  private static String step(LayerNode node, Optional<Shape> shape) {
    String line = node.site().known() ? " (line " + node.site().line() + ")" : "";
    return node.path() + " " + shape.map(Shape::toString).orElse("[?]") + line;
  }

  /** Throws one error that lists all problems, if there are any. */
  void check() {
    if (problems.isEmpty()) {
      return;
    }
    Problem first = problems.getFirst();
    if (problems.size() == 1) {
      throw new ShapeException(first.text(), first.remedy());
    }
    StringBuilder all = new StringBuilder(problems.size() + " problems in this network");
    for (int i = 0; i < problems.size(); i++) {
      String text = problems.get(i).text() + "\n  Try: " + problems.get(i).remedy();
      all.append("\n").append(i + 1).append(". ").append(text);
    }
    throw new ShapeException(all.toString(), "Mend the first one, the others may follow from it.");
  }
}
