package kortex.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import declared.UserCode;
import java.util.List;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.optimizer.Sgd;
import kortex.session.Explanation.Kind;
import kortex.tensor.TensorType;
import kortex.train.Pass;
import kortex.train.TrainStep;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private final Session session = Session.on(ReferenceBackend.interpreting());

  @Test
  void stepsGroupsAndBuffersAreListed() {
    Tensor a = Tensor.of(Storage.zeros(TensorType.f32(4, 3)).named("a"));
    Tensor b = Tensor.of(Storage.zeros(TensorType.f32(3, 5)).named("b"));
    Explanation e = session.explain(List.of(a.matmul(b).exp().mul(2).sum()), List.of());
    assertEquals(List.of(Kind.LIBRARY, Kind.KERNEL), kinds(e));
    assertEquals(List.of(2.0 * 4 * 3 * 5, 3.0 * 4 * 5), flops(e));
    assertEquals(List.of("matMul"), e.groups().get(0).ops());
    assertEquals(List.of("exp", "mul", "sum"), e.groups().get(1).ops());
    assertEquals(4 * (4 * 3 + 3 * 5), e.steps().get(0).bytesRead());
    assertEquals(4 * 4 * 5, e.steps().get(0).bytesWritten());
    assertEquals(4 * 4 * 5, e.steps().get(1).bytesRead());
    assertEquals(4, e.steps().get(1).bytesWritten());
    assertEquals(84, e.peakBytes());
    assertEquals(2, e.peakStep());
    Explanation.Value product = e.values().getFirst();
    assertEquals("matMul f32[4, 5] 1 2", text(product));
    assertEquals("a b", e.stored().get(0).name() + " " + e.stored().get(1).name());
  }

  private static String text(Explanation.Value v) {
    return v.what() + " " + v.type() + " " + v.firstStep() + " " + v.lastStep();
  }

  private static List<Kind> kinds(Explanation e) {
    return e.steps().stream().map(Explanation.Step::kind).toList();
  }

  private static List<Double> flops(Explanation e) {
    return e.steps().stream().map(Explanation.Step::flops).toList();
  }

  @Test
  void longReductionsTakeTwoStepsOfOneGroup() {
    Tensor x = Tensor.full(TensorType.f32(1 << 16), 1).add(Tensor.iota(TensorType.f32(1 << 16), 0));
    Explanation e = session.explain(List.of(x.sum()), List.of());
    assertEquals(1, e.groups().size());
    assertEquals(List.of(1, 1), e.steps().stream().map(Explanation.Step::group).toList());
    assertEquals(0, e.steps().get(1).flops());
    assertEquals("scratch", e.values().getFirst().what());
  }

  @Test
  void aTrainingStepIsExplained() {
    Variable w = Variable.of("w", Tensor.full(TensorType.f32(8, 4), 0.5));
    Tensor x = Tensor.of(new float[16], 2, 8);
    TrainStep step = TrainStep.of(session, List.of(w), Sgd.of(0.1), 1);
    Explanation planned = step.explain(() -> x.matmul(w).square().mean());
    Explanation compiled = step.compile(() -> Pass.of(x.matmul(w).square().mean())).explain();
    assertEquals(flops(planned), flops(compiled));
    assertTrue(compiled.stored().stream().anyMatch(s -> s.name().equals("w") && s.updated()));
    long matMuls = compiled.steps().stream().filter(s -> s.what().equals("matMul")).count();
    assertEquals(2, matMuls, compiled::toString);
    assertTrue(compiled.peakBytes() <= compiled.arenaBytes());
  }

  @Test
  void theTableShowsLinesAndAmounts() {
    Tensor column = Tensor.of(new float[40], 40, 1);
    String table =
        session
            .explain(List.of(UserCode.product(column, Tensor.of(new float[50], 1, 50))), List.of())
            .toString();
    assertTrue(table.startsWith("2 groups in 2 steps on reference: 6.0 k flops, "), table);
    assertTrue(
        table
            .lines()
            .anyMatch(l -> l.matches("g1 +whole +matMul +f32\\[40, 50\\] +UserCode.java:\\d+")),
        table);
    assertTrue(
        table
            .lines()
            .anyMatch(
                l -> l.matches("1 +library +g1 +matMul +f32\\[40, 50\\] +360 B +7.8 KiB +4.0 k")),
        table);
    assertTrue(
        table.contains(
            "peak 7.8 KiB in an arena of 7.9 KiB, at step 2: matMul f32[40, 50], sum f32[]"),
        table);
  }

  private static Explanation centred(long rows, long n) {
    Tensor x = Tensor.of(Storage.zeros(TensorType.f32(rows, n)));
    Tensor y = x.sub(x.mean(1).restore(x.shape(), 1));
    return Session.on(ReferenceBackend.interpreting()).explain(List.of(y), List.of());
  }

  @Test
  void groupsSayHowTheyAreComputed() {
    Explanation rows = centred(20, 30);
    assertEquals(List.of("by rows"), rows.groups().stream().map(Explanation.Group::how).toList());
    assertEquals(List.of(), rows.apart());
    Tensor x = Tensor.of(Storage.zeros(TensorType.f32(20, 30)));
    Explanation sums = session.explain(List.of(x.sum(0), x.square().sum(0), x.max(0)), List.of());
    assertEquals(List.of("one pass"), sums.groups().stream().map(Explanation.Group::how).toList());
  }

  @Test
  void groupsThatStayApartSayWhy() {
    Explanation few = centred(2, 30_000);
    assertEquals(
        List.of("2 rows keep too few threads busy"),
        few.apart().stream().map(Explanation.Apart::why).toList());
    assertTrue(few.toString().contains("2 rows keep too few threads busy"), few::toString);
    assertEquals(
        "a row of 70000 elements does not stay in the cache",
        centred(20, 70_000).apart().getFirst().why());
    Tensor x = Tensor.of(Storage.zeros(TensorType.f32(64, 64)));
    Tensor y = x.sub(x.mean(0).restore(x.shape(), 0));
    Explanation columns = session.explain(List.of(y), List.of());
    Explanation.Apart apart = columns.apart().getFirst();
    assertEquals("the innermost axis is not reduced", apart.why());
    assertTrue(apart.first() < apart.second(), columns::toString);
  }
}
