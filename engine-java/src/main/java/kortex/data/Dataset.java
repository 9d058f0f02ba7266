package kortex.data;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Examples in memory: for each an input of one common shape, as f32 or as tokens, and a target.
 * Immutable; never empty; all numbers are finite.
 *
 * <p>The inputs of all examples lie in one row-major store {@code [n, sampleShape…]}. What {@link
 * #select}, {@link #slice} and {@link #split} return shares that store and holds row numbers, so a
 * split costs no second copy, and a part keeps the memory of the whole.
 */
public final class Dataset {
  private final Shape sampleShape;
  private final int width;
  private final InputStore store;
  private final int[] rows;
  private final Targets targets;

  private Dataset(Shape sampleShape, InputStore store, int[] rows, Targets targets) {
    this.sampleShape = sampleShape;
    this.width = (int) sampleShape.size();
    this.store = store;
    this.rows = rows;
    this.targets = targets;
  }

  /** The two parts of a dataset: one to learn from, one to test on. */
  public record Split(Dataset train, Dataset test) {
    /** Both parts with inputs of mean 0 and deviation 1, as measured on the train part. */
    public Split standardize() {
      Standardizer standardizer = Standardizer.fit(train);
      return new Split(standardizer.apply(train), standardizer.apply(test));
    }
  }

  /**
   * A dataset of inputs {@code [n, sampleShape…]}, row-major, and their targets; the inputs are
   * copied. Throws {@link DataException} when there are no examples, when the numbers of inputs and
   * targets differ, and when an input is NaN or infinite.
   */
  public static Dataset of(Shape sampleShape, float[] inputs, Targets targets) {
    return owning(sampleShape, inputs.clone(), targets);
  }

  /** A dataset of feature vectors and vectors of values, one row for each example. */
  public static Dataset of(float[][] inputs, float[][] targets) {
    checkCount(inputs.length, targets.length);
    Shape valueShape = Shape.of(rowLength("target", targets));
    Targets values = new Targets.Values(flatten("target", targets), valueShape);
    return owning(Shape.of(rowLength("input", inputs)), flatten("input", inputs), values);
  }

  /**
   * A dataset of feature vectors, one row for each example, and labels of classes that are named by
   * their number.
   */
  public static Dataset of(float[][] inputs, int[] labels) {
    checkCount(inputs.length, labels.length);
    Shape sampleShape = Shape.of(rowLength("input", inputs));
    return owning(sampleShape, flatten("input", inputs), Targets.Classes.of(labels));
  }

  /**
   * A dataset of sequences of {@code time} tokens, row-major, and their targets; the tokens are
   * copied. Throws {@link DataException} when there are no examples, when the numbers of inputs and
   * targets differ, and when a token is not from 0 to {@code vocabulary − 1}.
   */
  public static Dataset ofTokens(long time, int vocabulary, int[] tokens, Targets targets) {
    return owning(Shape.of(time), new InputStore.Tokens(tokens.clone(), vocabulary), targets);
  }

  /** The same as {@link #of(Shape, float[], Targets)} for an array that nobody else holds. */
  static Dataset owning(Shape sampleShape, float[] inputs, Targets targets) {
    return owning(sampleShape, new InputStore.Numbers(inputs), targets);
  }

  private static Dataset owning(Shape sampleShape, InputStore inputs, Targets targets) {
    long width = sampleShape.size();
    if (width == 0) {
      throw new DataException(
          "examples of shape " + sampleShape + " hold no numbers",
          "Give every example at least one number.");
    }
    if (inputs.length() % width != 0) {
      throw new DataException(
          inputs.length() + " numbers cannot be divided into examples of shape " + sampleShape,
          "Give a whole number of examples.");
    }
    int count = (int) (inputs.length() / width);
    checkCount(count, targets.size());
    inputs.check((int) width);
    return new Dataset(sampleShape, inputs, Shuffle.identity(count), targets);
  }

  private static void checkCount(int inputs, int targets) {
    if (inputs != targets) {
      throw new DataException(
          inputs + " inputs but " + targets + " targets", "Give one target for each input.");
    }
    if (inputs == 0) {
      throw new DataException("the dataset is empty", "Give at least one example.");
    }
  }

  private static int rowLength(String what, float[][] rows) {
    for (int i = 1; i < rows.length; i++) {
      if (rows[i].length != rows[0].length) {
        throw new DataException(
            "%s %d has %d numbers, but %s 0 has %d"
                .formatted(what, i, rows[i].length, what, rows[0].length),
            "Give rows of one length.");
      }
    }
    return rows[0].length;
  }

  private static float[] flatten(String what, float[][] rows) {
    int width = rowLength(what, rows);
    float[] flat = new float[storeLength(rows.length, width)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return flat;
  }

  /** The length of the array for {@code count} rows; throws when no array can be so long. */
  static int storeLength(int count, long width) {
    long length = Math.multiplyExact(count, width);
    if (length > Integer.MAX_VALUE - 8) {
      throw new DataException(
          "%d examples of %d numbers are more than one array in memory holds"
              .formatted(count, width),
          "Load fewer examples, or split the data into several datasets.");
    }
    return (int) length;
  }

  /** Number of examples, at least 1. */
  public int size() {
    return rows.length;
  }

  /** The shape of one example's input. */
  public Shape sampleShape() {
    return sampleShape;
  }

  /** The targets, in the order of the examples. */
  public Targets targets() {
    return targets;
  }

  /** How many tokens there are; 0 when the inputs are no tokens. */
  public int vocabulary() {
    return store instanceof InputStore.Tokens tokens ? tokens.vocabulary() : 0;
  }

  /** The type of a batch of inputs: {@code f32[batch, sampleShape…]}, of tokens i32. */
  public TensorType inputType(long batch) {
    return new TensorType(store.dtype(), sampleShape.prepend(batch));
  }

  /** The type of a batch of targets. */
  public TensorType targetType(long batch) {
    return targets.type(batch);
  }

  /**
   * The input of one example, row-major, in a fresh array. Throws {@link DataException} when the
   * inputs are tokens.
   */
  public float[] input(int example) {
    int start = rows[checkExample(example)] * width;
    return switch (store) {
      case InputStore.Numbers numbers -> Arrays.copyOfRange(numbers.data(), start, start + width);
      case InputStore.Tokens tokens ->
          throw new DataException(
              "the inputs are tokens, which are names and no quantities", "Read tokens(example).");
    };
  }

  /**
   * The tokens of one example, in a fresh array. Throws {@link DataException} when the inputs are
   * no tokens.
   */
  public int[] tokens(int example) {
    int start = rows[checkExample(example)] * width;
    return switch (store) {
      case InputStore.Numbers numbers ->
          throw new DataException("the inputs are numbers, no tokens", "Read input(example).");
      case InputStore.Tokens tokens -> Arrays.copyOfRange(tokens.data(), start, start + width);
    };
  }

  /**
   * The given examples, in the given order; one may be chosen several times. Throws {@link
   * DataException} when one does not exist, or none is chosen.
   */
  public Dataset select(int[] indices) {
    if (indices.length == 0) {
      throw new DataException("no example is selected", "Select at least one example.");
    }
    int[] selected = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      selected[i] = rows[checkExample(indices[i])];
    }
    return new Dataset(sampleShape, store, selected, targets.select(indices));
  }

  /** The examples from {@code from} up to, not including, {@code to}. */
  public Dataset slice(int from, int to) {
    if (from < 0 || to > size() || from >= to) {
      throw new DataException(
          "examples %d to %d cannot be taken from %d".formatted(from, to, size()),
          "Use 0 ≤ from < to ≤ " + size() + ".");
    }
    return select(IntStream.range(from, to).toArray());
  }

  /**
   * Two disjoint parts of the shuffled examples that together are all of them. The train part has
   * {@code round(trainFraction · size)} examples, and each part at least one. The same seed gives
   * the same parts everywhere. Throws {@link SettingException} when the fraction is not between 0
   * and 1, {@link DataException} when there is only one example.
   */
  public Split split(double trainFraction, long seed) {
    checkSplit(trainFraction);
    int[] order = Shuffle.permutation(size(), seed, Shuffle.SPLIT_STREAM);
    int train = Math.clamp(Math.round(trainFraction * size()), 1, size() - 1);
    return new Split(
        select(Arrays.copyOf(order, train)), select(Arrays.copyOfRange(order, train, size())));
  }

  /**
   * The same as {@link #split}, with the fraction kept within each class: {@code
   * round(trainFraction · examples of the class)} of them are in the train part. Throws {@link
   * DataException} when the targets are not classes, or the classes are so small that a part would
   * be empty.
   */
  public Split splitStratified(double trainFraction, long seed) {
    checkSplit(trainFraction);
    if (!(targets instanceof Targets.Classes classes)) {
      throw new DataException(
          "a stratified split needs classes, the targets are " + targets, "Use split instead.");
    }
    long[] wanted = new long[classes.count()];
    for (int label : classes.labels()) {
      wanted[label]++;
    }
    Arrays.setAll(wanted, label -> Math.round(trainFraction * wanted[label]));
    var train = IntStream.builder();
    var test = IntStream.builder();
    for (int example : Shuffle.permutation(size(), seed, Shuffle.SPLIT_STREAM)) {
      (wanted[classes.label(example)]-- > 0 ? train : test).add(example);
    }
    return nonEmpty(train.build().toArray(), test.build().toArray(), trainFraction);
  }

  private Split nonEmpty(int[] train, int[] test, double trainFraction) {
    if (train.length == 0 || test.length == 0) {
      throw new DataException(
          "a stratified split of %d examples at %s leaves a part empty: the classes are too small"
              .formatted(size(), trainFraction),
          "Use split, which ignores the classes, or give more examples.");
    }
    return new Split(select(train), select(test));
  }

  private void checkSplit(double trainFraction) {
    if (!(trainFraction > 0 && trainFraction < 1)) {
      throw new SettingException(
          "the train fraction is " + trainFraction + ", must be between 0 and 1",
          "Use a fraction such as 0.8.");
    }
    if (size() < 2) {
      throw new DataException(
          "a dataset of one example cannot be split", "Give at least two examples.");
    }
  }

  /**
   * Copies the inputs of the examples {@code order[from] … order[from + count − 1]} to the start of
   * {@code destination}, on or off the heap, as f32 or i32 in native byte order. Makes no garbage.
   * Throws {@link kortex.tensor.ShapeException} when the destination is too small.
   */
  public void gatherInputs(int[] order, int from, int count, MemorySegment destination) {
    long bytes = (long) width * store.dtype().bytes();
    Gather.check(order, from, count, bytes, destination);
    for (int i = 0; i < count; i++) {
      store.copy(rows[order[from + i]], width, destination, i * bytes);
    }
  }

  /** The same as {@link #gatherInputs} for the targets: labels as i32, values as f32. */
  public void gatherTargets(int[] order, int from, int count, MemorySegment destination) {
    targets.gather(order, from, count, destination);
  }

  private int checkExample(int example) {
    if (example < 0 || example >= size()) {
      throw new DataException(
          "there is no example " + example + ": the dataset has " + size(),
          "Use an example from 0 to " + (size() - 1) + ".");
    }
    return example;
  }

  @Override
  public String toString() {
    return "Dataset[%d examples of shape %s, %s]".formatted(size(), sampleShape, targets);
  }
}
