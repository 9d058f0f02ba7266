package kortex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages agree with the files they speak of. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)(?:#[^)]*)?\\)");

  @Test
  void readmeShowsTheDigitsExampleAsItIs() throws IOException {
    String script = Files.readString(ROOT.resolve("scripts/examples/digits.nn.kts"));
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertTrue(readme.contains("```kotlin\n" + script + "```\n"), "README.md shows another script");
  }

  @Test
  void linksLeadToFiles() throws IOException {
    Set<String> broken = new TreeSet<>();
    for (Path page : pages()) {
      String prose = BLOCK.matcher(Files.readString(page)).replaceAll("");
      LINK.matcher(prose)
          .results()
          .map(link -> link.group(1))
          .filter(link -> !Files.exists(page.resolveSibling(link)))
          .forEach(link -> broken.add(ROOT.relativize(page) + " links to " + link));
    }
    assertEquals(Set.of(), broken);
  }

  private static List<Path> pages() throws IOException {
    List<Path> out = new ArrayList<>();
    out.add(ROOT.resolve("README.md"));
    out.add(ROOT.resolve("CONTRIBUTING.md"));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(f -> f.toString().endsWith(".md")).forEach(out::add);
    }
    return out;
  }
}
