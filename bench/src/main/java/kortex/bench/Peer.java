package kortex.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same work in another library, run on the same machine right after.
 *
 * @param version of the library
 * @param figures what the script printed for each piece of work
 */
record Peer(String version, Map<String, List<String>> figures) {
  private static final Path SCRIPTS = Path.of("bench/peers");

  /** The interpreter that has the peers installed. */
  static final String PYTHON = "KORTEX_BENCH_PYTHON";

  /** Runs a script, which prints lines of comma-separated values, the first with its version. */
  static Peer run(String python, String script) throws IOException {
    Process process =
        new ProcessBuilder(python, SCRIPTS.resolve(script).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String version = "";
    Map<String, List<String>> figures = new LinkedHashMap<>();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line : lines.lines().toList()) {
        List<String> cells = List.of(line.split(",", -1));
        if (cells.getFirst().equals("version")) {
          version = cells.get(1);
        } else {
          figures.put(cells.getFirst(), cells.subList(1, cells.size()));
        }
      }
    }
    if (figures.isEmpty()) {
      throw new IOException(python + " " + script + " printed no figures: is the peer installed?");
    }
    return new Peer(version, figures);
  }
}
