package kortex.io;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kortex.tensor.StorageException;

/**
 * Named tensors and notes about them, as one file holds them. The maps are immutable; whether the
 * data can change depends on the memory they lie in.
 *
 * @param tensors the tensors by name, sorted
 * @param metadata texts by key, sorted
 */
public record TensorFile(
    SortedMap<String, StoredTensor> tensors, SortedMap<String, String> metadata) {
  /** Copies both maps. */
  public TensorFile {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
  }

  /** Tensors without metadata. */
  public static TensorFile of(Map<String, StoredTensor> tensors) {
    return of(tensors, Map.of());
  }

  /** Tensors and metadata. */
  public static TensorFile of(Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    return new TensorFile(new TreeMap<>(tensors), new TreeMap<>(metadata));
  }

  /** The tensor of that name. Throws {@link StorageException} when there is none. */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      String known = tensors.keySet().stream().limit(20).collect(Collectors.joining(", "));
      throw new StorageException(
          "there is no tensor \"%s\"; the file has %d: %s%s"
              .formatted(name, tensors.size(), known, tensors.size() > 20 ? ", …" : ""),
          "Use one of these names, or the file of the network that has this parameter.");
    }
    return tensor;
  }

  @Override
  public String toString() {
    return "TensorFile" + tensors + (metadata.isEmpty() ? "" : " " + metadata);
  }
}
