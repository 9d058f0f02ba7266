package kortex.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;
import kortex.tensor.StorageException;

/**
 * The safetensors format (github.com/huggingface/safetensors): the length of the header as 8 bytes
 * little-endian, the header as JSON, then the data of the tensors, end to end.
 *
 * <pre>{@code
 * {"__metadata__": {"epoch": "3"},
 *  "dense/weight": {"dtype": "F32", "shape": [784, 10], "data_offsets": [0, 31360]}}
 * }</pre>
 *
 * <p>Equal content gives equal bytes: the tensors lie in the order of the reference implementation,
 * by element type from wide to narrow and then by name, which also aligns every tensor. Element
 * types are those of {@link kortex.tensor.DType}.
 */
public final class Safetensors {
  /** No header is longer: the limit of the reference implementation. */
  static final int MAX_HEADER = 100_000_000;

  private static final int CHUNK = 1 << 20;

  private Safetensors() {}

  /**
   * Writes a file, replacing an old one as a whole or not at all. Throws {@link StorageException}
   * when that fails, or a name cannot be stored.
   */
  public static void write(Path file, TensorFile content) {
    SafetensorsHeader header = SafetensorsHeader.of(content);
    byte[] json = header.toJson();
    AtomicFile.write(file, channel -> writeTo(channel, header, json, content));
  }

  private static void writeTo(
      WritableByteChannel channel, SafetensorsHeader header, byte[] json, TensorFile content)
      throws IOException {
    // One small buffer for everything: a channel cannot take the memory of a float[], nor 2 GiB.
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
    copy(MemorySegment.ofArray(SafetensorsHeader.lengthPrefix(json.length)), buffer, channel);
    copy(MemorySegment.ofArray(json), buffer, channel);
    for (SafetensorsHeader.Entry entry : header.entries()) {
      copy(content.tensor(entry.name()).data(), buffer, channel);
    }
  }

  private static void copy(MemorySegment from, ByteBuffer buffer, WritableByteChannel channel)
      throws IOException {
    MemorySegment chunk = MemorySegment.ofBuffer(buffer.clear());
    for (long at = 0; at < from.byteSize(); at += CHUNK) {
      int count = (int) Math.min(CHUNK, from.byteSize() - at);
      MemorySegment.copy(from, at, chunk, 0, count);
      buffer.clear().limit(count);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  /**
   * Reads a file. The tensors lie in memory mapped from the file, read-only and loaded as they are
   * touched, or in a copy where the file has them at an address that their element type cannot
   * have; either lives as long as {@code arena}. Replacing the file by {@link #write} leaves what
   * was read intact. Throws {@link StorageException} when the file cannot be read or is not valid.
   */
  public static TensorFile read(Path file, Arena arena) {
    if (Files.isDirectory(file)) {
      throw new StorageException(
          "cannot read " + file + ": it is a folder", "Add the name of a file.");
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return aligned(parse(bytes, file.toString()), arena);
    } catch (NoSuchFileException e) {
      throw new StorageException(
          "there is no file " + file,
          "Correct the path, which starts in " + Path.of("").toAbsolutePath() + ".",
          e);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
  }

  private static TensorFile aligned(TensorFile file, Arena arena) {
    var tensors = new TreeMap<>(file.tensors());
    tensors.replaceAll((name, tensor) -> {
      int width = tensor.type().dtype().bytes();
      if (tensor.data().address() % width == 0) {
        return tensor;
      }
      var copy = arena.allocate(tensor.data().byteSize(), width).copyFrom(tensor.data());
      return new StoredTensor(tensor.type(), copy.asReadOnly());
    });
    return TensorFile.of(tensors, file.metadata());
  }

  /**
   * The content of a whole file that is in memory already. The tensors are read-only views of
   * {@code bytes}, wherever they lie; use unaligned layouts on them. Throws {@link
   * StorageException} when the bytes are not valid.
   *
   * @param source what errors call the bytes, such as the path of the file
   */
  public static TensorFile parse(MemorySegment bytes, String source) {
    return new SafetensorsReader(bytes.asReadOnly(), source).read();
  }
}
