package kortex.train;

/**
 * What one update gave.
 *
 * @param step its number, from 1
 * @param loss the loss before the update, without the penalties that layers declare
 * @param learningRate the rate it was made with
 */
public record StepResult(long step, double loss, double learningRate) {}
