package kortex.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import kortex.session.Session;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.util.Statistics;

/** Runs a benchmark and writes its page; {@code bench/run} calls it. */
public final class Main {
  private static final Path PAGES = Path.of("docs/benchmarks");

  private Main() {}

  /** {@code interactive}, {@code soak [COUNT]} or {@code jmh ARGUMENTS}. */
  public static void main(String[] arguments) throws Exception {
    switch (arguments.length == 0 ? "" : arguments[0]) {
      case "interactive" -> interactive();
      case "soak" -> soak(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000);
      case "jmh" -> org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
      default -> {
        System.err.println("usage: bench/run interactive | soak [COUNT] | jmh [ARGUMENTS]");
        System.exit(2);
      }
    }
  }

  private static String machine() {
    return LocalDate.now()
        + ", "
        + Session.shared().backend().description()
        + ", JDK "
        + Runtime.version()
        + ".";
  }

  private static void interactive() throws RunnerException, IOException {
    Collection<RunResult> results =
        new Runner(new OptionsBuilder().include(InteractiveBenchmark.class.getSimpleName()).build())
            .run();
    StringBuilder page = new StringBuilder("# Interactive latency\n\n");
    page.append(machine()).append(" Written by `bench/run interactive`.\n\n");
    page.append(
        """
        From an expression on matrices of up to 96 × 96 random elements to its text, in ms, in a warm process. *First*: shape and
        constant are new, so that nothing is found in the cache of plans, and most kernels in no cache at all. *Again*: the same
        expression, built anew. The aims are 20 ms and 0.2 ms.

        | expression | | median | 95 % | 99 % |
        |---|---|---|---|---|
        """);
    for (RunResult result : results) {
      Statistics s = result.getPrimaryResult().getStatistics();
      String which = result.getParams().getBenchmark().endsWith("first") ? "first" : "again";
      page.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %.3f | %.3f | %.3f |%n",
              result.getParams().getParam("expression").toLowerCase(Locale.ROOT),
              which,
              s.getPercentile(50),
              s.getPercentile(95),
              s.getPercentile(99)));
    }
    String python = System.getenv(Peer.PYTHON);
    if (python != null) {
      page.append(beside(Peer.run(python, "interactive.py")));
    }
    Files.writeString(PAGES.resolve("interactive.md"), page);
    System.out.println(page);
  }

  private static String beside(Peer torch) {
    StringBuilder out = new StringBuilder();
    out.append("\nPyTorch ").append(torch.version());
    out.append(
        ", eager, right after on the same machine; it compiles nothing, so first is as again.\n\n");
    out.append("| expression | median | 95 % | 99 % |\n|---|---|---|---|\n");
    torch
        .figures()
        .forEach((name, cells) ->
            out.append("| ")
                .append(name)
                .append(" | ")
                .append(String.join(" | ", cells))
                .append(" |\n"));
    return out.toString();
  }

  private static void soak(int count) throws IOException {
    String table = new Soak(count).table();
    String page =
        """
        # Soak: memory of a long run

        %s Written by `bench/run soak`.

        The memory of one process (VmRSS) while it makes training steps with a compiled step, then training steps with a loop written by
        hand, then expressions of random shape, each kind in turn. The Java heap has a fixed size, all of it touched at the start, so
        that what grows is memory outside it.

        %s\
        """
            .formatted(machine(), table);
    Files.writeString(PAGES.resolve("soak.md"), page);
  }
}
