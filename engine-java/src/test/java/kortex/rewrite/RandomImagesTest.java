package kortex.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.GraphVerifier;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.op.Convolution;
import kortex.op.MatMul;
import kortex.op.Pooling;
import kortex.plan.PlanVerifier;
import kortex.plan.Planner;
import kortex.session.Session;
import kortex.session.Step;
import org.junit.jupiter.api.Test;

/** Random networks of images: with channels last and epilogues they compute what they say. */
class RandomImagesTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  private static float[][] run(Session session, long seed) {
    RandomImages.Program program = RandomImages.program(seed);
    Step step = session.compile(program.outputs(), program.updates());
    step.run();
    List<float[]> results = new ArrayList<>();
    for (int i = 0; i < program.outputs().size(); i++) {
      Storage out = Storage.zeros(program.outputs().get(i).type());
      step.read(i, out.host());
      results.add(Tensor.of(out).toFloatArray());
    }
    program.stored().forEach(s -> results.add(Tensor.of(s).toFloatArray()));
    return results.toArray(float[][]::new);
  }

  @Test
  void everyBackendComputesTheSame() {
    for (long seed = 0; seed < 60; seed++) {
      float[][] expected = run(REFERENCE, seed);
      close(expected, run(INTERPRETER, seed), "interpreter, seed " + seed);
      close(expected, run(CPU, seed), "cpu, seed " + seed);
    }
  }

  @Test
  void everyStageKeepsItsRules() {
    for (long seed = 0; seed < 200; seed++) {
      RandomImages.Program program = RandomImages.program(seed);
      Graph graph =
          Graph.capture(program.outputs().stream().map(Tensor::value).toList(), program.updates())
              .graph();
      Graph laid =
          Simplify.trace(graph, op -> true, (op, types) -> true, (op, types) -> true).graph();
      GraphVerifier.verify(laid, "layouts");
      PlanVerifier.verify(
          Planner.plan(
              Fusion.group(
                  laid,
                  (op, types) ->
                      op instanceof MatMul || op instanceof Convolution || op instanceof Pooling,
                  (op, epilogue, types) ->
                      op instanceof MatMul || op instanceof Convolution.Conv)));
    }
  }

  private static void close(float[][] expected, float[][] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      double scale = 1;
      for (float x : expected[i]) {
        scale = Math.max(scale, Math.abs(x));
      }
      for (int j = 0; j < expected[i].length; j++) {
        assertEquals(
            expected[i][j], actual[i][j], 2e-4 * scale, what + ", result " + i + " at " + j);
      }
    }
  }
}
