package kortex.train;

/** Code of the user's that runs during a training and may end it. */
public interface Callback {
  /**
   * The number of the next step after step {@code done} that it has to see before the one behind it
   * is made. Until then several steps may be made in one call, and are reported afterwards: {@link
   * Verdict#STOP} at a step that was not announced ends the training behind its call. With large
   * batches it is asked before it has seen step {@code done}.
   */
  default long nextStep(long done) {
    return done + 1;
  }

  /** After every step. */
  default Verdict step(StepEvent event) {
    return Verdict.CONTINUE;
  }

  /** After every epoch. */
  default Verdict epoch(EpochRecord epoch) {
    return Verdict.CONTINUE;
  }
}
