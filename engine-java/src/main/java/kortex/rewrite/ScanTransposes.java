package kortex.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kortex.graph.Graph.Ref;
import kortex.op.Body;
import kortex.op.MatMul;
import kortex.op.View;
import kortex.tensor.Axis;

/**
 * Transposes the second operands of products once before a loop, where they are the same in every
 * step: a backend would rearrange them in each.
 */
final class ScanTransposes {
  /** In shorter loops it costs as much as it saves. */
  private static final long SHORTEST = 4;

  private final Body body;
  private final int steps;

  /** Constants that some product reads transposed, and what stands for them. */
  private final Map<Body.Ref, Body.Ref> turned = new LinkedHashMap<>();

  private ScanTransposes(Body body, int steps) {
    this.body = body;
    this.steps = steps;
  }

  /**
   * The body with such operands as further constants, which are added to {@code constants}.
   *
   * @param steps how many parameters are carries and sequences
   */
  static Body apply(Simplify g, Body body, int steps, long length, List<Ref> constants) {
    return length < SHORTEST ? body : new ScanTransposes(body, steps).run(g, constants);
  }

  private Body run(Simplify g, List<Ref> constants) {
    body.entries().stream()
        .filter(this::isTransposed)
        .forEach(e -> turned.put(second(e), second(e)));
    if (turned.isEmpty()) {
      return body;
    }
    Body.Builder builder = new Body.Builder();
    Map<Body.Ref, Body.Ref> inside = new HashMap<>();
    List<Body.Ref> parameters = builder.parameters(body.parameterTypes());
    parameters.forEach(p -> inside.put(p, p));
    for (Body.Ref of : List.copyOf(turned.keySet())) {
      Ref once =
          g.one(swap(body.type(of).shape().rank()), List.of(constants.get(of.entry() - steps)));
      constants.add(once);
      turned.put(of, builder.parameter(g.type(once)));
    }
    for (int i = body.parameters(); i < body.entries().size(); i++) {
      Body.Entry entry = body.entries().get(i);
      List<Body.Ref> outputs =
          entry.op() instanceof MatMul op && isTransposed(entry)
              ? builder.emit(
                  new MatMul(op.transposeA(), false),
                  List.of(at(inside, entry.inputs().getFirst()), at(turned, second(entry))))
              : builder.emit(entry.op(), entry.inputs().stream().map(r -> at(inside, r)).toList());
      for (int o = 0; o < outputs.size(); o++) {
        inside.put(new Body.Ref(i, o), outputs.get(o));
      }
    }
    return builder.build(body.results().stream().map(r -> at(inside, r)).toList());
  }

  private static Body.Ref at(Map<Body.Ref, Body.Ref> map, Body.Ref ref) {
    return Objects.requireNonNull(map.get(ref));
  }

  private static Body.Ref second(Body.Entry product) {
    return product.inputs().get(1);
  }

  private boolean isTransposed(Body.Entry entry) {
    return entry.op() instanceof MatMul op
        && op.transposeB()
        && body.isParameter(second(entry))
        && second(entry).entry() >= steps
        && !second(entry).equals(entry.inputs().getFirst());
  }

  /** Exchanges the last two of {@code rank} axes. */
  private static View.Permute swap(int rank) {
    List<Integer> order = new ArrayList<>(Axis.range(0, rank));
    Collections.swap(order, rank - 1, rank - 2);
    return new View.Permute(List.copyOf(order));
  }
}
