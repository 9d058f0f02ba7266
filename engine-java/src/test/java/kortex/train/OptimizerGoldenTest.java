package kortex.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.model.Close;
import kortex.model.Golden;
import kortex.optimizer.Adam;
import kortex.optimizer.AdamW;
import kortex.optimizer.Clip;
import kortex.optimizer.Moments;
import kortex.optimizer.Optimizer;
import kortex.optimizer.Schedule;
import kortex.optimizer.Sgd;
import kortex.session.Session;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten steps of every optimizer against PyTorch's; numbers from make_optimizers.py. */
class OptimizerGoldenTest {
  private static final Golden GOLDEN = Golden.load("optimizers");

  record Case(String name, Optimizer optimizer) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Sgd sgd(double rate, double momentum, boolean nesterov, double decay) {
    return new Sgd(Schedule.constant(rate), momentum, nesterov, decay);
  }

  static List<Case> cases() {
    Schedule rate = Schedule.constant(1e-2);
    Moments slow = new Moments(0.8, 0.95, 1e-6);
    Moments fast = new Moments(0.5, 0.9, 1e-3);
    return List.of(
        new Case("sgd", Sgd.of(0.1)),
        new Case("sgdDecay", sgd(0.1, 0, false, 0.05)),
        new Case("momentum", sgd(0.05, 0.9, false, 0)),
        new Case("nesterov", sgd(0.05, 0.8, true, 0.01)),
        new Case("adam", Adam.of(1e-2)),
        new Case("adamDecay", new Adam(rate, slow, 0.1)),
        new Case("adamw", AdamW.of(1e-2)),
        new Case("adamwDecay", new AdamW(Schedule.constant(3e-2), fast, 0.3)),
        new Case("clipValue", Sgd.of(0.1).clipped(new Clip.Value(0.5))),
        new Case("clipNorm", Sgd.of(0.1).clipped(new Clip.Norm(1))),
        new Case("clipGlobalNorm", sgd(0.1, 0.9, false, 0).clipped(new Clip.GlobalNorm(1))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(Case c) {
    Variable a = Variable.of("a", GOLDEN.storage(c.name + "/a"));
    Variable b = Variable.of("b", GOLDEN.storage(c.name + "/b"));
    Storage da = Storage.zeros(a.type());
    Storage db = Storage.zeros(b.type());
    TrainStep training = TrainStep.of(Session.shared(), List.of(a, b), c.optimizer, 0);
    CompiledStep step =
        training.compile(() -> Pass.of(a.mul(Tensor.of(da)).sum().add(b.mul(Tensor.of(db)).sum())));
    for (int t = 0; t < 10; t++) {
      da.write(GOLDEN.storage(c.name + "/" + t + "/da").host());
      db.write(GOLDEN.storage(c.name + "/" + t + "/db").host());
      assertEquals(t + 1, step.run().step());
      Close.to(GOLDEN.floats(c.name + "/" + t + "/a"), a.toFloatArray(), 2e-6, "a after " + t);
      Close.to(GOLDEN.floats(c.name + "/" + t + "/b"), b.toFloatArray(), 2e-6, "b after " + t);
    }
    assertEquals(10, training.steps());
  }
}
