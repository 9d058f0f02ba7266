package kortex.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kortex.data.Batches;
import kortex.data.Dataset;
import kortex.model.Network;
import kortex.model.Segments;
import kortex.optimizer.Horizon;
import kortex.optimizer.Optimizer;
import kortex.session.Session;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;

/**
 * Trains a network on a dataset. Everything that can be wrong before the first step is checked and
 * compiled before the first step. Equal seeds give equal bits.
 */
public final class Trainer {
  private final Network network;
  private final Dataset data;
  private final TrainSettings settings;
  private final Batches batches;
  private final TrainStep training;
  private final Optional<Recomputation> recomputation;
  private final Map<Integer, Sized> steps = new LinkedHashMap<>();
  private final Optional<Evaluation> validation;
  private final boolean higherIsBetter;
  private final double minDelta;
  private final Pace pace = new Pace();
  private final ExecutorService background;
  private final List<EpochRecord> epochs = new ArrayList<>();
  private final List<Double> stepLosses = new ArrayList<>();
  private Optional<Snapshot> best = Optional.empty();
  private boolean stopped;

  private record Sized(Feed feed, Loader loader, CompiledStep step) {}

  /** Batches of one size that one call trains on. */
  private record Call(Sized sized, Loader.Load load) {}

  private Trainer(
      Session session,
      Network network,
      Dataset data,
      TrainSettings settings,
      ExecutorService background) {
    this.background = background;
    this.network = network;
    this.data = data;
    this.settings = settings;
    batches =
        Batches.shuffled(data.size(), Math.min(settings.batchSize(), data.size()), settings.seed());
    training = TrainStep.of(session, network, optimizer(), settings.seed());
    recomputation = settings.memory().isPresent() ? Optional.of(recompute()) : Optional.empty();
    for (Batches.Range range : batches.ranges()) {
      steps.computeIfAbsent(range.count(), this::compile);
    }
    validation =
        settings
            .validation()
            .map(v ->
                Evaluation.of(
                    session,
                    network,
                    v,
                    settings.loss(),
                    settings.metrics(),
                    settings.batchSize(),
                    settings.precision()));
    higherIsBetter = settings.monitor().higherIsBetter(settings.metrics());
    minDelta = settings.earlyStopping().map(EarlyStopping::minDelta).orElse(0.0);
  }

  /**
   * Trains and returns what happened. The network is changed in place; with {@code restoreBest} it
   * ends as it was after its best epoch. Throws {@link TrainingException} when the loss is not a
   * finite number, and the errors of data and settings before the first step.
   */
  public static History fit(
      Session session, Network network, Dataset data, TrainSettings settings) {
    FitCheck.data("the training data", network, data);
    settings.validation().ifPresent(v -> FitCheck.data("the validation data", network, v));
    FitCheck.monitor(settings.monitor(), settings.metrics(), settings.validation().isPresent());
    settings.checkpoint().ifPresent(Checkpoint::requireWritable);
    try (ExecutorService background = Executors.newSingleThreadExecutor(Trainer::daemon)) {
      return new Trainer(session, network, data, settings, background).run();
    }
  }

  private static Thread daemon(Runnable task) {
    return Thread.ofPlatform().daemon().name("batches").unstarted(task);
  }

  private Optimizer optimizer() {
    long total = Math.multiplyExact((long) batches.count(), settings.epochs());
    Optimizer optimizer = settings.optimizer();
    return optimizer.withRate(optimizer.rate().over(new Horizon(batches.count(), total)));
  }

  /**
   * Finds out how a step of the first batch, than which none is larger, fits the memory that is
   * given to it.
   */
  private Recomputation recompute() {
    Feed feed = feed(batches.range(0).count());
    return Recomputation.choose(
        settings.memory().orElseThrow(),
        network.spec(),
        again ->
            training.footprint(
                () -> feed.pass(network, settings.loss()), again, settings.precision()));
  }

