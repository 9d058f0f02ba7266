package kortex;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the table of rooms: which package may import which. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("kortex");

  /** What each room may import; what those may import comes with them. */
  private static final Map<String, Set<String>> TABLE = table();

  private static Map<String, Set<String>> table() {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    room(table, "tensor");
    room(table, "scalar", "tensor");
    room(table, "op", "scalar");
    room(table, "kernel", "scalar");
    room(table, "graph", "op");
    room(table, "autodiff", "graph");
    room(table, "rewrite", "graph");
    room(table, "plan", "graph", "kernel");
    room(table, "backend", "plan");
    room(table, "backend.reference", "backend");
    // The CPU backend runs what oneDNN does not take on the reference implementation.
    room(table, "backend.cpu", "backend", "backend.reference");
    room(table, "session", "autodiff", "rewrite", "backend");
    room(table, "model", "graph");
    room(table, "optimizer", "graph");
    room(table, "data", "tensor");
    room(table, "io", "tensor");
    room(table, "train", "session", "model", "optimizer", "data", "io");
    return table;
  }

  private static void room(Map<String, Set<String>> table, String name, String... imports) {
    Set<String> all = new LinkedHashSet<>(Arrays.asList(imports));
    for (String room : imports) {
      all.addAll(Objects.requireNonNull(table.get(room)));
    }
    table.put(name, all);
  }

  /** The room a class is in: the longest name of the table that its package begins with. */
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    String room = "";
    for (String candidate : TABLE.keySet()) {
      String prefix = "kortex." + candidate;
      if ((name.equals(prefix) || name.startsWith(prefix + "."))
          && candidate.length() > room.length()) {
        room = candidate;
      }
    }
    return room;
  }

  @Test
  void roomsImportOnlyWhatTheTableAllows() {
    Set<String> broken = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      String from = room(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        String to = room(target);
        if (target.getPackageName().startsWith("kortex") && !to.equals(from)) {
          Set<String> allowed = TABLE.getOrDefault(from, Set.of());
          if (!allowed.contains(to)) {
            broken.add(from + " imports " + to + ": " + dependency.getDescription());
          }
        }
      }
    }
    assertEquals(Set.of(), broken);
  }

  @Test
  void everyClassIsInARoom() {
    Set<String> homeless = new TreeSet<>();
    CLASSES.stream().filter(c -> room(c).isEmpty()).forEach(c -> homeless.add(c.getFullName()));
    assertEquals(Set.of(), homeless);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("kortex.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
