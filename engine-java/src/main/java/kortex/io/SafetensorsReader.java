package kortex.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import kortex.io.SafetensorsHeader.Entry;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.StorageException;
import kortex.tensor.TensorType;

/**
 * Reads a safetensors file that nobody vouches for. Every number is checked before it is used:
 * nothing is allocated for a size that the file only claims.
 */
final class SafetensorsReader {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Set<String> OTHER_DTYPES =
      Set.of(
          "U16", "U32", "U64", "C64", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F6_E2M3", "F6_E3M2", "F4");

  /** No tensor has more axes; a longer shape could only fill an error message. */
  private static final int MAX_RANK = 64;

  private final MemorySegment bytes;
  private final String source;
  private final TreeMap<String, String> metadata = new TreeMap<>();
  private final List<Entry> entries = new ArrayList<>();

  SafetensorsReader(MemorySegment bytes, String source) {
    this.bytes = bytes;
    this.source = source;
  }

  TensorFile read() {
    MemorySegment header = header();
    try (JsonParser json = SafetensorsJson.parser(header.toArray(ValueLayout.JAVA_BYTE))) {
      readHeader(json);
    } catch (IOException e) {
      throw damaged("the header is not valid JSON: " + SafetensorsJson.describe(e));
    }
    MemorySegment data = bytes.asSlice(Long.BYTES + header.byteSize());
    checkCover(data.byteSize());
    var tensors = new TreeMap<String, StoredTensor>();
    for (Entry entry : entries) {
      tensors.put(entry.name(), tensor(entry, data));
    }
    return TensorFile.of(tensors, metadata);
  }

  private MemorySegment header() {
    long size = bytes.byteSize();
    if (size < Long.BYTES) {
      throw damaged("it has %d bytes, fewer than the 8 of the header's length".formatted(size));
    }
    long length = bytes.get(LENGTH, 0);
    if (length < 0 || length > Safetensors.MAX_HEADER) {
      throw damaged(
          "the header would have %s bytes, at most %d are allowed"
              .formatted(Long.toUnsignedString(length), Safetensors.MAX_HEADER));
    }
    if (length > size - Long.BYTES) {
      throw damaged(
          "the header would have %d bytes, but only %d follow"
              .formatted(length, size - Long.BYTES));
    }
    return bytes.asSlice(Long.BYTES, length);
  }

  private void readHeader(JsonParser json) throws IOException {
    expect(json, json.nextToken(), JsonToken.START_OBJECT, "the header");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      expect(json, json.nextToken(), JsonToken.START_OBJECT, quoted(name));
      if (name.equals(SafetensorsHeader.METADATA)) {
        readMetadata(json);
      } else {
        entries.add(readEntry(json, name));
      }
    }
    if (json.nextToken() != null) {
      throw damaged("the header goes on after its end");
    }
  }

  private void readMetadata(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      expect(json, json.nextToken(), JsonToken.VALUE_STRING, "the metadata " + quoted(key));
      metadata.put(key, json.getText());
    }
  }

  private Entry readEntry(JsonParser json, String name) throws IOException {
    String dtype = "";
    long[] shape = {-1};
    long[] offsets = {};
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      String what = "the " + field + " of " + quoted(name);
      JsonToken value = json.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(json, value, JsonToken.VALUE_STRING, what);
          dtype = json.getText();
        }
        case "shape" -> shape = readSizes(json, what);
        case "data_offsets" -> offsets = readSizes(json, what);
        default -> json.skipChildren(); // The reference implementation ignores other fields too.
      }
    }
    if (dtype.isEmpty() || Arrays.equals(shape, new long[] {-1}) || offsets.length != 2) {
      throw damaged(quoted(name) + " needs a dtype, a shape and two data_offsets");
    }
    TensorType type = new TensorType(dtype(name, dtype), Shape.of(shape));
    return checked(new Entry(name, type, offsets[0], offsets[1]));
  }

  private long[] readSizes(JsonParser json, String what) throws IOException {
    expect(json, json.currentToken(), JsonToken.START_ARRAY, what);
    long[] sizes = new long[4];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json, json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      long size = json.getLongValue();
      if (size < 0) {
        throw damaged(what + " has the negative number " + size);
      }
      if (count == MAX_RANK) {
        throw damaged(what + " has more than " + MAX_RANK + " numbers");
      }
      sizes = count == sizes.length ? Arrays.copyOf(sizes, count * 2) : sizes;
      sizes[count++] = size;
    }
    return Arrays.copyOf(sizes, count);
  }

  private DType dtype(String name, String label) {
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(label)) {
        return dtype;
      }
    }
    if (OTHER_DTYPES.contains(label)) {
      throw new StorageException(
          "%s: %s has elements of type %s, which this version does not read"
              .formatted(source, quoted(name), label),
          "Convert the tensor to F32 or another type that is listed in docs/dtypes.md, and save it"
              + " again.");
    }
    throw damaged("%s has the unknown dtype %s".formatted(quoted(name), quoted(label)));
  }

  private Entry checked(Entry entry) {
    long needed;
    try {
      needed = entry.type().bytes();
    } catch (ShapeException e) {
      throw damaged("%s has the impossible type %s".formatted(quoted(entry.name()), entry.type()));
    }
    if (entry.begin() > entry.end() || entry.end() - entry.begin() != needed) {
      throw damaged(
          "%s of type %s needs %d bytes, but its data_offsets are [%d, %d]"
              .formatted(quoted(entry.name()), entry.type(), needed, entry.begin(), entry.end()));
    }
    return entry;
  }

  /** The data must be the tensors end to end: a gap could hide something, an overlap is a trick. */
  private void checkCover(long size) {
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = 0;
    for (Entry entry : entries) {
      if (entry.begin() != end) {
        throw damaged(
            "the data of %s begin at %d, but the tensors before end at %d"
                .formatted(quoted(entry.name()), entry.begin(), end));
      }
      end = entry.end();
    }
    if (end != size) {
      throw damaged("the tensors have %d bytes, the file has %d".formatted(end, size));
    }
  }

  private StoredTensor tensor(Entry entry, MemorySegment data) {
    MemorySegment slice = data.asSlice(entry.begin(), entry.end() - entry.begin());
    if (entry.type().dtype() == DType.BOOL) {
      for (long i = 0; i < slice.byteSize(); i++) {
        int value = slice.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
        if (value > 1) {
          throw damaged(
              "element %d of the bools of %s is %d, neither 0 nor 1"
                  .formatted(i, quoted(entry.name()), value));
        }
      }
    }
    return new StoredTensor(entry.type(), slice);
  }

  private void expect(JsonParser json, JsonToken found, JsonToken expected, String what)
      throws IOException {
    if (found != expected) {
      throw damaged(
          "%s is %s, not %s"
              .formatted(
                  what,
                  found == null ? "missing" : quoted(json.getText()),
                  SafetensorsJson.name(expected)));
    }
  }

  private static String quoted(String text) {
    return "\"" + (text.length() <= 80 ? text : text.substring(0, 80) + "…") + "\"";
  }

  private StorageException damaged(String how) {
    return new StorageException(
        source + " is not a valid safetensors file: " + how,
        "Fetch or save the file again; it may have been cut off or changed.");
  }
}
