package kortex.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import kortex.tensor.DType;
import kortex.tensor.StorageException;
import kortex.tensor.TensorType;

/**
 * What the header of a safetensors file says, in the order of the data.
 *
 * @param entries the tensors, whose data lie end to end
 * @param metadata texts by key
 */
record SafetensorsHeader(List<Entry> entries, SortedMap<String, String> metadata) {
  /** The key of the metadata, which no tensor can have as its name. */
  static final String METADATA = "__metadata__";

  /** The order in which the reference implementation writes element types: from wide to narrow. */
  private static final List<DType> ORDER =
      List.of(
          DType.I64,
          DType.F64,
          DType.F32,
          DType.I32,
          DType.BF16,
          DType.F16,
          DType.I16,
          DType.I8,
          DType.U8,
          DType.BOOL);

  private static final int ALIGNMENT = 8;

  /** One tensor: its data are the bytes from {@code begin} up to {@code end} after the header. */
  record Entry(String name, TensorType type, long begin, long end) {}

  static SafetensorsHeader of(TensorFile content) {
    Comparator<Map.Entry<String, StoredTensor>> byType =
        Comparator.comparingInt(tensor -> ORDER.indexOf(tensor.getValue().type().dtype()));
    List<Entry> entries = new ArrayList<>();
    long end = 0;
    for (var tensor :
        content.tensors().entrySet().stream()
            .sorted(byType.thenComparing(Map.Entry.comparingByKey()))
            .toList()) {
      long begin = end;
      end = Math.addExact(begin, tensor.getValue().data().byteSize());
      entries.add(new Entry(tensor.getKey(), tensor.getValue().type(), begin, end));
    }
    return new SafetensorsHeader(List.copyOf(entries), content.metadata());
  }

  /** The header as UTF-8, padded with spaces so that the data begin at a multiple of 8. */
  byte[] toJson() {
    byte[] json = encoded();
    int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
    if (length > Safetensors.MAX_HEADER) {
      throw new StorageException(
          "the header has %d bytes, at most %d are allowed"
              .formatted(length, Safetensors.MAX_HEADER),
          "Use shorter names, fewer tensors or less metadata.");
    }
    byte[] padded = Arrays.copyOf(json, length);
    Arrays.fill(padded, json.length, length, (byte) ' ');
    return padded;
  }

  /** Encoded here, and strictly: half a character of a name would silently become another. */
  private byte[] encoded() {
    var text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      writeMetadata(json);
      for (Entry entry : entries) {
        writeEntry(json, entry);
      }
      json.writeEndObject();
      json.flush();
      ByteBuffer bytes =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text.getBuffer()));
      byte[] encoded = new byte[bytes.remaining()];
      bytes.get(encoded);
      return encoded;
    } catch (IOException e) {
      throw new StorageException(
          "a name or a text of the metadata is not Unicode, and cannot be stored",
          "Use names of whole characters.",
          e);
    }
  }

  /** The 8 bytes before a header of {@code length} bytes. */
  static byte[] lengthPrefix(int length) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  private void writeMetadata(JsonGenerator json) throws IOException {
    if (metadata.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(METADATA);
    for (var text : metadata.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  private static void writeEntry(JsonGenerator json, Entry entry) throws IOException {
    if (entry.name().equals(METADATA)) {
      throw new StorageException(
          "a tensor cannot be named " + METADATA + ", which the format reserves",
          "Give the tensor another name.");
    }
    json.writeObjectFieldStart(entry.name());
    json.writeStringField("dtype", entry.type().dtype().name());
    json.writeFieldName("shape");
    long[] extents = entry.type().shape().toArray();
    json.writeArray(extents, 0, extents.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {entry.begin(), entry.end()}, 0, 2);
    json.writeEndObject();
  }
}
