package kortex.model;

/** What a network is called for: dropout and batch normalisation differ. */
public enum Phase {
  /** Inside a training step. */
  TRAINING,
  /** Everywhere else: validation, prediction. */
  INFERENCE
}
