package kortex.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import kortex.session.Session;
import kortex.session.Step;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The single ops of {@code nn bench steps E}, in several processes each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SingleOpsBenchmark {
  /** The op. */
  @Param({
    "E_gemm512",
    "E_gemm1024",
    "E_gemm2048",
    "E_chain",
    "E_softmax",
    "E_softmaxb",
    "E_layernorm",
    "E_layernormb",
    "E_conv",
    "E_convb"
  })
  public String op = "E_softmax";

  private Step step = Session.shared().compile(List.of(), List.of());

  /** Compiles the op. */
  @Setup(Level.Trial)
  public void compile() {
    step = SingleOp.of(op).compile();
  }

  /** One run. */
  @Benchmark
  public void run() {
    step.run();
  }
}
