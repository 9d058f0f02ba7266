/**
 * Files: what a run leaves behind and finds again.
 *
 * <p>{@link kortex.io.AtomicFile} replaces a file as a whole or not at all; {@link
 * kortex.io.Safetensors} stores named tensors in the format of the safetensors project. What is
 * read is not trusted: a damaged or hostile file is a {@link kortex.tensor.StorageException}, never
 * a crash.
 *
 * <pre>{@code
 * Safetensors.write(Path.of("net.safetensors"), TensorFile.of(Map.of("dense/weight", weight)));
 * try (Arena arena = Arena.ofConfined()) {
 *   TensorFile file = Safetensors.read(Path.of("net.safetensors"), arena);
 *   StoredTensor weight = file.tensor("dense/weight");
 * }
 * }</pre>
 *
 * <p>Entry type: {@link kortex.io.Safetensors}. May import {@code kortex.tensor}.
 */
@NullMarked
package kortex.io;

import org.jspecify.annotations.NullMarked;
