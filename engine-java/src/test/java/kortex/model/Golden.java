package kortex.model;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.io.Safetensors;
import kortex.io.TensorFile;

/** Numbers that another framework computed, by name. */
public record Golden(TensorFile file) {
  /** The file {@code golden/<name>.safetensors}. */
  public static Golden load(String name) {
    String resource = "/golden/" + name + ".safetensors";
    try (var in = Golden.class.getResourceAsStream(resource)) {
      byte[] bytes = in.readAllBytes();
      return new Golden(Safetensors.parse(MemorySegment.ofArray(bytes), resource));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public Storage storage(String name) {
    var stored = file.tensor(name);
    Storage out = Storage.zeros(stored.type());
    out.write(stored.data());
    return out;
  }

  public Tensor tensor(String name) {
    return Tensor.of(storage(name));
  }

  public float[] floats(String name) {
    return tensor(name).toFloatArray();
  }

  /** All values whose names start with {@code prefix}, under the rest of their names. */
  public Map<String, Storage> under(String prefix) {
    Map<String, Storage> out = new LinkedHashMap<>();
    for (String name : file.tensors().keySet()) {
      if (name.startsWith(prefix)) {
        out.put(name.substring(prefix.length()), storage(name));
      }
    }
    return out;
  }
}
