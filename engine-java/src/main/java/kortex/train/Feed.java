package kortex.train;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kortex.data.Batches;
import kortex.data.Dataset;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Loss;
import kortex.model.Metric;
import kortex.model.Network;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Where batches of one size go in, several for a call if they are small, and the totals of metrics
 * come out.
 */
final class Feed {
  /** What a call reads and gives takes no more than this: it should stay in the caches. */
  private static final long CALL_BYTES = 256 << 10;

  private static final int MOST = 256;

  private final Dataset data;
  private final int size;
  private final List<Metric> metrics;
  private final int available;
  private int most = 1;
  private final Storage inputs;
  private final Storage targets;

  /** What is read instead, batch for batch; empty when a call has one batch. */
  private final Map<Storage, Storage> slices = new LinkedHashMap<>();

  private final List<TensorType> totals = new ArrayList<>();
  private final List<MemorySegment> hostTotals = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();

  /** How an output of a compiled computation is read. */
  interface Reader {
    void read(int output, MemorySegment destination);
  }

  /**
   * Batches on the host, on the way to a call.
   *
   * @param inputs of all batches, one behind the other
   * @param targets of all batches, one behind the other
   */
  record Staged(MemorySegment inputs, MemorySegment targets) {}

  /**
   * @param size examples of a batch
   * @param available how many batches of this size an epoch has
   */
  Feed(Dataset data, int size, int available, List<Metric> metrics) {
    this.data = data;
    this.size = size;
    this.available = available;
    this.metrics = metrics;
    inputs = Storage.zeros(data.inputType(size));
    targets = Storage.zeros(data.targetType(size));
  }

  /** Decides how many batches a call can have, when it is known what comes out for each. */
  private void fit() {
    long bytes = bytes() + totals.stream().mapToLong(TensorType::bytes).sum();
    most = Math.clamp(CALL_BYTES / Math.max(1, bytes), 1, Math.min(MOST, available));
    slices.clear();
    if (most > 1) {
      slices.put(inputs, Storage.zeros(several(inputs.type())));
      slices.put(targets, Storage.zeros(several(targets.type())));
    }
  }

  /** Whether collecting a batch takes longer than handing it over. */
  boolean isLarge() {
    return bytes() > CALL_BYTES / 2;
  }

  private TensorType several(TensorType type) {
    return new TensorType(type.dtype(), Shape.of(most * type.size()));
  }

  /** The size of a batch in bytes. */
  private long bytes() {
    return inputs.type().bytes() + targets.type().bytes();
  }

  /** The number of examples in a batch. */
  int size() {
    return size;
  }

  /** How many batches a call can have; known behind {@link #pass}. */
  int most() {
    return most;
  }

  /** What a call reads instead of the storages of the pass. */
  Map<Storage, Storage> slices() {
    return slices;
  }

  /** Loss and metrics of a batch, as graph. */
  Pass pass(Network network, Loss loss) {
    Tensor output = network.call(Tensor.of(inputs));
    Tensor target = Tensor.of(targets);
    List<Tensor> expressions = new ArrayList<>();
    totals.clear();
    hostTotals.clear();
    counts.clear();
    for (Metric metric : metrics) {
      Tensor total = metric.total(output, target);
      expressions.add(total);
      totals.add(total.type());
      hostTotals.add(HostMemory.allocate(total.type()));
      counts.add(metric.count(output.shape()));
    }
    fit();
    return new Pass(loss.of(output, target), expressions);
  }

  /** Host memory for the batches of a call. */
  Staged stage() {
    return new Staged(
        HostMemory.allocate(whole(inputs).type()), HostMemory.allocate(whole(targets).type()));
  }

  private Storage whole(Storage batch) {
    return slices.getOrDefault(batch, batch);
  }

  /** Collects {@code count} batches from batch {@code first} of the order on. */
  void gather(int[] order, Batches.Range first, int count, Staged into) {
    data.gatherInputs(order, first.from(), first.count() * count, into.inputs());
    data.gatherTargets(order, first.from(), first.count() * count, into.targets());
  }

  /** Puts batches in. */
  void put(Staged batches) {
    whole(inputs).write(batches.inputs());
    whole(targets).write(batches.targets());
  }

  /** Adds what an update computed for the metrics. */
  void collect(Reader reader, ScoreSum sum) {
    for (int i = 0; i < metrics.size(); i++) {
      MemorySegment host = hostTotals.get(i);
      reader.read(i, host);
      double[] total = new double[Math.toIntExact(totals.get(i).size())];
      DType dtype = totals.get(i).dtype();
      for (int k = 0; k < total.length; k++) {
        total[k] = HostMemory.get(host, dtype, k);
      }
      sum.addMetric(i, total, counts.get(i));
    }
  }
}
