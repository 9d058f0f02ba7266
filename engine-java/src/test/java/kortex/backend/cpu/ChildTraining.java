package kortex.backend.cpu;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import kortex.autodiff.Autodiff;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.model.Activations;
import kortex.op.Convolution;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.TensorType;

/** A small training in a process of its own, which tells what it computed and what it took. */
public final class ChildTraining {
  private static final int STEPS = 3;

  private ChildTraining() {}

  /** Trains; with the argument {@code threads} also from several threads, with several sessions. */
  public static void main(String[] args) throws Exception {
    Session session = Session.shared();
    say("loss", train(session));
    say("backend", session.backend().name());
    say("description", session.backend().description());
    say("gomp", libraries("libgomp").size());
    if (args.length > 0) {
      threads();
    }
  }

  private static void say(String topic, Object value) {
    System.out.println(topic + "=" + value);
  }

  /** Convolution, products, softmax and an update, large enough for two threads. */
  private static double train(Session session) {
    Tensor x = Tensor.of(numbers(1, 16, 3, 24, 24));
    Variable kernel = Variable.of("kernel", numbers(0.1f, 16, 3, 3, 3));
    Variable weight = Variable.of("weight", numbers(0.01f, 16 * 22 * 22, 40));
    List<Integer> one = List.of(1, 1);
    List<Integer> none = List.of(0, 0);
    var conv = new Convolution.Conv(new Convolution.Geometry(one, none, none, one, 1));
    Tensor hidden = x.apply(conv, kernel).tanh().reshape(16, 16 * 22 * 22);
    Tensor loss = Activations.softmax(hidden.matmul(weight)).square().sum();
    List<Variable> all = List.of(kernel, weight);
    List<Graph.Assignment> updates = new ArrayList<>();
    List<Tensor> gradients = Autodiff.grad(loss, all);
    for (int i = 0; i < all.size(); i++) {
      Tensor next = all.get(i).sub(gradients.get(i).mul(0.1));
      updates.add(new Graph.Assignment(all.get(i).storage(), next.value()));
    }
    Step step = session.compile(List.of(loss), updates);
    for (int i = 0; i < STEPS; i++) {
      step.run();
    }
    return step.scalar(0);
  }

  private static Storage numbers(float scale, long... shape) {
    TensorType type = TensorType.f32(shape);
    float[] out = new float[(int) type.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = scale * (i * 37 % 101 - 50) / 50;
    }
    return Storage.of(type, MemorySegment.ofArray(out));
  }

  private static void threads() throws Exception {
    int before = tasks();
    for (int i = 0; i < 5; i++) {
      try (Session other = Session.open("cpu")) {
        train(other);
      }
    }
    say("grownBySessions", tasks() - before);
    Set<Double> losses = new ConcurrentSkipListSet<>();
    for (int round = 0; round < 3; round++) {
      List<Thread> several = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        several.add(
            Thread.ofPlatform()
                .start(() -> {
                  try (Session own = Session.open("cpu")) {
                    losses.add(train(own));
                  }
                }));
      }
      for (Thread thread : several) {
        thread.join();
      }
    }
    say("lossesOfThreads", losses);
    say("gompAfterwards", libraries("libgomp").size());
    Thread.sleep(200);
    say("grownByThreads", tasks() - before);
    say("idleMillis", idle());
  }

  private static int tasks() throws IOException {
    try (var list = Files.list(Path.of("/proc/self/task"))) {
      return (int) list.count();
    }
  }

  /** The files of loaded libraries whose names begin so. */
  private static Set<String> libraries(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("/" + name))
        .map(line -> line.substring(line.indexOf('/')))
        .collect(Collectors.toSet());
  }

  /** Processor time of half a second in which nothing is computed: the least of some. */
  private static long idle() throws InterruptedException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      long before = system.getProcessCpuTime();
      Thread.sleep(500);
      least = Math.min(least, (system.getProcessCpuTime() - before) / 1_000_000);
    }
    return least;
  }
}