  private Feed feed(int size) {
    return new Feed(data, size, batches.ofSize(size), settings.metrics());
  }

  private Sized compile(int size) {
    Feed feed = feed(size);
    Segments again = recomputation.map(Recomputation::segments).orElse(Segments.NONE);
    CompiledStep step =
        training.compile(() -> feed.pass(network, settings.loss()), again, settings.precision());
    return new Sized(feed, new Loader(feed, background), step);
  }

  private History run() {
    Progress progress = settings.resume().map(this::resume).orElse(Progress.START);
    settings.listeners().forEach(l -> l.started(settings, batches.count(), data.size()));
    recomputation.ifPresent(r -> settings.listeners().forEach(l -> l.planned(r)));
    String end = "all epochs done";
    while (progress.epochs() < settings.epochs() && !stopped) {
      progress = finish(epoch(progress.epochs()), progress);
      if (exhausted(progress)) {
        end =
            "stopped early: the "
                + settings.monitor()
                + " did not improve for "
                + progress.stale()
                + " epochs";
        break;
      }
    }
    best.ifPresent(snapshot -> snapshot.restore(network));
    History history =
        new History(
            epochs,
            settings.monitor(),
            higherIsBetter,
            stepLosses,
            stopped ? "stopped by a callback" : end);
    settings.listeners().forEach(l -> l.finished(history));
    return history;
  }

  private Progress resume(Path file) {
    Map<String, String> metadata = Checkpoint.load(file, network, training);
    String seed = Long.toString(settings.seed());
    String trainedWith = metadata.getOrDefault("seed", seed);
    if (!trainedWith.equals(seed)) {
      throw new SettingException(
          "the seed is " + seed + ", that of the checkpoint " + file + " is " + trainedWith,
          "Set seed = " + trainedWith + " to go on.");
    }
    if (restoresBest()) {
      best = Optional.of(Snapshot.of(network));
    }
    return progress(file, metadata);
  }

  private Progress progress(Path file, Map<String, String> metadata) {
    try {
      int done = Integer.parseInt(metadata.getOrDefault("epoch", ""));
      if (done >= settings.epochs()) {
        throw new DataException(
            "the checkpoint " + file + " is from epoch " + done + " of " + settings.epochs(),
            "Set epochs above " + done + " to go on.");
      }
      double value = Double.parseDouble(metadata.getOrDefault("best", ""));
      // What another quantity was best at says nothing about this one.
      boolean same = settings.monitor().toString().equals(metadata.get("monitor"));
      return new Progress(done, same ? OptionalDouble.of(value) : OptionalDouble.empty(), 0);
    } catch (NumberFormatException e) {
      throw new DataException(
          "the checkpoint " + file + " does not say where its training was: " + metadata,
          "Load it into the network and start a new training.",
          e);
    }
  }

  private boolean restoresBest() {
    return settings.earlyStopping().filter(EarlyStopping::restoreBest).isPresent();
  }

  private boolean exhausted(Progress progress) {
    return settings.earlyStopping().filter(e -> progress.stale() >= e.patience()).isPresent();
  }

  private EpochRecord epoch(int index) {
    long start = System.nanoTime();
    ScoreSum sum = new ScoreSum(settings.metrics());
    StepResult end = train(index, sum);
    double trained = (System.nanoTime() - start) * 1e-9;
    Optional<Scores> scores = validation.map(Evaluation::run);
    scores.ifPresent(s -> requireFinite(s.loss(), "validation loss", index, end));
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new EpochRecord(
        index + 1,
        end.step(),
        sum.scores(),
        scores,
        end.learningRate(),
        sum.examples() / trained,
        seconds);
  }

