package kortex;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import kortex.autodiff.Transforms;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeSettings;
import kortex.data.Dataset;
import kortex.graph.HostMemory;
import kortex.graph.Origin;
import kortex.graph.Tensor;
import kortex.graph.Tensors;
import kortex.graph.Variable;
import kortex.io.Safetensors;
import kortex.model.Dense;
import kortex.model.Dropout;
import kortex.model.Input;
import kortex.model.LayerNode;
import kortex.model.Loss;
import kortex.model.NetworkSpec;
import kortex.model.Site;
import kortex.optimizer.Sgd;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.KortexException;
import kortex.tensor.TensorType;
import kortex.train.TrainStep;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Every error links to {@code docs/errors.md}: the section is there, and its examples are real. */
class ErrorPageTest {
  private static final Path PAGE = Path.of("../docs/errors.md");
  private static final String HERE = Path.of("").toAbsolutePath().toString();

  private static Set<String> errors() {
    Set<String> out = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("kortex")) {
      if (type.isAssignableTo(KortexException.class)
          && !type.isEquivalentTo(KortexException.class)) {
        out.add(type.getSimpleName().replace("Exception", ""));
      }
    }
    return out;
  }

  private static Map<String, Executable> examples() {
    Map<String, Executable> out = new LinkedHashMap<>();
    out.put("Shape: broadcast", () -> Tensor.of(1, 2, 3).add(Tensor.of(1, 2)));
    out.put("Shape: network", ErrorPageTest::wrongNetwork);
    out.put("DType: number", () -> Tensors.zeros(DType.U8, 2).add(300));
    out.put(
        "DType: matMul",
        () -> Tensors.zeros(DType.F32, 2, 2).matmul(Tensors.zeros(DType.F64, 2, 2)));
    out.put(
        "Data: label",
        () ->
            Loss.crossEntropy().of(Tensor.of(new float[6], 2, 3), Tensor.of(new int[] {0, 3}, 2)));
    out.put(
        "Data: NaN",
        () -> Dataset.of(new float[][] {{1, 2}, {3, Float.NaN}}, new float[][] {{0}, {1}}));
    out.put("Setting: range", () -> new Dropout(1.5));
    out.put("Setting: backend", () -> Session.open("tpu"));
    out.put("Storage", () -> Safetensors.read(Path.of("best.safetensors"), Arena.ofAuto()));
    out.put("Device", () -> HostMemory.requireFits(TensorType.f32(60_000, 60_000)));
    out.put("Placeholder", () -> Transforms.vmap(x -> x.mul(x.item())).apply(Tensor.of(1, 2)));
    Tensor singular = Tensor.of(new float[] {1, 2, 2, 4}, 2, 2);
    Origin line = Origin.of("test.nn.kts:2");
    out.put("Numeric", () -> line.call(singular::inverse).toFloatArray());
    out.put("Training", ErrorPageTest::deadParameter);
    out.put("KernelCompile", ErrorPageTest::brokenKernel);
    return out;
  }

  private static void wrongNetwork() {
    var builder = NetworkSpec.builder(Input.image(1, 8, 8));
    int logits = builder.add(Dense.of(10), List.of(LayerNode.NETWORK_INPUT), Site.NONE);
    builder.build(logits);
  }

  private static void deadParameter() {
    Variable slope = Variable.of("slope", Tensor.of(2));
    Variable offset = Variable.of("offset", Tensor.of(1));
    TrainStep.of(Session.shared(), List.of(slope, offset), Sgd.of(0.1), 0)
        .run(() -> slope.square().sum());
  }

  private static void brokenKernel() {
    LlvmCompiler.open(NativeLibraries.open(NativeSettings.fromEnvironment()))
        .compile("k0", "define void @k0() { ret i32 }");
  }

  @Test
  void everyErrorHasItsSection() throws IOException {
    String page = Files.readString(PAGE);
    for (String name : errors()) {
      assertTrue(page.contains("\n## " + name + "\n"), "docs/errors.md has no section " + name);
    }
  }

  @TestFactory
  Stream<DynamicTest> examplesAreWhatTheCodeSays() throws IOException {
    String page = Files.readString(PAGE);
    return examples().entrySet().stream()
        .map(example ->
            DynamicTest.dynamicTest(
                example.getKey(),
                () -> {
                  var error = assertThrows(KortexException.class, example.getValue());
                  String message = error.getMessage().replace(HERE, "/home/ada/digits");
                  String section = example.getKey().split(":", 2)[0];
                  assertTrue(error.anchor().endsWith("#" + section.toLowerCase(Locale.ROOT)));
                  assertTrue(
                      page.contains("```\n" + message + "\n```\n"),
                      () -> PAGE + " does not show\n" + message);
                }));
  }
}
