package kortex.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kortex.data.Dataset;
import kortex.model.Loss;
import kortex.model.Metric;
import kortex.optimizer.Optimizer;
import kortex.session.Precision;
import kortex.tensor.SettingException;

/**
 * How to train.
 *
 * @param loss what is made small
 * @param optimizer how; a schedule without a length takes that of the training
 * @param metrics what is measured, on training batches and validation data
 * @param epochs visits of the whole dataset, 1 or more
 * @param batchSize examples in a step, 1 or more
 * @param seed order of the examples and random numbers of layers
 * @param precision what products run in, in training and validation
 * @param validation data that are measured after every epoch
 * @param earlyStopping when to end before the last epoch
 * @param checkpoint the file that holds the best epoch
 * @param resume the checkpoint to go on from
 * @param callbacks run after steps and epochs
 * @param listeners told of progress
 * @param memory the bytes that a step may take: for parameters, what the optimizer remembers, the
 *     batch and all that is computed; layers are computed again in the backward pass to keep within
 * @param keepStepLosses whether the history has the loss of every step
 */
public record TrainSettings(
    Loss loss,
    Optimizer optimizer,
    List<Metric> metrics,
    int epochs,
    int batchSize,
    long seed,
    Precision precision,
    Optional<Dataset> validation,
    Optional<EarlyStopping> earlyStopping,
    Optional<Path> checkpoint,
    Optional<Path> resume,
    List<Callback> callbacks,
    List<ProgressListener> listeners,
    OptionalLong memory,
    boolean keepStepLosses) {
  /** Throws {@link SettingException} when a number is out of range or a metric is named twice. */
  public TrainSettings {
    metrics = List.copyOf(metrics);
    callbacks = List.copyOf(callbacks);
    listeners = List.copyOf(listeners);
    if (epochs < 1) {
      throw new SettingException("epochs is " + epochs + ", must be 1 or more", "Use epochs = 10.");
    }
    if (batchSize < 1) {
      throw new SettingException(
          "batch is " + batchSize + ", must be 1 or more", "Use a batch such as 32.");
    }
    if (memory.isPresent() && memory.getAsLong() < 1) {
      throw new SettingException(
          "memory is " + memory.getAsLong() + " bytes, must be more than 0",
          "Use an amount such as 2.GiB.");
    }
    List<String> names = metrics.stream().map(Metric::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new SettingException("a metric is named twice: " + names, "Name every metric once.");
    }
  }

  /** Settings with the defaults: 10 epochs, batches of 32, seed 0. */
  public static Builder builder(Loss loss, Optimizer optimizer) {
    return new Builder(loss, optimizer);
  }

  /** What tells the best epoch: what early stopping watches, else the loss on the best data. */
  public Monitor monitor() {
    return earlyStopping
        .map(EarlyStopping::on)
        .orElse(validation.isPresent() ? Monitor.validationLoss() : Monitor.trainLoss());
  }

  /** Gathers settings. Every method returns the builder. */
  public static final class Builder {
    private final Loss loss;
    private final Optimizer optimizer;
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private final List<ProgressListener> listeners = new ArrayList<>();
    private int epochs = 10;
    private int batchSize = 32;
    private long seed;
    private Precision precision = Precision.F32;
    private Optional<Dataset> validation = Optional.empty();
    private Optional<EarlyStopping> earlyStopping = Optional.empty();
    private Optional<Path> checkpoint = Optional.empty();
    private Optional<Path> resume = Optional.empty();
    private OptionalLong memory = OptionalLong.empty();
    private boolean keepStepLosses;

    private Builder(Loss loss, Optimizer optimizer) {
      this.loss = loss;
      this.optimizer = optimizer;
    }

    /** Visits of the whole dataset; default 10. */
    public Builder epochs(int count) {
      epochs = count;
      return this;
    }

    /** Examples in a step; default 32. */
    public Builder batchSize(int examples) {
      batchSize = examples;
      return this;
    }

    /** Where order and random numbers follow from; default 0. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** What products run in; default f32. */
    public Builder precision(Precision products) {
      precision = products;
      return this;
    }

    /** Adds something to measure. */
    public Builder metric(Metric metric) {
      metrics.add(metric);
      return this;
    }

    /** Data to measure after every epoch. */
    public Builder validation(Dataset data) {
      validation = Optional.of(data);
      return this;
    }

    /** When to end before the last epoch. */
    public Builder earlyStopping(EarlyStopping rule) {
      earlyStopping = Optional.of(rule);
      return this;
    }

    /** The file that holds the best epoch. */
    public Builder checkpoint(Path file) {
      checkpoint = Optional.of(file);
      return this;
    }

    /** The checkpoint to go on from. */
    public Builder resume(Path file) {
      resume = Optional.of(file);
      return this;
    }

    /** Adds code to run after steps and epochs. */
    public Builder callback(Callback callback) {
      callbacks.add(callback);
      return this;
    }

    /** Adds a listener. */
    public Builder listener(ProgressListener listener) {
      listeners.add(listener);
      return this;
    }

    /** The most memory that a step may take, in bytes; default no bound. */
    public Builder memory(long bytes) {
      memory = OptionalLong.of(bytes);
      return this;
    }

    /** Whether the history has the loss of every step; default no. */
    public Builder keepStepLosses(boolean keep) {
      keepStepLosses = keep;
      return this;
    }

    /** The settings. Throws {@link SettingException} when one is out of range. */
    public TrainSettings build() {
      return new TrainSettings(
          loss,
          optimizer,
          metrics,
          epochs,
          batchSize,
          seed,
          precision,
          validation,
          earlyStopping,
          checkpoint,
          resume,
          callbacks,
          listeners,
          memory,
          keepStepLosses);
    }
  }
}