  private StepResult train(int epoch, ScoreSum sum) {
    int[] order = batches.order(epoch);
    StepResult last = new StepResult(training.steps(), 0, 0);
    Optional<Call> next = Optional.of(call(order, 0, last.step()));
    while (next.isPresent() && !stopped) {
      Call call = next.get();
      long start = System.nanoTime();
      Loader loader = call.sized().loader();
      loader.load(call.load());
      int done = call.load().first().index() + call.load().count();
      if (loader.isLarge()) {
        next = behind(order, done, last.step() + call.load().count());
        next.ifPresent(n -> n.sized().loader().ahead(n.load()));
      }
      last = make(epoch, call, sum);
      pace.took(call.load().count(), System.nanoTime() - start);
      if (!loader.isLarge()) {
        next = behind(order, done, last.step());
      }
    }
    return last;
  }

  private Optional<Call> behind(int[] order, int batch, long done) {
    return batch < batches.count() ? Optional.of(call(order, batch, done)) : Optional.empty();
  }

  /** The batches of the next call: those of one size, until a callback has to see a step. */
  private Call call(int[] order, int batch, long done) {
    Batches.Range first = batches.range(batch);
    Sized sized = Optional.ofNullable(steps.get(first.count())).orElseThrow();
    long most = Math.min(sized.feed().most(), pace.updates());
    for (Callback callback : settings.callbacks()) {
      most = Math.min(most, Math.max(1, callback.nextStep(done) - done));
    }
    int count = batches.alike(batch, (int) most);
    return new Call(sized, new Loader.Load(order, first, count));
  }

  private StepResult make(int epoch, Call call, ScoreSum sum) {
    Feed feed = call.sized().feed();
    int count = call.load().count();
    CompiledStep.Updates updates = call.sized().step().run(count, feed.slices());
    for (int i = 0; i < count; i++) {
      int update = i;
      StepResult result = updates.results().get(update);
      requireFinite(result.loss(), "loss", epoch, result);
      sum.addLoss(result.loss(), feed.size());
      feed.collect((output, to) -> updates.read(update, output, to), sum);
      if (settings.keepStepLosses()) {
        stepLosses.add(result.loss());
      }
      report(epoch, call.load().first().index() + update, result);
    }
    return updates.results().getLast();
  }

  private void report(int epoch, int batch, StepResult result) {
    StepEvent event =
        new StepEvent(epoch + 1, settings.epochs(), batch + 1, batches.count(), result);
    settings.listeners().forEach(l -> l.step(event));
    settings.callbacks().forEach(c -> stopped |= c.step(event) == Verdict.STOP);
  }

  private static void requireFinite(double loss, String what, int epoch, StepResult at) {
    if (!Double.isFinite(loss)) {
      throw new TrainingException(
          "the "
              + what
              + " is "
              + loss
              + " in epoch "
              + (epoch + 1)
              + ", step "
              + at.step()
              + ", at a learning rate of "
              + at.learningRate(),
          "Lower the learning rate, clip the gradients (clipNorm = 1.0), or scale the inputs.");
    }
  }

  /** Files an epoch: record, callbacks, best parameters, checkpoint. */
  private Progress finish(EpochRecord epoch, Progress before) {
    Progress after = before.after(settings.monitor().of(epoch), higherIsBetter, minDelta);
    epochs.add(epoch);
    if (after.improved()) {
      if (restoresBest()) {
        best = Optional.of(Snapshot.of(network));
      }
      settings.checkpoint().ifPresent(file -> save(file, after));
    }
    settings.listeners().forEach(l -> l.epoch(epoch));
    settings.callbacks().forEach(c -> stopped |= c.epoch(epoch) == Verdict.STOP);
    return after;
  }

  private void save(Path file, Progress progress) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("epoch", Integer.toString(progress.epochs()));
    metadata.put("step", Long.toString(training.steps()));
    metadata.put("seed", Long.toString(settings.seed()));
    metadata.put("monitor", settings.monitor().toString());
    metadata.put("best", Double.toString(progress.best().orElse(Double.NaN)));
    Checkpoint.save(file, network, training, metadata);
  }
}
