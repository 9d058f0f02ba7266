package kortex.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.optimizer.Adam;
import kortex.session.Session;
import kortex.tensor.TensorType;
import kortex.train.CompiledStep;
import kortex.train.Pass;
import kortex.train.TrainStep;

/** Runs the same things very often and watches how much memory the process has. */
final class Soak {
  private static final int SAMPLES = 20;

  private final int count;
  private final List<String> rows = new ArrayList<>();

  Soak(int count) {
    this.count = count;
  }

  /** The memory of the process in MiB after each part of each of the three runs, as a table. */
  String table() {
    watch("compiled steps", compiledSteps());
    watch("steps of a loop by hand", stepsByHand());
    watch("expressions of varying shape", expressions());
    return String.join("\n", rows) + "\n";
  }

  private void watch(String what, IntConsumer run) {
    String head = "| " + what + " | RSS in MiB |\n|---|---|";
    System.out.println(head);
    rows.add((rows.isEmpty() ? "" : "\n") + head);
    for (int i = 0; i <= count; i++) {
      if (i % (count / SAMPLES) == 0) {
        String row = String.format(Locale.ROOT, "| %,d | %.0f |", i, residentMib());
        System.out.println(row);
        rows.add(row);
      }
      if (i < count) {
        run.accept(i);
      }
    }
  }

  private static double residentMib() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
        }
      }
      throw new IllegalStateException("/proc/self/status does not say VmRSS");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final int IN = 16;
  private static final int HIDDEN = 32;

  /** A small network trained on random batches. */
  private record Model(Variable w1, Variable w2, Storage batch, Random random) {
    static Model fresh() {
      Random random = new Random(1);
      return new Model(
          Variable.of("w1", Expressions.matrix(random, IN, HIDDEN)),
          Variable.of("w2", Expressions.matrix(random, HIDDEN, 1)),
          Storage.zeros(TensorType.f32(64, IN)),
          random);
    }

    void nextBatch() {
      batch.write(Expressions.matrix(random, 64, IN).compute().host());
    }

    Tensor loss() {
      Tensor x = Tensor.of(batch);
      Tensor y = x.square().sum(1).reshape(64, 1);
      return x.matmul(w1).tanh().matmul(w2).sub(y).square().mean();
    }

    TrainStep step() {
      return TrainStep.of(Session.shared(), List.of(w1, w2), Adam.of(1e-3), 1);
    }
  }

  private static IntConsumer compiledSteps() {
    Model model = Model.fresh();
    CompiledStep step = model.step().compile(() -> Pass.of(model.loss()));
    return i -> {
      model.nextBatch();
      step.run();
    };
  }

  private static IntConsumer stepsByHand() {
    Model model = Model.fresh();
    TrainStep step = model.step();
    return i -> {
      model.nextBatch();
      step.run(model::loss);
    };
  }

  private static IntConsumer expressions() {
    Random random = new Random(2);
    Expressions[] kinds = Expressions.values();
    return i -> {
      int rows = 1 + random.nextInt(64);
      int columns = 1 + random.nextInt(64);
      Tensor x = Expressions.matrix(random, rows, columns);
      Tensor y = Expressions.matrix(random, rows, columns);
      String text = kinds[i % kinds.length].of(x, y, 1 + i % 7).toString();
      if (text.isEmpty()) {
        throw new IllegalStateException("an expression printed nothing");
      }
    };
  }
}
