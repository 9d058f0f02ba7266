package kortex.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
  @Test
  void detectionNamesVersionsAndThreads() {
    CpuFeatures features = CpuFeatures.detect(TestLibraries.SHARED);
    String line = features.toString();
    assertTrue(line.endsWith("2 threads, LLVM 20.1.7, oneDNN 3.11.0"), line);
    assertFalse(line.contains("\n"), line);
    assertTrue(features.avx2() || !features.avx512f(), line);
  }

  @Test
  void lineListsOnlyWhatIsThere() {
    assertEquals(
        "X, avx2 amx, 1 thread, LLVM 1, oneDNN 2",
        new CpuFeatures("X", true, false, false, true, "1", "2", 1).toString());
    assertEquals(
        "X, baseline, 3 threads, LLVM 1, oneDNN 2",
        new CpuFeatures("X", false, false, false, false, "1", "2", 3).toString());
  }
}
