package kortex.backend.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A Java process that runs {@link ChildTraining}. */
final class Child {
  private final Path errors;
  private final Process process;

  private Child(Path errors, Process process) {
    this.errors = errors;
    this.process = process;
  }

  /** What a process said and how it ended. */
  record Outcome(int code, Map<String, String> said, List<String> errors) {
    String description() {
      return Objects.requireNonNull(said.get("description"), toString());
    }

    double loss() {
      return Double.parseDouble(said.get("loss"));
    }
  }

  /** How a process is started; the class path may lack jars. */
  record Setting(
      Path cache, List<String> wrapper, List<String> options, Map<String, String> environment) {
    static Setting of(Path cache) {
      return new Setting(cache, List.of(), List.of(), Map.of());
    }

    Setting in(String... command) {
      return new Setting(cache, List.of(command), options, environment);
    }

    Setting with(String... more) {
      return new Setting(cache, wrapper, List.of(more), environment);
    }

    Setting where(String name, String value) {
      return new Setting(cache, wrapper, options, Map.of(name, value));
    }
  }

  static Child start(Setting setting, String... args) throws IOException {
    List<String> command = new ArrayList<>(setting.wrapper());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%6$s%n",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(setting.options());
    command.add(ChildTraining.class.getName());
    command.addAll(List.of(args));
    Path errors = Files.createTempFile("child", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().keySet().removeAll(List.of("OMP_NUM_THREADS", "JAVA_TOOL_OPTIONS"));
    builder.environment().put("KORTEX_CACHE", setting.cache().toString());
    builder.environment().putAll(setting.environment());
    return new Child(errors, builder.start());
  }

  /** As {@link #start}, to the end. */
  static Outcome run(Setting setting, String... args) throws Exception {
    return start(setting, args).outcome();
  }

  Outcome outcome() throws IOException, InterruptedException {
    Map<String, String> said = new TreeMap<>();
    try (var lines = process.inputReader()) {
      lines
          .lines()
          .map(line -> line.split("=", 2))
          .filter(parts -> parts.length == 2)
          .forEach(parts -> said.put(parts[0], parts[1]));
    }
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      kill();
    }
    List<String> text = Files.readAllLines(errors);
    Files.delete(errors);
    return new Outcome(process.exitValue(), said, text);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as a power cut would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
