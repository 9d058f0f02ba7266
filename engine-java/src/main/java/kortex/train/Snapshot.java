package kortex.train;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import kortex.model.Network;

/** The parameters and states of a network at one moment, in host memory. */
record Snapshot(Map<String, MemorySegment> data) {
  static Snapshot of(Network network) {
    Map<String, MemorySegment> copies = new LinkedHashMap<>();
    network.state().forEach((name, storage) -> copies.put(name, storage.copy()));
    return new Snapshot(copies);
  }

  void restore(Network network) {
    network
        .state()
        .forEach((name, storage) -> storage.write(Objects.requireNonNull(data.get(name))));
  }
}
