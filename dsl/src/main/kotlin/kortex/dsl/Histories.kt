package kortex.dsl

import kortex.dsl.plot.HistoryPlot
import kortex.model.ConfusionMatrix
import kortex.train.EpochRecord

/** What happened in a training: a record for each epoch. */
public typealias History = kortex.train.History

/** The best epoch: by what early stopping watched, else by the loss on the validation data. */
public val History.best: EpochRecord get() = best()

/** The last epoch. */
public val History.last: EpochRecord get() = last()

/**
 * Draws the curves of loss and metrics by epoch, for training and validation, as an SVG file.
 *
 * @param path relative to the script's folder; an old file is replaced
 * @throws kortex.tensor.StorageException when the file can't be written
 */
public fun History.plot(path: String): Unit = HistoryPlot.write(this, fileOf(path))

/** The counts of a `confusionMatrix()` on the validation data, else on the training batches: row true, column taken. */
public val EpochRecord.confusion: List<List<Int>>
    get() {
        val scores = validation().orElse(train())
        val cells = scores.totals()[ConfusionMatrix().name()].orEmpty()
        val classes = Math.round(Math.sqrt(cells.size.toDouble())).toInt()
        return if (classes == 0) emptyList() else cells.chunked(classes) { row -> row.map { Math.round(it).toInt() } }
    }
