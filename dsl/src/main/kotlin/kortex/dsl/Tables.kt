package kortex.dsl

import kortex.data.TableInputs
import kortex.data.Table as DataTable

/**
 * The table in a CSV file whose first line names the columns (RFC 4180, UTF-8).
 *
 * @param path relative to the script's folder
 * @param separator what stands between cells
 * @throws kortex.tensor.StorageException when the file can't be read
 * @throws kortex.tensor.DataException when it is no such table, with line and column
 */
public fun csv(path: String, separator: Char = ','): Table = Table(DataTable.readCsv(fileOf(path), separator))

/** Named columns of equal length. To make a [Dataset], choose the inputs, then the target. */
public class Table internal constructor(private val table: DataTable) {
    /** Number of rows, without the header. */
    public val size: Int get() = table.size()

    /** The names of the columns. */
    public val columns: List<String> get() = table.columns()

    /** The numbers of a column, all finite. */
    public fun numbers(column: String): List<Double> = table.numbers(column).asList()

    /**
     * Every column except the target is a pixel, and each row an image `[channels, height, width]`.
     *
     * @param scale what each pixel is multiplied by, such as `1 / 255.0`
     */
    public fun image(channels: Int, height: Int, width: Int, scale: Double = 1.0): Inputs<Image> =
        Inputs(table.image(channels, height, width, scale))

    /** The given numeric columns are the features, in that order; without names, every one except the target. */
    public fun features(vararg columns: String): Inputs<Features> =
        Inputs(if (columns.isEmpty()) table.features() else table.features(columns.asList()))

    override fun toString(): String = table.toString()
}

/** The inputs chosen from a [Table]; they become a [Dataset] when the target is named. */
public class Inputs<I : SignalKind> internal constructor(private val inputs: TableInputs) {
    /**
     * The classes in [column] are the target: names in alphabetical order, whole numbers by size.
     *
     * @param classes the names in the order of the labels, for a file that need not hold every class
     */
    public fun labels(column: String, classes: List<String> = emptyList()): Dataset<I, Classes> =
        Dataset(if (classes.isEmpty()) inputs.labels(column) else inputs.labels(column, classes))

    /** The numbers in [columns] are the target, a vector for each example. */
    public fun values(vararg columns: String): Dataset<I, Values> = Dataset(inputs.values(columns.asList()))

    override fun toString(): String = inputs.toString()
}
