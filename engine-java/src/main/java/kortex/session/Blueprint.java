package kortex.session;

import java.util.List;
import kortex.backend.Backend;
import kortex.backend.LargeStack;
import kortex.graph.Graph;
import kortex.graph.Grouping;
import kortex.graph.Origin;
import kortex.plan.Plan;
import kortex.plan.Planner;
import kortex.rewrite.Autocast;
import kortex.rewrite.Fusion;
import kortex.rewrite.Simplify;
import kortex.rewrite.Traced;

/**
 * What a graph became on its way to a plan.
 *
 * @param sources for each entry of the grouped graph the entry of the captured graph it comes from
 */
record Blueprint(Grouping grouping, List<Integer> sources, Planner.Planned planned) {
  /** Plans a graph; expressions thousands of ops deep are planned as deep as they are. */
  static Blueprint of(Graph graph, Backend backend, Precision precision) {
    return LargeStack.call(() -> plan(graph, backend, precision));
  }

  private static Blueprint plan(Graph graph, Backend backend, Precision precision) {
    Traced exact =
        Simplify.trace(graph, backend::runsHalf, backend::runsWhole, backend::wantsChannelsLast);
    Traced simple =
        switch (precision) {
          case F32 -> exact;
          case BF16 -> Autocast.run(exact, backend::wantsBf16, backend::runsWhole, backend::takes);
        };
    Grouping grouping = Fusion.group(simple.graph(), backend::runsWhole, backend::takes);
    return new Blueprint(grouping, simple.sources(), Planner.trace(grouping));
  }

  Plan plan() {
    return planned.plan();
  }

  /** The line behind an entry of the grouped graph, given those of the captured graph. */
  Origin origin(int entry, List<Origin> origins) {
    return entry < 0 ? Origin.NONE : origins.get(sources.get(entry));
  }

  /** The line behind a step of the plan: that of the last op of its group. */
  Origin originOfStep(int step, List<Origin> origins) {
    int group = planned.groups().get(step);
    return group < 0 ? Origin.NONE : originOfGroup(grouping.groups().get(group), origins);
  }

  /** The line of the last op of a group. */
  Origin originOfGroup(Grouping.Group group, List<Origin> origins) {
    return origin(group.outputs().getFirst().entry(), origins);
  }

  /** The name of the op that makes the value of a buffer. */
  String label(int buffer) {
    int entry = planned.entries().get(buffer);
    return entry < 0 ? "scratch" : grouping.graph().entries().get(entry).op().label();
  }
}
