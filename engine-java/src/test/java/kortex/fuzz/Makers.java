package kortex.fuzz;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.LayerNode;
import kortex.model.NetworkSpec;
import kortex.model.Site;
import kortex.tensor.KortexException;

/** Random objects of the engine's own classes, by their public constructors and factories. */
final class Makers {
  private static final int TRIES = 12;
  private static final Map<Class<?>, List<Executable>> KNOWN = new HashMap<>();

  private Makers() {}

  /** An object of a class or of one that implements an interface; valid if that is found soon. */
  static Supplier<?> of(Class<?> type, Arguments random) {
    if (type == NetworkSpec.Builder.class) {
      return network(random);
    } else if (type == NetworkSpec.class) {
      Supplier<NetworkSpec.Builder> builder = network(random);
      int output = random.random().nextInt(-1, 3);
      return () -> builder.get().build(output);
    }
    List<Executable> makers = KNOWN.computeIfAbsent(type, Makers::makers);
    if (makers.isEmpty()) {
      throw Arguments.unknown(type);
    }
    Call call = Call.of(makers.get(random.random().nextInt(makers.size())), random);
    for (int i = 0; i < TRIES && !succeeds(call); i++) {
      call = Call.of(makers.get(random.random().nextInt(makers.size())), random);
    }
    return call::run;
  }

  private static boolean succeeds(Call call) {
    try {
      call.run();
      return true;
    } catch (KortexException e) {
      return false;
    }
  }

  private static List<Executable> makers(Class<?> type) {
    List<Executable> out = new ArrayList<>();
    for (Class<?> c : PublicFunctions.classes()) {
      if (type.isAssignableFrom(c) && !c.isEnum()) {
        Stream.concat(
                Modifier.isAbstract(c.getModifiers())
                    ? Stream.empty()
                    : Arrays.stream(c.getConstructors()),
                Arrays.stream(c.getDeclaredMethods()).filter(m -> isFactory(m, type)))
            .filter(PublicFunctions::isUsers)
            .filter(m -> Arrays.stream(m.getParameterTypes()).noneMatch(type::isAssignableFrom))
            .forEach(out::add);
      }
    }
    out.sort(Comparator.comparing(Executable::toString));
    return out;
  }

  private static boolean isFactory(Method method, Class<?> type) {
    return Modifier.isStatic(method.getModifiers())
        && type.isAssignableFrom(method.getReturnType());
  }

  /** A network of up to three layers, each on the one before. */
  private static Supplier<NetworkSpec.Builder> network(Arguments random) {
    Supplier<?> input = of(Input.class, random);
    List<Supplier<?>> layers = new ArrayList<>();
    int count = 1 + random.random().nextInt(3);
    for (int i = 0; i < count; i++) {
      layers.add(random.of(Layer.class));
    }
    return () -> {
      NetworkSpec.Builder builder = NetworkSpec.builder((Input) input.get());
      int last = LayerNode.NETWORK_INPUT;
      for (Supplier<?> layer : layers) {
        last = builder.add((Layer) layer.get(), List.of(last), Site.NONE);
      }
      return builder;
    };
  }
}
