package kortex.train;

/**
 * A step that was made.
 *
 * @param epoch number of the epoch, from 1
 * @param epochs number of epochs
 * @param batch number of the batch in the epoch, from 1
 * @param batches number of batches in an epoch
 * @param result what the step gave
 */
public record StepEvent(int epoch, int epochs, int batch, int batches, StepResult result) {}
