/**
 * Data: from a table on disk, or arrays in code, to the batches of an epoch.
 *
 * <p>{@link kortex.data.Table} reads a file and finds what is wrong with it, by line and column;
 * {@link kortex.data.Dataset} holds checked examples; {@link kortex.data.Batches} says in which
 * order they are visited. Everything is immutable and a pure function of its arguments, so a run
 * can be resumed in the middle of an epoch.
 *
 * <pre>{@code
 * var digits = Table.readCsv(Path.of("digits.csv")).image(1, 8, 8, 1 / 16.0).labels("digit");
 * var split = digits.split(0.8, 7);
 * var batches = Batches.shuffled(split.train().size(), 64, 7);
 * int[] order = batches.order(epoch);
 * for (var range : batches.ranges()) {
 *   split.train().gatherInputs(order, range.from(), range.count(), inputs);
 *   split.train().gatherTargets(order, range.from(), range.count(), targets);
 * }
 * }</pre>
 *
 * <p>Entry type: {@link kortex.data.Table}. May import {@code kortex.tensor}.
 */
@NullMarked
package kortex.data;

import org.jspecify.annotations.NullMarked;
