package kortex.fuzz;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import kortex.graph.Handle;
import kortex.graph.Tensor;

/**
 * A call of a function with random arguments, which are made anew each time: no backend sees what
 * another computed.
 *
 * @param receiver gives null for static functions and constructors
 */
record Call(Executable function, Supplier<?> receiver, List<Supplier<?>> arguments) {
  static Call of(Executable function, Arguments random) {
    boolean alone = function instanceof Constructor || Modifier.isStatic(function.getModifiers());
    Class<?> type = function.getDeclaringClass();
    // Functions of tensors are declared by families of them.
    boolean family = type.isInterface() && Handle.class.isAssignableFrom(type);
    Supplier<?> receiver = alone ? () -> null : random.of(family ? Tensor.class : type);
    return new Call(function, receiver, arguments(function, random));
  }

  /** A call of a function of tensors with a given receiver. */
  static Call of(Method function, Supplier<?> receiver, Arguments random) {
    return new Call(function, receiver, arguments(function, random));
  }

  private static List<Supplier<?>> arguments(Executable function, Arguments random) {
    List<Supplier<?>> out = new ArrayList<>();
    if (Arrays.stream(function.getParameterTypes()).anyMatch(RandomFunctions::isFunction)) {
      random.withoutExtremes();
    }
    for (Type type : function.getGenericParameterTypes()) {
      out.add(random.of(type));
    }
    return out;
  }

  /** The same call with other arguments where a type is asked for. */
  Call with(Class<?> type, Supplier<?> argument) {
    List<Supplier<?>> out = new ArrayList<>(arguments);
    for (int i = 0; i < out.size(); i++) {
      if (function.getParameterTypes()[i] == type) {
        out.set(i, argument);
      }
    }
    return new Call(function, receiver, out);
  }

  /** What the function gives; throws what it throws. */
  Object run() {
    try {
      Object on = receiver.get();
      Object[] with = arguments.stream().map(Supplier::get).toArray();
      Object result =
          function instanceof Method method
              ? method.invoke(on, with)
              : ((Constructor<?>) function).newInstance(with);
      boolean nothing = function instanceof Method method && method.getReturnType() == void.class;
      return nothing ? List.of() : result;
    } catch (InvocationTargetException e) {
      return rethrow(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(this.toString(), e);
    }
  }

  @SuppressWarnings("unchecked")
  static <E extends Throwable, T> T rethrow(Throwable e) throws E {
    throw (E) e;
  }

  @Override
  public String toString() {
    List<Object> shown = new ArrayList<>();
    shown.add(show(receiver.get()));
    arguments.forEach(a -> shown.add(show(a.get())));
    return function.getDeclaringClass().getSimpleName() + "." + function.getName() + shown;
  }

  private static Object show(Object argument) {
    return switch (argument) {
      case null -> "static";
      case Tensor t -> t.type();
      case int[] a -> Arrays.toString(a);
      case long[] a -> Arrays.toString(a);
      case double[] a -> Arrays.toString(a);
      case Object[] a -> Arrays.stream(a).map(Call::show).toList();
      case Collection<?> c -> c.stream().map(Call::show).toList();
      default -> argument;
    };
  }
}
