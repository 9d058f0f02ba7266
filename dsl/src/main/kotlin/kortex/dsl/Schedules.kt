package kortex.dsl

import java.util.Optional
import kortex.optimizer.Cosine as CosineSchedule
import kortex.optimizer.Exponential as ExponentialSchedule
import kortex.optimizer.Schedule as EngineSchedule

/** The learning rate as a function of the step; a bare number is a constant one. */
public typealias Schedule = EngineSchedule

/**
 * Half a cosine wave from [rate] down to [floor]: `floor + (rate − floor) · (1 + cos(π · t / total)) / 2`, with t
 * counted after the warm-up (Loshchilov and Hutter, 2017).
 *
 * @param rate the highest rate, above 0
 * @param warmup a linear rise at the start
 * @param total when the floor is reached, warm-up included; the whole training when null
 * @param floor the lowest rate, from 0 to [rate]
 * @throws kortex.tensor.SettingException when a value is out of range
 */
public fun cosine(
    rate: Double, warmup: TrainingSpan = 0.steps, total: TrainingSpan? = null, floor: Double = 0.0
): Schedule = CosineSchedule(rate, Optional.ofNullable(total?.span), warmup.span, floor)

/**
 * `rate · decay^(t / every)`: after each stretch of [every] the rate is [decay] times what it was.
 *
 * @param rate the rate of the first step, above 0
 * @param decay above 0, at most 1
 * @param every how long one decay takes
 * @param staircase whether the rate stays constant in between
 * @throws kortex.tensor.SettingException when a value is out of range
 */
public fun exponential(
    rate: Double, decay: Double = 0.98, every: TrainingSpan = 1.epochs, staircase: Boolean = false
): Schedule = ExponentialSchedule(rate, decay, every.span, staircase)
