/**
 * oneDNN's matrix products, convolutions and pooling, on raw addresses.
 *
 * <p>{@link kortex.backend.cpu.onednn.OneDnn} is the entry. A primitive is created once for fixed
 * shapes, which costs from tens of microseconds to some milliseconds, and executed many times,
 * which costs no allocation and less than a microsecond of Java. Values are f32, or bf16 where a
 * {@link kortex.backend.cpu.onednn.TensorLayout} says so: oneDNN has no f64 on the CPU, so callers
 * keep another way for that. Sizes are at least 1; empty tensors are the caller's affair. May
 * import {@code kortex.backend.cpu.natives} and {@code kortex.tensor}.
 *
 * <pre>{@code
 * try (OneDnn dnn = OneDnn.open(libraries);
 *     MatMulPrimitive product =
 *         MatMulPrimitive.create(
 *             dnn,
 *             TensorLayout.dense(64, 784),
 *             TensorLayout.dense(512, 784).transposed(),
 *             TensorLayout.dense(64, 512),
 *             Epilogue.NONE.withBias())) {
 *   product.execute(input, weights, List.of(bias), output);
 * }
 * }</pre>
 */
@NullMarked
package kortex.backend.cpu.onednn;

import org.jspecify.annotations.NullMarked;
