package kortex.bench;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import kortex.graph.Tensor;
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

/** Compiled expressions on square matrices: kernels and library routines without graph work. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class OpsBenchmark {
  /** The expression. */
  @Param public Expressions expression = Expressions.MEAN;

  /** Rows and columns. */
  @Param({"32", "256", "1024"})
  public int side = 32;

  private Step step = Session.shared().compile(List.of(), List.of());

  /** Compiles the expression. */
  @Setup(Level.Trial)
  public void compile() {
    Random random = new Random(1);
    Tensor x = Expressions.matrix(random, side, side);
    Tensor y = Expressions.matrix(random, side, side);
    step = Session.shared().compile(List.of(expression.of(x, y, 1.5)), List.of());
  }

  /** One run. */
  @Benchmark
  public void run() {
    step.run();
  }
}
