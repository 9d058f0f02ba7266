/**
 * The ground floor: what a tensor is made of, and how errors speak.
 *
 * <p>{@link kortex.tensor.DType}, {@link kortex.tensor.Shape} and {@link kortex.tensor.TensorType}
 * describe values; {@link kortex.tensor.KortexException} is the root of every error a user sees.
 *
 * <pre>{@code
 * TensorType type = new TensorType(DType.F32, Shape.of(2, 3));
 * long bytes = type.bytes();   // 24
 * }</pre>
 *
 * <p>Entry type: {@link kortex.tensor.TensorType}. Imports nothing.
 */
@NullMarked
package kortex.tensor;

import org.jspecify.annotations.NullMarked;
