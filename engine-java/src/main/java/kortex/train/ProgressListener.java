package kortex.train;

/** Watches a training, to draw it. Called on the thread that trains. */
public interface ProgressListener {
  /** Before the first step, when everything is compiled. */
  default void started(TrainSettings settings, int batchesPerEpoch, int examples) {}

  /** Before the first step, when the training was given a memory budget. */
  default void planned(Recomputation plan) {}

  /** After every step; steps of small networks are made several in a call, and reported then. */
  default void step(StepEvent event) {}

  /** After every epoch. */
  default void epoch(EpochRecord epoch) {}

  /** After the last epoch. */
  default void finished(History history) {}
}
