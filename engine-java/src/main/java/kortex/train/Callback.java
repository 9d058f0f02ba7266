package kortex.train;

/** Code of the user's that runs during a training and may end it. */
public interface Callback {
  /** After every step. */
  default Verdict step(StepEvent event) {
    return Verdict.CONTINUE;
  }

  /** After every epoch. */
  default Verdict epoch(EpochRecord epoch) {
    return Verdict.CONTINUE;
  }
}
