package kortex.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import kortex.graph.Tensor;
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

/** From an expression to its text: the first time it is seen, and again. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class InteractiveBenchmark {
  /** The expression. */
  @Param public Expressions expression = Expressions.MEAN;

  private final Random random = new Random(1);
  private Tensor x = Tensor.of(0);
  private Tensor y = Tensor.of(0);
  private double number;

  /** Other data, another shape and another number for every measurement. */
  @Setup(Level.Iteration)
  public void next() {
    int rows = 1 + random.nextInt(96);
    int columns = 1 + random.nextInt(96);
    x = Expressions.matrix(random, rows, columns);
    y = Expressions.matrix(random, rows, columns);
    number = 1 + random.nextInt(1_000_000) / 1e6;
  }

  /** An expression that no plan is kept for. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 100)
  @Measurement(iterations = 200)
  public String first() {
    return expression.of(x, y, number).toString();
  }

  /** The same expression again, built anew. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  @Warmup(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
  @Measurement(iterations = 20, time = 500, timeUnit = TimeUnit.MILLISECONDS)
  public String again() {
    return expression.of(x, y, number).toString();
  }
}
