package kortex.train;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.data.Batches;
import kortex.data.Dataset;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Loss;
import kortex.model.Metric;
import kortex.model.Network;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Where batches of one size go in, and the totals of metrics come out. */
final class Feed {
  private final Dataset data;
  private final List<Metric> metrics;
  private final Storage inputs;
  private final Storage targets;
  private final MemorySegment hostInputs;
  private final MemorySegment hostTargets;
  private final List<TensorType> totals = new ArrayList<>();
  private final List<MemorySegment> hostTotals = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();

  /** How an output of a compiled computation is read. */
  interface Reader {
    void read(int output, MemorySegment destination);
  }

  Feed(Dataset data, int size, List<Metric> metrics) {
    this.data = data;
    this.metrics = metrics;
    inputs = Storage.zeros(data.inputType(size));
    targets = Storage.zeros(data.targetType(size));
    hostInputs = HostMemory.allocate(inputs.type());
    hostTargets = HostMemory.allocate(targets.type());
  }

  /** Loss and metrics of a batch, as graph. */
  Pass pass(Network network, Loss loss) {
    Tensor output = network.call(Tensor.of(inputs));
    Tensor target = Tensor.of(targets);
    List<Tensor> expressions = new ArrayList<>();
    for (Metric metric : metrics) {
      Tensor total = metric.total(output, target);
      expressions.add(total);
      totals.add(total.type());
      hostTotals.add(HostMemory.allocate(total.type()));
      counts.add(metric.count(output.shape()));
    }
    return new Pass(loss.of(output, target), expressions);
  }

  /** Puts a batch in. */
  void fill(int[] order, Batches.Range range) {
    data.gatherInputs(order, range.from(), range.count(), hostInputs);
    data.gatherTargets(order, range.from(), range.count(), hostTargets);
    inputs.write(hostInputs);
    targets.write(hostTargets);
  }

  /** Adds what the last run computed for the metrics. */
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
