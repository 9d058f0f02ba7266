package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.Control.Carried;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.KortexException;
import kortex.tensor.PlaceholderException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;
import org.junit.jupiter.api.Test;

/** What loops and branches say about mistakes. */
class ControlMistakesTest {
  private static void says(Class<? extends KortexException> type, Runnable call, String... parts) {
    KortexException e = assertThrows(type, call::run);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e::getMessage);
    }
  }

  @Test
  void mistakesAreSaidAtTheCall() {
    Tensor c = Tensor.of(1f, 2f);
    Tensor x = Tensors.ones(DType.F32, 4, 2);
    says(
        ShapeException.class,
        () -> Control.iterate(2, List.of(c), l -> List.of(l.getFirst().sum())),
        "f32[2] before",
        "f32[] after");
    says(
        DTypeException.class,
        () -> Control.iterate(2, List.of(c), l -> List.of(l.getFirst().cast(DType.I32))),
        "i32[2] after",
        "cast");
    says(
        ShapeException.class,
        () ->
            Control.scan(
                List.of(c),
                List.of(x, Tensors.ones(DType.F32, 3)),
                (l, s) -> new Carried(l, List.of())),
        "4 and 3 steps");
    says(
        ShapeException.class,
        () -> Control.scan(List.of(c), List.of(), (l, s) -> new Carried(l, List.of())),
        "no sequence");
    says(
        ShapeException.class,
        () -> Control.scan(List.of(c), List.of(x.sum()), (l, s) -> new Carried(l, List.of())),
        "first axis");
    says(
        SettingException.class,
        () -> Control.scan(List.of(), List.of(x), (l, s) -> new Carried(List.of(), List.of())),
        "gives nothing");
    says(
        SettingException.class,
        () -> Control.iterate(2, List.of(c, c), l -> List.of(l.getFirst())),
        "takes 2 carries and gives 1");
    says(SettingException.class, () -> Control.iterate(-1, List.of(c), l -> l), "-1 times");
  }

  @Test
  void mistakesInBranchesAreSaidAtTheCall() {
    Tensor c = Tensor.of(1f, 2f);
    says(
        ShapeException.class,
        () -> Control.cond(c.less(c), () -> List.of(c), () -> List.of(c)),
        "bool[2]",
        "where");
    says(
        DTypeException.class,
        () -> Control.cond(c.sum(), () -> List.of(c), () -> List.of(c)),
        "f32[]");
    Tensor p = c.sum().less(c.max());
    says(
        ShapeException.class,
        () -> Control.cond(p, () -> List.of(c), () -> List.of(c.sum())),
        "f32[2]",
        "f32[]");
    says(
        DTypeException.class,
        () -> Control.cond(p, () -> List.of(c), () -> List.of(c.cast(DType.I32))),
        "i32[2]");
    says(SettingException.class, () -> Control.cond(p, List::of, List::of), "give nothing");
  }

  @Test
  void numbersInsideABodyAreRefused() {
    Tensor c = Tensor.of(1f, 2f);
    says(
        PlaceholderException.class,
        () ->
            Control.iterate(
                2, List.of(c), l -> List.of(l.getFirst().mul(l.getFirst().sum().item()))),
        "has no numbers",
        "cond");
    List<Tensor> kept = new ArrayList<>();
    Control.iterate(
        2,
        List.of(c),
        l -> {
          kept.add(l.getFirst().exp());
          return l;
        });
    says(PlaceholderException.class, () -> kept.getFirst().toFloatArray(), "has no numbers");
    says(
        PlaceholderException.class,
        () ->
            Control.iterate(2, List.of(c), l -> List.of(l.getFirst().add(kept.getFirst())))
                .getFirst()
                .toFloatArray(),
        "has no numbers");
  }
}
