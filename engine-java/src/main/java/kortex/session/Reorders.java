package kortex.session;

import java.util.List;
import java.util.Optional;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Convolution;
import kortex.op.Format;
import kortex.op.Op;
import kortex.op.Pooling;
import kortex.op.View;

/** Tells which steps bring images into another format, and why. */
record Reorders(Graph graph) {
  private static final int IMAGE_RANK = 4;

  /** What the step that makes a value does, if it reorders images: {@code reorder to …, for …}. */
  Optional<String> describe(Ref value) {
    if (!(graph.entry(value).op() instanceof View.Permute permute)) {
      return Optional.empty();
    }
    Optional<Op> reader = reader(value);
    String why = reader.map(op -> " for " + op.label()).orElse(" for a result");
    List<Integer> last = Format.CHANNELS_LAST.order(permute.order().size());
    if (permute.order().equals(last) && reader.filter(Reorders::isOnImages).isPresent()) {
      return Optional.of("reorder to channels last" + why);
    }
    boolean image = permute.order().size() >= IMAGE_RANK;
    return image && permute.inverse().order().equals(last)
        ? Optional.of("reorder to channels first" + why)
        : Optional.empty();
  }

  private static boolean isOnImages(Op op) {
    return op instanceof Convolution || op instanceof Pooling;
  }

  /** The first op that reads a value, or a reshape of it. */
  private Optional<Op> reader(Ref value) {
    for (int i = value.entry() + 1; i < graph.entries().size(); i++) {
      Entry entry = graph.entries().get(i);
      if (entry.inputs().contains(value)) {
        Ref result = new Ref(i, 0);
        return entry.op() instanceof View.Reshape ? reader(result) : Optional.of(entry.op());
      }
    }
    return Optional.empty();
  }
}
