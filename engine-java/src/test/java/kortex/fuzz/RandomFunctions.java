package kortex.fuzz;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kortex.graph.Control;
import kortex.graph.Tensor;
import kortex.tensor.KortexException;

/**
 * Random functions of any functional interface. One gives the same results whenever it gets the
 * same arguments: what is random about it follows from a seed.
 */
final class RandomFunctions {
  private static final int TRIES = 6;
  private static final List<Method> OF_TENSORS =
      PublicFunctions.ofTensors().stream()
          .filter(m -> m.getReturnType() == Tensor.class && !Modifier.isStatic(m.getModifiers()))
          .toList();

  private RandomFunctions() {}

  static boolean isFunction(Class<?> type) {
    return type.isInterface() && type.isAnnotationPresent(FunctionalInterface.class);
  }

  static Supplier<?> of(Type type, Class<?> raw, Arguments random) {
    Map<String, Type> variables = new HashMap<>();
    if (type instanceof ParameterizedType p) {
      for (int i = 0; i < raw.getTypeParameters().length; i++) {
        variables.put(
            raw.getTypeParameters()[i].getName(), resolve(p.getActualTypeArguments()[i], random));
      }
    }
    Method body =
        Arrays.stream(raw.getMethods())
            .filter(m -> Modifier.isAbstract(m.getModifiers()))
            .findFirst()
            .orElseThrow();
    Type result = result(body, raw, variables);
    long seed = random.random().nextLong();
    InvocationHandler handler =
        (proxy, method, args) ->
            method.isDefault()
                ? InvocationHandler.invokeDefault(proxy, method, args)
                : method.getDeclaringClass() == Object.class
                    ? "random function " + seed
                    : result(
                        result,
                        List.of(args == null ? new Object[0] : args),
                        new Arguments(seed, random));
    Object function =
        Proxy.newProxyInstance(
            raw.getClassLoader() == null ? Tensor.class.getClassLoader() : raw.getClassLoader(),
            new Class<?>[] {raw},
            handler);
    return () -> function;
  }

  /** The type a function gives; those of operators are the types of their arguments. */
  private static Type result(Method body, Class<?> raw, Map<String, Type> variables) {
    Type type = body.getGenericReturnType();
    if (type instanceof TypeVariable<?> v) {
      return variables.getOrDefault(v.getName(), variables.getOrDefault("T", Tensor.class));
    }
    return type;
  }

  private static Type resolve(Type type, Arguments random) {
    return switch (type) {
      case TypeVariable<?> v -> random.bind(v);
      case WildcardType w ->
          resolve(
              w.getLowerBounds().length > 0 ? w.getLowerBounds()[0] : w.getUpperBounds()[0],
              random);
      default -> type;
    };
  }

  static Class<?> raw(Type type, Arguments random) {
    return switch (resolve(type, random)) {
      case ParameterizedType p -> (Class<?>) p.getRawType();
      case Class<?> c -> c;
      default -> throw Arguments.unknown(type);
    };
  }

  private static Object result(Type type, List<Object> args, Arguments random) {
    List<Tensor> given = new ArrayList<>();
    args.forEach(a -> collect(a, given));
    if (type == void.class) {
      return null;
    } else if (type == Tensor.class && !given.isEmpty()) {
      return tensor(given, random);
    } else if (type == Control.Carried.class) {
      return new Control.Carried(each(tensors(args.getFirst()), random), each(given, random));
    } else if (type instanceof ParameterizedType p
        && p.getRawType() == List.class
        && p.getActualTypeArguments()[0] == Tensor.class
        && !given.isEmpty()) {
      return each(tensors(args.getFirst()), random);
    }
    return random.of(type).get();
  }

  private static List<Tensor> tensors(Object argument) {
    List<Tensor> out = new ArrayList<>();
    collect(argument, out);
    return out;
  }

  private static void collect(Object argument, List<Tensor> into) {
    switch (argument) {
      case Tensor t -> into.add(t);
      case Collection<?> c -> c.forEach(x -> collect(x, into));
      default -> {}
    }
  }

  /** Functions of the tensors given, some of them reduced to a scalar. */
  private static Tensor tensor(List<Tensor> given, Arguments random) {
    Tensor out = given.get(random.random().nextInt(given.size()));
    int steps = random.random().nextInt(3);
    for (int i = 0; i < steps; i++) {
      out = step(out, given, random);
    }
    return random.random().nextInt(3) > 0 ? out.sum() : out;
  }

  /** A function of {@code x} that does not fail, if one is found soon. */
  private static Tensor step(Tensor x, List<Tensor> given, Arguments random) {
    for (int i = 0; i < TRIES; i++) {
      Method method = OF_TENSORS.get(random.random().nextInt(OF_TENSORS.size()));
      Call call = Call.of(method, () -> x, random);
      if (random.random().nextBoolean()) {
        Tensor other = given.get(random.random().nextInt(given.size()));
        call = call.with(Tensor.class, () -> other);
      }
      try {
        return (Tensor) call.run();
      } catch (KortexException e) {
        // Another one, then: the errors of functions are for their own tests.
      }
    }
    return x;
  }

  /** Tensors of the same types, mostly. */
  private static List<Tensor> each(List<Tensor> given, Arguments random) {
    List<Tensor> out = new ArrayList<>();
    for (Tensor x : given) {
      out.add(
          switch (random.random().nextInt(12)) {
            case 0 -> step(x, given, random);
            case 1, 2, 3 -> x.neg();
            case 4, 5 -> x.dtype().isFloat() ? x.sin() : x;
            case 6, 7 -> x.mul(x);
            case 8, 9 -> x.add(1);
            default -> x;
          });
    }
    if (random.random().nextInt(12) == 0) {
      out.addAll(given);
    }
    return out;
  }
}
