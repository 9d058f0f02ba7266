package kortex.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.Backend;
import kortex.backend.cpu.emit.ModuleEmitter;
import kortex.graph.Graph;
import kortex.graph.GraphPrinter;
import kortex.graph.Grouping;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.plan.Plan;
import kortex.plan.Planner;
import kortex.rewrite.Fusion;
import kortex.rewrite.Simplify;
import kortex.session.Session;
import kortex.session.Step;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Follows one expression through the engine and compares what each room makes of it with the text
 * of {@code docs/tour/README.md}.
 */
class TourTest {
  private static final Path TOUR = Path.of("../docs/tour/README.md");

  private final Tensor x = Tensor.of(new float[] {1, 2, 0, -1, 3, 1, 2, 2, -2, 0, 1, 1}, 4, 3);
  private final Tensor y = Tensor.of(new float[] {1, -1, 1, 0}, 4, 1);
  private final Variable w = Variable.of("w", Tensor.of(new float[] {0.5f, -0.5f, 0.1f}, 3, 1));
  private final Tensor loss = x.matmul(w).tanh().sub(y).square().mean();
  private final Tensor next = w.sub(Autodiff.grad(loss, w).mul(0.5));

  private final Graph graph = Graph.capture(List.of(loss.value()), updates()).graph();
  private final Graph simple = Simplify.run(graph);

  private List<Graph.Assignment> updates() {
    return List.of(new Graph.Assignment(w.storage(), next.value()));
  }

  @TestFactory
  Stream<DynamicTest> tourShowsWhatTheEngineDoes() throws IOException {
    String page = Files.readString(TOUR);
    return snippets().entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () ->
                    assertTrue(
                        page.contains("```\n" + e.getValue() + "```\n"),
                        () -> TOUR + " does not show " + e.getKey() + ":\n" + e.getValue())));
  }

  private Map<String, String> snippets() {
    Map<String, String> out = new LinkedHashMap<>();
    Graph forward = Graph.capture(List.of(loss.value()), List.of()).graph();
    out.put("the forward graph", GraphPrinter.print(forward));
    out.put("the whole graph", GraphPrinter.print(graph));
    out.put("the simplified graph", GraphPrinter.print(simple));
    try (Session session = Session.open("cpu")) {
      Backend backend = session.backend();
      Grouping grouping = Fusion.group(simple, backend::runsWhole);
      out.put("the groups", groups(grouping));
      Plan plan = Planner.plan(grouping);
      out.put("the buffers", buffers(plan));
      out.put("the steps", steps(plan));
      List<Plan.KernelStep> kernels =
          plan.steps().stream()
              .filter(Plan.KernelStep.class::isInstance)
              .map(Plan.KernelStep.class::cast)
              .toList();
      kernels.forEach(k -> out.put("kernel " + out.size(), k.kernel().toString()));
      Plan.KernelStep update =
          kernels.stream().filter(k -> k.label().equals("sub")).findFirst().orElseThrow();
      out.put("LLVM", function(update));
      out.put("the losses", losses(session));
    }
    return out;
  }

  private static String groups(Grouping grouping) {
    StringJoiner out = new StringJoiner("\n", "", "\n");
    for (Grouping.Group group : grouping.groups()) {
      StringJoiner outputs = new StringJoiner(", ");
      group.outputs().forEach(r -> outputs.add("%" + r.entry()));
      String kind =
          switch (group) {
            case Grouping.Fused g -> "fused: ";
            case Grouping.Joined g -> "joined: ";
            case Grouping.Whole g -> "whole: ";
            case Grouping.Nested g -> "nested: ";
          };
      out.add(kind + outputs);
    }
    return out.toString();
  }

  private static String buffers(Plan plan) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < plan.buffers().size(); i++) {
      Plan.Buffer buffer = plan.buffers().get(i);
      String place =
          switch (buffer.place()) {
            case Plan.InLeaf at -> "leaf " + at.leaf();
            case Plan.InArena at -> "arena + " + at.offset();
          };
      out.append("b%d: %s at %s%n".formatted(i, buffer.type(), place));
    }
    return out.append("arena: %d bytes%n".formatted(plan.arenaBytes())).toString();
  }

  private static String steps(Plan plan) {
    StringBuilder out = new StringBuilder();
    for (Plan.Step step : plan.steps()) {
      out.append(
          switch (step) {
            case Plan.KernelStep s ->
                "kernel %s reads %s writes %s%n"
                    .formatted(s.label(), names(onlyRead(s)), names(s.writes()));
            case Plan.OpStep s ->
                "op     %s reads %s writes %s%n"
                    .formatted(s.op().label(), names(s.inputs()), names(s.outputs()));
            case Plan.LoopStep s ->
                "loop   reads %s writes %s%n".formatted(names(s.inputs()), names(s.outputs()));
            case Plan.BranchStep s ->
                "branch reads %s writes %s%n".formatted(names(s.inputs()), names(s.outputs()));
            case Plan.CopyStep s -> "copy   b%d to b%d%n".formatted(s.from(), s.to());
          });
    }
    return out.toString();
  }

  /** A written parameter may be read as well; it is listed once. */
  private static List<Integer> onlyRead(Plan.KernelStep step) {
    return step.reads().stream().filter(b -> !step.writes().contains(b)).toList();
  }

  private static String names(List<Integer> buffers) {
    return String.join(", ", buffers.stream().map(b -> "b" + b).toList());
  }

  private static String function(Plan.KernelStep step) {
    String text = ModuleEmitter.emit(List.of(step.kernel())).text();
    return text.substring(text.indexOf("define void"));
  }

  private String losses(Session session) {
    Step step = session.compile(List.of(loss), updates());
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      step.run();
      out.append(String.format(Locale.ROOT, "%.4f%n", step.scalar(0)));
    }
    return out.toString();
  }

  @Test
  void equalStructuresAreEqualKeys() {
    Tensor other = Tensor.of(new float[12], 4, 3).matmul(w).tanh().sub(y).square().mean();
    assertEquals(
        Graph.capture(List.of(loss.value()), List.of()).graph(),
        Graph.capture(List.of(other.value()), List.of()).graph());
  }
}
