package kortex.backend.cpu.emit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The vectorisable elementary functions, as IR text. */
final class MathFunctions {
  private static final Map<String, Part> PARTS = read();

  /** The text of one function, and the functions it calls. */
  private record Part(String text, List<String> calls) {}

  private MathFunctions() {}

  /** The definitions of some functions and of all that they call. */
  static String define(Collection<String> names) {
    Set<String> needed = new LinkedHashSet<>();
    for (String name : names) {
      needed.addAll(part(name).calls());
      needed.add(name);
    }
    StringBuilder out = new StringBuilder();
    needed.forEach(name -> out.append(part(name).text()));
    return out.toString();
  }

  private static Part part(String name) {
    return Objects.requireNonNull(PARTS.get(name));
  }

  private static Map<String, Part> read() {
    try (InputStream in =
        Objects.requireNonNull(MathFunctions.class.getResourceAsStream("math.ll"))) {
      String[] pieces = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^;; ", -1);
      Map<String, Part> out = new LinkedHashMap<>();
      for (String piece : List.of(pieces).subList(1, pieces.length)) {
        int line = piece.indexOf('\n');
        List<String> names = List.of(piece.substring(0, line).split(" ", -1));
        out.put(
            names.getFirst(), new Part(piece.substring(line + 1), names.subList(1, names.size())));
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
