package kortex.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import kortex.model.Golden;
import kortex.tensor.SettingException;
import org.junit.jupiter.api.Test;

/** Schedules against PyTorch's; numbers from make_optimizers.py. */
class ScheduleTest {
  private static final Golden GOLDEN = Golden.load("optimizers");

  private static void golden(String name, Schedule schedule) {
    double[] rates = GOLDEN.tensor("schedule/" + name).toDoubleArray();
    for (int step = 0; step < rates.length; step++) {
      double rate = schedule.at(Schedule.scalar(step)).item();
      assertEquals(rates[step], rate, 2e-7, name + " at step " + step);
    }
  }

  @Test
  void agreeWithPyTorch() {
    golden("exponential", new Exponential(0.1, 0.9, Span.steps(1), false));
    golden("staircase", new Exponential(0.1, 0.5, Span.steps(7), true));
    golden("cosine", new Cosine(0.1, Optional.of(Span.steps(30)), Span.steps(0), 0.01));
    Schedule warm = new Cosine(0.1, Optional.empty(), Span.steps(5), 0);
    golden("warmupCosine", warm.over(new Horizon(10, 30)));
    Schedule wave = new Cosine(0.1, Optional.empty(), Span.epochs(0), 0);
    golden("warmupCosine", new Warmup(wave, Span.epochs(0.5)).over(new Horizon(10, 30)));
  }

  @Test
  void settingsAreChecked() {
    assertThrows(SettingException.class, () -> Schedule.constant(0));
    assertThrows(SettingException.class, () -> new Exponential(0.1, 1.5, Span.steps(1), false));
    assertThrows(SettingException.class, () -> Cosine.of(0.1).at(Schedule.scalar(0)));
    Schedule tooWarm = new Cosine(0.1, Optional.of(Span.epochs(1)), Span.steps(50), 0);
    assertThrows(SettingException.class, () -> tooWarm.over(new Horizon(10, 100)));
    Schedule cutShort = new Cosine(0.1, Optional.empty(), Span.steps(50), 0);
    assertEquals(0.02, cutShort.over(new Horizon(1, 10)).at(Schedule.scalar(9)).item(), 1e-7);
    var error = assertThrows(SettingException.class, () -> new Moments(1, 0.999, 1e-8));
    assertTrue(error.what().contains("beta1 is 1.0"), error.what());
    assertThrows(SettingException.class, () -> new Sgd(Schedule.constant(1), 0, true, 0));
    assertThrows(SettingException.class, () -> new Clip.Norm(0));
    assertEquals("cosine(0.1, warmup = 50.steps)", cutShort.toString());
  }
}
