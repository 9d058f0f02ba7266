package kortex.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import kortex.session.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention against PyTorch, results and gradients. Numbers from make_attention.py. */
class AttentionGoldenTest {
  private static final Golden GOLDEN = Golden.load("attention");
  private static final Set<String> CAUSAL = Set.of("causal", "shared");

  private static AttentionSettings settings(String name) {
    AttentionSettings settings = AttentionSettings.of(CAUSAL.contains(name));
    return name.equals("scale") ? settings.withScale(0.25) : settings;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "causal", "scale", "cross", "shared", "added", "perKey", "hidden"})
  void attentionIsThatOfPyTorch(String name) {
    for (Session session : List.of(Session.open("cpu"), Session.on(ReferenceBackend.create()))) {
      ScopedValue.where(Evaluator.SCOPED, session).run(() -> check(name));
    }
  }

  private static void check(String name) {
    Tensor q = GOLDEN.tensor(name + "/q");
    Tensor k = GOLDEN.tensor(name + "/k");
    Tensor v = GOLDEN.tensor(name + "/v");
    List<Tensor> learnt = new ArrayList<>(List.of(q, k, v));
    List<String> names = new ArrayList<>(List.of("q", "k", "v"));
    AttentionSettings settings = settings(name);
    if (GOLDEN.file().tensors().containsKey(name + "/mask")) {
      Tensor mask = GOLDEN.tensor(name + "/mask");
      boolean hidden = name.equals("hidden");
      settings = settings.withMask(hidden ? mask.notEqual(Tensor.full(mask.type(), 0)) : mask);
      if (!hidden) {
        learnt.add(mask);
        names.add("mask");
      }
    }
    Tensor y = Attentions.scaledDotProduct(q, k, v, settings);
    List<Tensor> results =
        new ArrayList<>(Autodiff.grad(y.mul(GOLDEN.tensor(name + "/dy")).sum(), learnt));
    results.add(y);
    List<float[]> got = results.stream().map(Tensor::toFloatArray).toList();
    for (int i = 0; i < learnt.size(); i++) {
      String which = name + "/d" + names.get(i);
      assertArrayEquals(GOLDEN.floats(which), got.get(i), 2e-5f, which);
    }
    assertArrayEquals(GOLDEN.floats(name + "/y"), got.getLast(), 2e-6f, name);
  }

  @Test
  void everyCaseOfTheFileIsChecked() {
    Set<String> names = new TreeSet<>();
    GOLDEN.file().tensors().keySet().forEach(key -> names.add(key.substring(0, key.indexOf('/'))));
    assertEquals(
        Set.of("plain", "causal", "scale", "cross", "shared", "added", "perKey", "hidden"), names);
  }
}
