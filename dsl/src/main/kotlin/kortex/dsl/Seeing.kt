package kortex.dsl

import kortex.dsl.params.ScriptParameters
import kortex.session.Precision

/** A computation to look at: `graph(loss).save("loss.svg")`. */
public typealias GraphDrawing = kortex.drawing.GraphDrawing

/** How a computation runs: its fusion groups, steps and buffers; prints as a table. */
public typealias Explanation = kortex.session.Explanation

/**
 * Draws the computation of [z] without computing it: ops, types on the edges, names of variables, and the line of each
 * node when the mouse is over it.
 *
 * @param backward whether the gradients of variables are drawn too, if [z] is a scalar
 * @param fused whether it is drawn as it runs: simplified, with an outline around what one kernel computes
 */
public fun graph(z: Tensor, backward: Boolean = true, fused: Boolean = false): GraphDrawing =
    GraphDrawing.draw(z, backward, fused)

/**
 * Writes the drawing; the suffix of [path] says how: `.svg`, `.mmd` for Mermaid, `.dot` for Graphviz.
 *
 * @param path relative to the script's folder; an old file is replaced as a whole or not at all
 * @throws kortex.tensor.SettingException for another suffix, or an SVG of more than 2,000 nodes
 * @throws kortex.tensor.StorageException when the file can't be written
 */
public fun GraphDrawing.save(path: String): Unit = save(fileOf(path))

/**
 * How [results] would be computed together: `println(explain(z))`. Fusion groups with their ops, steps in order with
 * bytes and operations, buffers with lifetimes, and what the peak of memory is made of. Nothing is computed.
 */
public fun explain(vararg results: Tensor): Explanation = Explanation.of(*results)

/** How [trainStep] with the same arguments would make its update. Nothing is updated. */
public fun explain(
    net: Network<*, *>, optimizer: Optimizer, seed: Long = 0, precision: DType = f32, loss: () -> Tensor
): Explanation {
    ScriptParameters.current()?.beforeWork()
    return optimizer.loop(net, seed).explain(loss, Precision.of(precision))
}
