package kortex.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The page of ops is what the op table says. */
class OpsPageTest {
  @Test
  void pageIsUpToDate() throws IOException {
    assertEquals(
        OpsPage.text(),
        Files.readString(OpsPage.PAGE),
        "docs/ops.md is out of date: run the main method of kortex.op.OpsPage in engine-java");
  }
}
