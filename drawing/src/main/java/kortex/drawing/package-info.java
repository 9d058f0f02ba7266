/**
 * Pictures of computations: nodes with their ops and lines, edges with their types, forward and
 * backward told apart.
 *
 * <pre>{@code
 * GraphDrawing drawing = GraphDrawing.of(loss);   // with the gradients of its variables
 * drawing.save(Path.of("loss.svg"));              // or .mmd, .dot
 * System.out.println(drawing.mermaid());
 * }</pre>
 *
 * <p>Entry type: {@link kortex.drawing.GraphDrawing}. {@link kortex.drawing.Picture} is what there
 * is to draw, the writers turn it into text. Only {@code Layout} knows the Eclipse Layout Kernel.
 * May import the engine.
 */
@NullMarked
package kortex.drawing;

import org.jspecify.annotations.NullMarked;
