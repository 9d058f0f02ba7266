package kortex.model;

import kortex.tensor.Shape;

/**
 * A value that a layer keeps without training it, stored in checkpoints under {@code path/name}.
 *
 * @param name the last part of the checkpoint key, such as {@code mean}
 * @param shape extents
 * @param initial the number it starts from, everywhere
 */
public record StateSpec(String name, Shape shape, double initial) {}
