package kortex.train;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import kortex.graph.Storage;
import kortex.io.Safetensors;
import kortex.io.StoredTensor;
import kortex.io.TensorFile;
import kortex.model.Network;
import kortex.model.StateDict;
import kortex.tensor.StorageException;

/**
 * Networks in safetensors files: parameters and states under their names, what an optimizer
 * remembers under {@code optimizer/…}, the rest as metadata.
 */
public final class Checkpoint {
  private static final String OPTIMIZER = "optimizer/";

  private Checkpoint() {}

  /** Saves parameters and states. Replaces the file as a whole or not at all. */
  public static void save(Path file, Network network) {
    write(file, network.state(), Map.of());
  }

  /** Saves parameters, states and all that is needed to go on training. */
  public static void save(
      Path file, Network network, TrainStep training, Map<String, String> metadata) {
    Map<String, Storage> values = new LinkedHashMap<>(network.state());
    values.putAll(training.state());
    write(file, values, metadata);
  }

  private static void write(Path file, Map<String, Storage> values, Map<String, String> metadata) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    values.forEach((name, s) -> tensors.put(name, new StoredTensor(s.type(), s.host())));
    Safetensors.write(file, TensorFile.of(tensors, metadata));
  }

  /**
   * Loads parameters and states, and returns the metadata. Throws {@code DataException} that lists
   * every name and type that does not fit; then nothing is loaded.
   */
  public static Map<String, String> load(Path file, Network network) {
    try (Arena arena = Arena.ofConfined()) {
      TensorFile content = Safetensors.read(file, arena);
      Map<String, Storage> values = storages(content);
      values.keySet().removeIf(name -> name.startsWith(OPTIMIZER));
      network.load(values);
      return content.metadata();
    }
  }

  /** Loads all that {@link #save(Path, Network, TrainStep, Map)} saved. */
  public static Map<String, String> load(Path file, Network network, TrainStep training) {
    try (Arena arena = Arena.ofConfined()) {
      TensorFile content = Safetensors.read(file, arena);
      Map<String, Storage> targets = new LinkedHashMap<>(network.state());
      targets.putAll(training.state());
      StateDict.load(targets, storages(content));
      return content.metadata();
    }
  }

  private static Map<String, Storage> storages(TensorFile content) {
    return content.tensors().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                e -> Storage.of(e.getValue().type(), e.getValue().data()),
                (a, b) -> a,
                LinkedHashMap::new));
  }

  /** Throws {@link StorageException} unless a file can be written there. */
  static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw new StorageException(
          "cannot write the checkpoint " + file + ": it is a folder",
          "Add the name of a file in it.");
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new StorageException(
          "cannot write the checkpoint " + file + ": there is no folder " + folder,
          "Create the folder, or correct the path.");
    }
    try {
      Files.delete(Files.createTempFile(folder, ".kortex-", ".probe"));
    } catch (IOException e) {
      throw new StorageException(
          "cannot write the checkpoint " + file + ": no file can be made in " + folder,
          "Choose a folder that you may write to.",
          e);
    }
  }
}
