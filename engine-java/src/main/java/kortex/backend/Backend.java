package kortex.backend;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kortex.op.Epilogue;
import kortex.op.Op;
import kortex.plan.Plan;
import kortex.tensor.TensorType;

/** A way to run plans. Implementations are safe for use by several threads. */
public interface Backend extends AutoCloseable {
  /** The name users choose it by: {@code cpu}. */
  String name();

  /** What it runs on, in one line: processor, libraries, threads. */
  String description();

  /** Whether an op runs as a whole, rather than as part of a kernel. */
  boolean runsWhole(Op op, List<TensorType> inputs);

  /**
   * Whether an op that accumulates runs on f16 and bf16 as they are; others are given f32, and
   * their results rounded.
   */
  boolean runsHalf(Op op);

  /** Whether a convolution runs faster on images with channels last. */
  default boolean wantsChannelsLast(Op op, List<TensorType> inputs) {
    return false;
  }

  /**
   * Why no product is faster on bf16 than on f32 here, to be said where a training asks for it;
   * empty where {@link #wantsBf16} says which are.
   */
  default Optional<String> lacksBf16() {
    return Optional.of("the " + name() + " backend has no products of bf16");
  }

  /** Whether an op on f32 runs faster on the same values rounded to bf16, with sums in f32. */
  default boolean wantsBf16(Op op, List<TensorType> inputs) {
    return false;
  }

  /**
   * Whether an op that runs as a whole takes an epilogue; {@code inputs} are those of the op. Where
   * they are bf16 and the op is one of f32, it computes in f32.
   */
  default boolean takes(Op op, Epilogue epilogue, List<TensorType> inputs) {
    return false;
  }

  /** How an op is run that could be run in several ways, and why; empty for other ops. */
  default Optional<String> choice(Op op, List<TensorType> inputs) {
    return Optional.empty();
  }

  /** Memory of a size in bytes, aligned to 64, all zeros. */
  Memory allocate(long bytes);

  /** Bytes that can still be allocated; empty where that is not known. */
  OptionalLong freeMemory();

  /** Makes a plan ready to run. Throws when there is no room for it; then nothing is kept. */
  Program compile(Plan plan, Effort effort);

  /**
   * How much a plan is worth. The code that a backend makes depends on the plan and on this alone,
   * never on how often or how fast something ran before: equal computations give equal bits.
   */
  enum Effort {
    /** It will run once or a few times: little work is not worth long compilation. */
    QUICK,
    /** It will run very often. */
    THOROUGH
  }

  @Override
  void close();
}
