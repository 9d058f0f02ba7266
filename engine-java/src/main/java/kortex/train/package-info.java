/**
 * Training. {@link kortex.train.Trainer#fit} runs epochs over a dataset and returns a {@link
 * kortex.train.History}; {@link kortex.train.TrainStep} is one update, for loops written by hand;
 * {@link kortex.train.Evaluation} measures; {@link kortex.train.Checkpoint} saves and loads; {@link
 * kortex.train.Recomputation} keeps a step within a memory budget.
 *
 * <pre>{@code
 * var settings = TrainSettings.builder(Loss.crossEntropy(), AdamW.of(1e-3))
 *     .epochs(30).batchSize(64).validation(split.test()).metric(new Accuracy())
 *     .earlyStopping(EarlyStopping.of(5)).checkpoint(Path.of("best.safetensors"))
 *     .build();
 * History history = Trainer.fit(Session.shared(), network, split.train(), settings);
 *
 * TrainStep step = TrainStep.of(Session.shared(), network, Adam.of(1e-3), 42);
 * StepResult result = step.run(() -> Loss.crossEntropy().of(network.call(x), labels));
 * }</pre>
 *
 * <p>Entry type: {@link kortex.train.Trainer}. May import {@code kortex.session}, {@code
 * kortex.model}, {@code kortex.optimizer}, {@code kortex.data}, {@code kortex.io} and below.
 */
@NullMarked
package kortex.train;

import org.jspecify.annotations.NullMarked;
