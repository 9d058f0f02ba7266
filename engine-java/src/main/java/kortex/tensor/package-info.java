/**
 * The ground floor: what a tensor is made of, and how errors speak.
 *
 * <p>{@link kortex.tensor.DType}, {@link kortex.tensor.Shape} and {@link kortex.tensor.TensorType}
 * describe values; {@link kortex.tensor.KortexException} is the root of every error a user sees.
 * Imports nothing.
 */
@NullMarked
package kortex.tensor;

import org.jspecify.annotations.NullMarked;
