package kortex.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kortex.graph.Tensor;

/**
 * How a value is made of tensors, its leaves: what lets a transform take a value apart and give
 * back one of the same make, such as a gradient for each parameter.
 *
 * <pre>{@code
 * record Params(Tensor w, Tensor b) {}
 * Structure<Params> params =
 *     Structure.of(t -> new Params(t.get(0), t.get(1)), Params::w, Params::b);
 * }</pre>
 *
 * @param <T> the type of the value
 */
public interface Structure<T> {
  /** The tensors that {@code value} is made of, in a fixed order. */
  List<Tensor> leaves(T value);

  /** A value made as {@code like} is, of other tensors. */
  T with(T like, List<Tensor> leaves);

  /** A tensor alone. */
  static Structure<Tensor> tensor() {
    return new Structure<>() {
      @Override
      public List<Tensor> leaves(Tensor value) {
        return List.of(value);
      }

      @Override
      public Tensor with(Tensor like, List<Tensor> leaves) {
        return leaves.getFirst();
      }
    };
  }

  /** Tensors in a list. */
  static Structure<List<Tensor>> tensors() {
    return list(tensor());
  }

  /** A list of values of one structure. */
  static <E> Structure<List<E>> list(Structure<E> element) {
    return new Structure<>() {
      @Override
      public List<Tensor> leaves(List<E> value) {
        return all(element, value);
      }

      @Override
      public List<E> with(List<E> like, List<Tensor> leaves) {
        return rebuild(element, like, leaves);
      }
    };
  }

  /**
   * A map of values of one structure; keys stay, in their order. Maps that belong together, such as
   * a point and a tangent there, need their keys in the same order.
   */
  static <K, V> Structure<Map<K, V>> map(Structure<V> value) {
    return new Structure<>() {
      @Override
      public List<Tensor> leaves(Map<K, V> map) {
        return all(value, map.values());
      }

      @Override
      public Map<K, V> with(Map<K, V> like, List<Tensor> leaves) {
        List<V> values = rebuild(value, like.values(), leaves);
        Map<K, V> out = new LinkedHashMap<>();
        int i = 0;
        for (K key : like.keySet()) {
          out.put(key, values.get(i++));
        }
        return out;
      }
    };
  }

  /** A class of one's own: how it is made of its tensors, and how each of them is read. */
  @SafeVarargs
  static <T> Structure<T> of(
      Function<List<Tensor>, T> make, Function<? super T, ? extends Tensor>... fields) {
    return new Structure<>() {
      @Override
      public List<Tensor> leaves(T value) {
        return Arrays.stream(fields).map(f -> (Tensor) f.apply(value)).toList();
      }

      @Override
      public T with(T like, List<Tensor> leaves) {
        return make.apply(leaves);
      }
    };
  }

  private static <E> List<Tensor> all(Structure<E> element, Collection<E> values) {
    return values.stream().flatMap(v -> element.leaves(v).stream()).toList();
  }

  private static <E> List<E> rebuild(
      Structure<E> element, Collection<E> like, List<Tensor> leaves) {
    List<E> out = new ArrayList<>();
    int from = 0;
    for (E value : like) {
      int to = from + element.leaves(value).size();
      out.add(element.with(value, leaves.subList(from, to)));
      from = to;
    }
    return out;
  }
}
