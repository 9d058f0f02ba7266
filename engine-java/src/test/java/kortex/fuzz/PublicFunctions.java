package kortex.fuzz;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kortex.autodiff.Structure;
import kortex.graph.BodyGraph;
import kortex.graph.Evaluator;
import kortex.graph.Graph;
import kortex.graph.GraphEmit;
import kortex.graph.GraphPrinter;
import kortex.graph.GraphVerifier;
import kortex.graph.Grouping;
import kortex.graph.Handle;
import kortex.graph.HostMemory;
import kortex.graph.Members;
import kortex.graph.Node;
import kortex.graph.Order;
import kortex.graph.Origin;
import kortex.graph.Resident;
import kortex.graph.Storage;
import kortex.graph.StoredView;
import kortex.graph.Tensor;
import kortex.graph.Trace;
import kortex.graph.Value;
import kortex.graph.Variable;
import kortex.model.Forward;
import kortex.model.Layer;
import kortex.op.Pooling;
import kortex.optimizer.Optimizer;

/** The public functions of the engine, read from its class files: a new one is found by itself. */
final class PublicFunctions {
  private static final List<String> PACKAGES =
      List.of("kortex.graph", "kortex.autodiff", "kortex.model", "kortex.optimizer");

  /** The compiler's side of these packages: no part of what users call. */
  private static final Set<Class<?>> COMPILER =
      Set.of(
          BodyGraph.class,
          Evaluator.class,
          Forward.class,
          Graph.class,
          GraphEmit.class,
          GraphPrinter.class,
          GraphVerifier.class,
          Grouping.class,
          HostMemory.class,
          Members.class,
          Node.class,
          Order.class,
          Origin.class,
          Resident.class,
          StoredView.class,
          Storage.class,
          Trace.class,
          Value.class);

  /** What the engine calls, with what it has checked: tried through networks and training. */
  private static final List<Class<?>> CALLED_BACK =
      List.of(Layer.class, Optimizer.class, Structure.class);

  /** Handles of tensors on the inside of the engine, and what every object has. */
  private static final Set<String> INTERNAL =
      Set.of("apply", "value", "compute", "self", "type", "equals", "hashCode");

  private static final List<Class<?>> CLASSES = find();

  private PublicFunctions() {}

  /** The functions of tensors: all that one can call on a tensor, and its factories. */
  static List<Method> ofTensors() {
    return Arrays.stream(Tensor.class.getMethods())
        .filter(m -> m.getDeclaringClass().getName().startsWith("kortex."))
        .filter(PublicFunctions::isUsers)
        .sorted(Comparator.comparing(Method::toString))
        .toList();
  }

  /** All other public functions and constructors. */
  static List<Executable> others() {
    return classes().stream()
        .filter(c -> !c.isEnum() && c != Tensor.class)
        .flatMap(c ->
            Stream.concat(
                Arrays.stream(c.getDeclaredConstructors()), Arrays.stream(c.getDeclaredMethods())))
        .filter(e -> isUsers(e) && !isOfTensors(e) && !isCalledBack(e))
        .sorted(Comparator.comparing(Executable::toString))
        .toList();
  }

  /**
   * The seed of a call of a function: the same in every run, but that {@code -Dfuzz.seed=…} gives
   * others.
   */
  static long seed(Executable function, int number) {
    return function.toString().hashCode() * 131L + number + Long.getLong("fuzz.seed", 0);
  }

  /** The public classes of the packages but for those of the compiler. */
  static List<Class<?>> classes() {
    return CLASSES;
  }

  private static List<Class<?>> find() {
    try {
      Path root = Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      List<Class<?>> out = new ArrayList<>();
      for (String name : PACKAGES) {
        try (Stream<Path> files = Files.list(root.resolve(name.replace('.', '/')))) {
          for (Path file : files.sorted().toList()) {
            String simple = file.getFileName().toString().replaceFirst("\\.class$", "");
            Class<?> type = Class.forName(name + "." + simple);
            if (isPublic(type) && !COMPILER.contains(outermost(type))) {
              out.add(type);
            }
          }
        }
      }
      return List.copyOf(out);
    } catch (IOException | URISyntaxException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
  }

  private static Class<?> outermost(Class<?> type) {
    return type.getDeclaringClass() == null ? type : outermost(type.getDeclaringClass());
  }

  static boolean isUsers(Executable function) {
    return Modifier.isPublic(function.getModifiers())
        && !function.isSynthetic()
        && !INTERNAL.contains(function.getName())
        && Arrays.stream(function.getParameterTypes())
            .noneMatch(t -> COMPILER.contains(outermost(t)) || t == Pooling.Geometry.class);
  }

  private static boolean isCalledBack(Executable function) {
    return CALLED_BACK.stream()
        .filter(c -> c.isAssignableFrom(function.getDeclaringClass()))
        .flatMap(c -> Arrays.stream(c.getMethods()))
        .filter(m -> m.getParameterCount() > 0 && !Modifier.isStatic(m.getModifiers()))
        .anyMatch(m -> m.getName().equals(function.getName()));
  }

  private static boolean isOfTensors(Executable function) {
    return Handle.class.isAssignableFrom(function.getDeclaringClass())
        && !Modifier.isStatic(function.getModifiers())
        && function.getDeclaringClass() != Variable.class;
  }
}
