package kortex.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import kortex.tensor.DType;
import kortex.tensor.DataException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** What a network should answer, one target for each example. Immutable. */
public sealed interface Targets {
  /** Number of targets. */
  int size();

  /** The type of a batch of targets: {@code i32[batch]} of labels or {@code f32[batch, …]}. */
  TensorType type(long batch);

  /** The targets of the given examples, in that order. */
  Targets select(int[] examples);

  /**
   * Copies the targets of the examples {@code order[from] … order[from + count − 1]} to the start
   * of {@code destination}, in native byte order. Throws {@link ShapeException} when it is too
   * small.
   */
  void gather(int[] order, int from, int count, MemorySegment destination);

  /**
   * One class for each example, as a label from 0 to the number of classes − 1.
   *
   * @param labels the label of each example
   * @param names the names of the classes: label i means {@code names.get(i)}
   */
  @SuppressWarnings("ArrayRecordComponent") // Copied on the way in and out, compared by content.
  record Classes(int[] labels, List<String> names) implements Targets {
    /** Throws {@link DataException} when a label is out of range or a name is given twice. */
    public Classes {
      labels = labels.clone();
      names = List.copyOf(names);
      if (new HashSet<>(names).size() < names.size()) {
        throw new DataException(
            "two classes have the same name: " + names, "Give every class a name of its own.");
      }
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] < 0 || labels[i] >= names.size()) {
          throw new DataException(
              "example %d has label %d, but there are %d classes"
                  .formatted(i, labels[i], names.size()),
              "Use labels from 0 to " + (names.size() - 1) + ", or name more classes.");
        }
      }
    }

    /** Labels whose classes are named by their number; there are as many as the largest needs. */
    public static Classes of(int... labels) {
      int count = Arrays.stream(labels).max().orElse(-1) + 1;
      // A negative label is reported by the constructor; it needs a class to compare with.
      return new Classes(
          labels, IntStream.range(0, Math.max(count, 1)).mapToObj(Integer::toString).toList());
    }

    /** The labels, in a fresh array. */
    @Override
    public int[] labels() {
      return labels.clone();
    }

    /** The label of one example. */
    public int label(int example) {
      return labels[example];
    }

    /** Number of classes. */
    public int count() {
      return names.size();
    }

    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public TensorType type(long batch) {
      return new TensorType(DType.I32, Shape.of(batch));
    }

    @Override
    public Classes select(int[] examples) {
      return new Classes(Arrays.stream(examples).map(e -> labels[e]).toArray(), names);
    }

    @Override
    public void gather(int[] order, int from, int count, MemorySegment destination) {
      Gather.check(order, from, count, Integer.BYTES, destination);
      for (int i = 0; i < count; i++) {
        int label = labels[order[from + i]];
        destination.set(ValueLayout.JAVA_INT_UNALIGNED, (long) i * Integer.BYTES, label);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Classes that
          && Arrays.equals(labels, that.labels)
          && names.equals(that.names);
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(labels), names);
    }

    @Override
    public String toString() {
      return names.size() + " classes: " + String.join(", ", names);
    }
  }

  /**
   * A class for each position of an example, such as the next character at each step of a text.
   *
   * @param data the labels of all examples, row-major, from 0 to the number of classes − 1
   * @param sampleShape the shape of one example's labels, such as {@code [time]}
   * @param classes how many there are
   */
  @SuppressWarnings("ArrayRecordComponent") // Copied on the way in and out, compared by content.
  record Labels(int[] data, Shape sampleShape, int classes) implements Targets {
    /**
     * Throws {@link ShapeException} when the labels are not a whole number of examples, {@link
     * DataException} when one is out of range.
     */
    public Labels {
      data = data.clone();
      long width = sampleShape.size();
      if (width == 0 || width > Integer.MAX_VALUE || data.length % width != 0) {
        throw new ShapeException(
            data.length + " labels cannot be divided into targets of shape " + sampleShape,
            "Give a label for each position of each example.");
      }
      for (int i = 0; i < data.length; i++) {
        if (data[i] < 0 || data[i] >= classes) {
          throw new DataException(
              "label %d of example %d is %d, but there are %d classes"
                  .formatted(i % width, i / width, data[i], classes),
              "Use labels from 0 to " + (classes - 1) + ".");
        }
      }
    }

    /** Labels of as many classes as the largest needs. */
    public static Labels of(int[] data, Shape sampleShape) {
      return new Labels(data, sampleShape, Arrays.stream(data).max().orElse(-1) + 1);
    }

    /** The labels of all examples, row-major, in a fresh array. */
    @Override
    public int[] data() {
      return data.clone();
    }

    @Override
    public int size() {
      return data.length / width();
    }

    @Override
    public TensorType type(long batch) {
      return new TensorType(DType.I32, sampleShape.prepend(batch));
    }

    @Override
    public Labels select(int[] examples) {
      int width = width();
      int[] selected = new int[Math.multiplyExact(examples.length, width)];
      for (int i = 0; i < examples.length; i++) {
        System.arraycopy(data, examples[i] * width, selected, i * width, width);
      }
      return new Labels(selected, sampleShape, classes);
    }

    @Override
    public void gather(int[] order, int from, int count, MemorySegment destination) {
      int width = width();
      long bytes = (long) width * Integer.BYTES;
      Gather.check(order, from, count, bytes, destination);
      for (int i = 0; i < count; i++) {
        Gather.row(data, order[from + i], width, destination, i * bytes);
      }
    }

    private int width() {
      return (int) sampleShape.size();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Labels that
          && Arrays.equals(data, that.data)
          && sampleShape.equals(that.sampleShape)
          && classes == that.classes;
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(data), sampleShape, classes);
    }

    @Override
    public String toString() {
      return "labels of shape " + sampleShape + ", " + classes + " classes";
    }
  }

  /**
   * Numbers for each example, as in regression.
   *
   * @param data the values of all examples, row-major
   * @param sampleShape the shape of one example's values
   */
  @SuppressWarnings("ArrayRecordComponent") // Copied on the way in and out, compared by content.
  record Values(float[] data, Shape sampleShape) implements Targets {
    /**
     * Throws {@link ShapeException} when the data are not a whole number of examples, {@link
     * DataException} when a value is NaN or infinite.
     */
    public Values {
      data = data.clone();
      long width = sampleShape.size();
      if (width == 0 || width > Integer.MAX_VALUE || data.length % width != 0) {
        throw new ShapeException(
            data.length + " values cannot be divided into targets of shape " + sampleShape,
            "Give a whole number of targets.");
      }
      for (int i = 0; i < data.length; i++) {
        if (!Float.isFinite(data[i])) {
          throw new DataException(
              "value %d of the target of example %d is %s"
                  .formatted(i % width, i / width, Float.toString(data[i])),
              "Replace it by a number, or drop the example.");
        }
      }
    }

    /** The values of all examples, row-major, in a fresh array. */
    @Override
    public float[] data() {
      return data.clone();
    }

    @Override
    public int size() {
      return data.length / width();
    }

    @Override
    public TensorType type(long batch) {
      return new TensorType(DType.F32, sampleShape.prepend(batch));
    }

    @Override
    public Values select(int[] examples) {
      int width = width();
      float[] selected = new float[Math.multiplyExact(examples.length, width)];
      for (int i = 0; i < examples.length; i++) {
        System.arraycopy(data, examples[i] * width, selected, i * width, width);
      }
      return new Values(selected, sampleShape);
    }

    @Override
    public void gather(int[] order, int from, int count, MemorySegment destination) {
      int width = width();
      long bytes = (long) width * Float.BYTES;
      Gather.check(order, from, count, bytes, destination);
      for (int i = 0; i < count; i++) {
        Gather.row(data, order[from + i], width, destination, i * bytes);
      }
    }

    private int width() {
      return (int) sampleShape.size();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Values that
          && Arrays.equals(data, that.data)
          && sampleShape.equals(that.sampleShape);
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(data), sampleShape);
    }

    @Override
    public String toString() {
      return "values of shape " + sampleShape;
    }
  }
}
