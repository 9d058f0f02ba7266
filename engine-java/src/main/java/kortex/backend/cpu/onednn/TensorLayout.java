package kortex.backend.cpu.onednn;

import java.util.Arrays;

/**
 * The sizes of a tensor's axes, the distances between neighbours along them, in elements, and what
 * an element is: f32, unless said otherwise.
 *
 * <p>A view such as a transpose, a slice or a broadcast is only another layout over the same
 * memory, which therefore needs no copy before a product.
 */
public final class TensorLayout {
  private final long[] sizes;
  private final long[] strides;
  private final Element element;

  private TensorLayout(long[] sizes, long[] strides, Element element) {
    this.sizes = sizes;
    this.strides = strides;
    this.element = element;
  }

  /**
   * A layout with strides of its own.
   *
   * @throws IllegalArgumentException if the ranks differ, a size is below 1 or a stride below 0
   */
  public static TensorLayout of(long[] sizes, long[] strides) {
    boolean valid = sizes.length == strides.length && sizes.length > 0 && sizes.length <= 12;
    for (int i = 0; valid && i < sizes.length; i++) {
      valid = sizes[i] >= 1 && strides[i] >= 0;
    }
    TensorLayout layout = new TensorLayout(sizes.clone(), strides.clone(), Element.F32);
    if (!valid) {
      throw new IllegalArgumentException("layout " + layout);
    }
    layout.span(); // overflows here rather than later
    return layout;
  }

  /** The row-major layout without gaps. */
  public static TensorLayout dense(long... sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride = Math.multiplyExact(stride, sizes[i]);
    }
    return of(sizes, strides);
  }

  /** This layout with its last two axes exchanged. */
  public TensorLayout transposed() {
    return swapped(rank() - 2, rank() - 1);
  }

  /** This layout with two axes exchanged. */
  public TensorLayout swapped(int axis, int other) {
    return new TensorLayout(swap(sizes, axis, other), swap(strides, axis, other), element);
  }

  /** This layout of other elements. */
  public TensorLayout as(Element other) {
    return new TensorLayout(sizes, strides, other);
  }

  /** What an element is. */
  public Element element() {
    return element;
  }

  private static long[] swap(long[] values, int i, int j) {
    long[] copy = values.clone();
    copy[i] = values[j];
    copy[j] = values[i];
    return copy;
  }

  /** The number of axes. */
  public int rank() {
    return sizes.length;
  }

  /** The size of {@code axis}; negative numbers count from the end. */
  public long size(int axis) {
    return sizes[axis < 0 ? rank() + axis : axis];
  }

  /** The sizes of all axes. */
  public long[] sizes() {
    return sizes.clone();
  }

  /** The strides of all axes. */
  public long[] strides() {
    return strides.clone();
  }

  /** The distance from the first to one past the last element that this layout reaches. */
  public long span() {
    long last = 0;
    for (int i = 0; i < sizes.length; i++) {
      last = Math.addExact(last, Math.multiplyExact(sizes[i] - 1, strides[i]));
    }
    return Math.addExact(last, 1);
  }

  /** The bytes of memory that this layout reaches into. */
  long bytes() {
    return Math.multiplyExact(span(), element.bytes());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorLayout layout
        && Arrays.equals(sizes, layout.sizes)
        && Arrays.equals(strides, layout.strides)
        && element == layout.element;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(sizes) + Arrays.hashCode(strides)) + element.ordinal();
  }

  @Override
  public String toString() {
    return Arrays.toString(sizes) + " strides " + Arrays.toString(strides);
  }
}
