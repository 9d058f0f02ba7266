package kortex.op;

import java.util.ArrayList;
import java.util.List;
import kortex.tensor.Axis;
import kortex.tensor.Shape;

/** Where images have their channels. */
public enum Format {
  /** {@code [batch, channels, spatial..]}, as users see images. */
  CHANNELS_FIRST,
  /** {@code [batch, spatial.., channels]}: what belongs to one place is side by side in memory. */
  CHANNELS_LAST;

  /** The axis of the channels of images of a rank. */
  public int channels(int rank) {
    return this == CHANNELS_FIRST ? 1 : rank - 1;
  }

  /** The first spatial axis; the others follow it. */
  public int spatial() {
    return this == CHANNELS_FIRST ? 2 : 1;
  }

  /** The axes of an image with channels first in the order of this format. */
  public List<Integer> order(int rank) {
    List<Integer> out = new ArrayList<>(Axis.range(0, rank));
    out.add(channels(rank), out.remove(1));
    return List.copyOf(out);
  }

  /** The shape with channels first of an image of this format. */
  Shape first(Shape image) {
    int channels = channels(image.rank());
    Shape rest = image.take(channels);
    for (int axis = channels + 1; axis < image.rank(); axis++) {
      rest = rest.insert(rest.rank(), image.extent(axis));
    }
    return rest.insert(1, image.extent(channels));
  }

  /** The shape in this format of an image with channels first. */
  Shape of(Shape first) {
    return Shape.of(order(first.rank()).stream().map(first::extent).toList());
  }
}
