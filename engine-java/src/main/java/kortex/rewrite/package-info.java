/**
 * Rewrites of flat graphs that keep their meaning: {@link kortex.rewrite.Simplify} folds constants,
 * shares common subexpressions, drops dead code, absorbs transposes, takes out of loops what need
 * not be inside, and gives images the format that a backend wants, inside of loops and branches as
 * well; {@link kortex.rewrite.Fusion} decides which entries become one kernel, and which products
 * and convolutions take along what follows.
 *
 * <pre>{@code
 * Grouping grouping = Fusion.group(Simplify.run(graph), backend::runsWhole);
 * }</pre>
 *
 * <p>Entry type: {@link kortex.rewrite.Simplify}. May import {@code kortex.graph} and {@code
 * kortex.op}.
 */
@NullMarked
package kortex.rewrite;

import org.jspecify.annotations.NullMarked;
