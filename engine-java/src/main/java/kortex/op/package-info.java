/**
 * The sealed families of operations. Each op is an immutable record that keeps its documentation,
 * shape rule, gradient rule and, where it is elementwise, its scalar formula in one place.
 *
 * <p>{@link kortex.op.Region Regions} hold a computation, a {@link kortex.op.Body}: loops,
 * branches, parts with a backward pass of their own. Their gradients are regions with other bodies.
 *
 * <p>Ops know neither the graph nor a backend: gradients are written against {@link kortex.op.Emit}
 * and formulas against {@link kortex.scalar.Scalars}, so one text serves every interpreter. Entry
 * type: {@link kortex.op.Op}. May import {@code kortex.scalar}.
 *
 * <pre>{@code
 * record Exp() implements Unary {
 *   public <S> S formula(Scalars<S> s, S x) { return s.exp(x); }
 *   public <V> V gradient(Emit<V> e, V x, V y, V g) { return e.mul(g, y); }
 * }
 * }</pre>
 */
@NullMarked
package kortex.op;

import org.jspecify.annotations.NullMarked;
