package kortex.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import kortex.backend.reference.ReferenceBackend;
import kortex.data.Dataset;
import kortex.data.Targets;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Activation;
import kortex.model.Add;
import kortex.model.BatchNorm;
import kortex.model.Close;
import kortex.model.Conv2d;
import kortex.model.Dense;
import kortex.model.Dropout;
import kortex.model.GlobalAvgPool;
import kortex.model.Initializer;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.Loss;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Padding;
import kortex.model.Segments;
import kortex.model.Site;
import kortex.model.Size2d;
import kortex.optimizer.Adam;
import kortex.session.Precision;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.DeviceException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Computing again what does not fit saves memory and changes nothing. */
class RecomputationTest {
  private static final int BATCH = 8;
  private static final int BLOCKS = 4;

  private static Conv2d conv(int filters) {
    return new Conv2d(
        filters,
        Size2d.of(3),
        Size2d.of(1),
        Padding.of(1, 1),
        Size2d.of(1),
        1,
        false,
        Initializer.heNormal(),
        Initializer.zeros(),
        Optional.empty());
  }

  /** Residual blocks with everything that a second computation could get wrong. */
  private static Network network() {
    NetworkSpec.Builder builder = NetworkSpec.builder(Input.image(3, 16, 16));
    int at = builder.add(conv(16), List.of(-1), Site.NONE);
    for (int i = 0; i < BLOCKS; i++) {
      int entry = at;
      for (Layer layer :
          List.of(BatchNorm.of(), Activation.RELU, new Dropout(0.2), conv(16), BatchNorm.of())) {
        at = builder.add(layer, List.of(at), Site.NONE);
      }
      at = builder.add(new Add(), List.of(entry, at), Site.NONE);
    }
    at = builder.add(new GlobalAvgPool(), List.of(at), Site.NONE);
    at = builder.add(Dense.of(3), List.of(at), Site.NONE);
    return Network.of(builder.build(at), 7);
  }

  private static Tensor input(Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(1.7 * i);
    }
    return Tensor.of(
        Storage.of(
            new TensorType(DType.F32, shape), java.lang.foreign.MemorySegment.ofArray(values)));
  }

  private static Tensor labels() {
    int[] labels = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      labels[i] = i % 3;
    }
    return Tensor.of(labels, BATCH);
  }

  private record Trained(List<Double> losses, Network network, long arena) {}

  private static Trained train(Session session, Segments again) {
    Network network = network();
    Tensor x = input(Shape.of(BATCH, 3, 16, 16));
    Tensor y = labels();
    TrainStep training = TrainStep.of(session, network, Adam.of(1e-3), 5);
    Supplier<Pass> pass = () -> Pass.of(Loss.crossEntropy().of(network.call(x), y));
    CompiledStep step = training.compile(pass, again, Precision.F32);
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      losses.add(step.run().loss());
    }
    long arena = step.explain().arenaBytes();
    assertEquals(arena, training.footprint(pass, again, Precision.F32).arena());
    return new Trained(losses, network, arena);
  }

  @Test
  void everyChoiceTrainsAlike() {
    NetworkSpec spec = network().spec();
    try (Session session = Session.open("cpu");
        Session reference = Session.on(ReferenceBackend.create())) {
      Trained plain = train(session, Segments.NONE);
      long least = Long.MAX_VALUE;
      List<Segments> choices = Segments.choices(spec);
      assertTrue(choices.size() > 4, choices::toString);
      for (Segments again : choices) {
        Trained saving = train(session, again);
        least = Math.min(least, saving.arena());
        same(plain, saving, again.toString());
      }
      same(plain, train(reference, choices.getLast()), "reference");
      long arena = least;
      assertTrue(arena < 0.5 * plain.arena(), () -> arena + " of " + plain.arena());
    }
  }

  private static void same(Trained expected, Trained actual, String what) {
    for (int i = 0; i < expected.losses().size(); i++) {
      assertEquals(expected.losses().get(i), actual.losses().get(i), 2e-5, what + ", loss " + i);
    }
    // Running means and variances are those of one pass for each step.
    expected
        .network()
        .state()
        .forEach((name, storage) -> {
          if (!name.endsWith("bias")) {
            float[] wanted = Tensor.of(storage).toFloatArray();
            Storage other = Objects.requireNonNull(actual.network().state().get(name));
            Close.to(wanted, Tensor.of(other).toFloatArray(), 5e-4, what + ", " + name);
          }
        });
  }

  private static Dataset data() {
    Shape shape = Shape.of(3, 16, 16);
    int[] labels = new int[4 * BATCH];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 3;
    }
    return Dataset.of(
        shape, input(shape.prepend(labels.length)).toFloatArray(), Targets.Classes.of(labels));
  }

  private record Fitted(History history, Recomputation plan) {}

  private static Fitted fit(Session session, long memory) {
    List<Recomputation> plans = new ArrayList<>();
    TrainSettings settings =
        TrainSettings.builder(Loss.crossEntropy(), Adam.of(1e-3))
            .epochs(2)
            .batchSize(BATCH)
            .memory(memory)
            .keepStepLosses(true)
            .listener(
                new ProgressListener() {
                  @Override
                  public void planned(Recomputation plan) {
                    plans.add(plan);
                  }
                })
            .build();
    return new Fitted(Trainer.fit(session, network(), data(), settings), plans.getFirst());
  }

  @Test
  void aBudgetIsKeptAtTheLeastCost() {
    try (Session session = Session.open("cpu")) {
      Fitted all = fit(session, 1L << 30);
      assertTrue(all.plan().segments().isEmpty());
      assertEquals(Optional.empty(), all.plan().summary());
      long full = all.plan().before().bytes();
      double before = 0;
      for (double part : List.of(0.9, 0.6)) {
        Fitted some = fit(session, (long) (full * part));
        Recomputation plan = some.plan();
        assertTrue(plan.after().bytes() <= plan.budget(), plan::toString);
        assertEquals(full, plan.before().bytes());
        assertTrue(plan.share() >= before && plan.share() < 1, plan::toString);
        before = plan.share();
        assertTrue(plan.summary().orElseThrow().contains("% of the forward pass"));
        List<Double> expected = all.history().stepLosses();
        for (int i = 0; i < expected.size(); i++) {
          assertEquals(expected.get(i), some.history().stepLosses().get(i), 1e-4, "loss " + i);
        }
      }
      // Norms, activations and masks are cheap to compute again.
      assertTrue(before < 0.25, before + " of the forward pass");
    }
  }

  @Test
  void aBudgetThatNothingKeepsIsRefused() {
    try (Session session = Session.on(ReferenceBackend.create())) {
      DeviceException e = assertThrows(DeviceException.class, () -> fit(session, 100_000));
      assertTrue(e.what().startsWith("a training step takes "), e.what());
      assertTrue(e.what().contains("at least "), e.what());
      assertTrue(e.what().endsWith("the budget is 0.1 MiB"), e.what());
      assertTrue(e.getMessage().contains("smaller"), e.getMessage());
      assertThrows(SettingException.class, () -> fit(session, 0));
    }
  }
}
