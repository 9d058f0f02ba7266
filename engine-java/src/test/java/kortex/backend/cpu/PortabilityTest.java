package kortex.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kortex.autodiff.Autodiff;
import kortex.backend.cpu.emit.ModuleEmitter;
import kortex.backend.cpu.emit.Vectorised;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.LlvmTarget;
import kortex.backend.cpu.natives.TestLibraries;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.kernel.Kernel;
import kortex.model.Activation;
import kortex.model.Activations;
import kortex.model.BatchNorm;
import kortex.model.Conv2d;
import kortex.model.Dense;
import kortex.model.Flatten;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.LayerNode;
import kortex.model.Lstm;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Site;
import kortex.model.TransformerBlock;
import kortex.plan.Plan;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates of whole networks on processors that this machine has in it, and on one it is not. */
class PortabilityTest {
  private static final int BATCH = 8;
  private static final int STEPS = 3;
  private static final int ELF = 0x7f454c46;
  private static final int MACHINE_AT = 18;
  private static final int RELOCATABLE = 1;
  private static final int AARCH64 = 183;

  /** A processor that has no more than these vectors. */
  private static LlvmTarget narrowed(LlvmTarget own, int bits) {
    return switch (bits) {
      case 256 -> own.restrictedTo("haswell", "", bits);
      case 128 -> own.restrictedTo("x86-64", "", bits);
      default -> own;
    };
  }

  private static Network network(String name) {
    return switch (name) {
      case "mlp" -> chain(Input.features(20), Dense.of(33), Activation.TANH, Dense.of(7));
      case "conv" ->
          chain(
              Input.image(3, 9, 9),
              Conv2d.of(5, 3),
              BatchNorm.of(),
              Activation.RELU,
              new Flatten(),
              Dense.of(7));
      case "lstm" -> chain(Input.sequence(6, 5), Lstm.of(9), Dense.of(7));
      case "transformer" -> chain(Input.sequence(6, 8), TransformerBlock.of(2, true), Dense.of(7));
      default -> throw new AssertionError(name);
    };
  }

  private static Network chain(Input input, Layer... layers) {
    NetworkSpec.Builder builder = NetworkSpec.builder(input);
    int at = LayerNode.NETWORK_INPUT;
    for (Layer layer : layers) {
      at = builder.add(layer, List.of(at), Site.NONE);
    }
    return Network.of(builder.build(at), 1);
  }

  /** A compiled update by gradient descent, on numbers that do not change. */
  private static Step step(Session session, Network network) {
    TensorType type = new TensorType(DType.F32, network.spec().input().shape().prepend(BATCH));
    float[] numbers = new float[(int) type.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (i * 37 % 101 - 50) / 50f;
    }
    Tensor x = Tensor.of(Storage.of(type, MemorySegment.ofArray(numbers)));
    Tensor loss = Activations.softmax(network.call(x)).square().sum();
    List<Variable> parameters = network.parameters();
    List<Tensor> gradients = Autodiff.grad(loss, parameters);
    List<Graph.Assignment> updates = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Tensor next = parameters.get(i).sub(gradients.get(i).mul(0.01));
      updates.add(new Graph.Assignment(parameters.get(i).storage(), next.value()));
    }
    return session.compile(List.of(loss), updates);
  }

  private static double loss(String name, int bits) {
    LlvmCompiler own = LlvmCompiler.open(TestLibraries.SHARED).withoutCache();
    LlvmCompiler compiler = own.withTarget(narrowed(own.target(), bits));
    try (Session session =
        Session.on(CpuBackend.open(TestLibraries.SHARED, libraries -> compiler))) {
      Step step = step(session, network(name));
      for (int i = 0; i < STEPS; i++) {
        step.run();
      }
      return step.scalar(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "conv", "lstm", "transformer"})
  void narrowerVectorsComputeTheSame(String name) {
    double expected;
    try (Session reference = Session.open("reference")) {
      Step step = step(reference, network(name));
      for (int i = 0; i < STEPS; i++) {
        step.run();
      }
      expected = step.scalar(0);
    }
    for (int bits : new int[] {512, 256, 128}) {
      assertEquals(expected, loss(name, bits), 1e-4 * expected, name + " with " + bits + " bits");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "conv", "lstm", "transformer"})
  void kernelsOfAPlanCompileForAarch64(String name) {
    LlvmCompiler compiler =
        LlvmCompiler.open(TestLibraries.SHARED).withoutCache().withTarget(LlvmTarget.aarch64());
    try (Session session = Session.open("cpu")) {
      Plan plan = step(session, network(name)).plan();
      Set<Kernel.Code> kernels = new LinkedHashSet<>();
      for (Plan part : plan.all()) {
        for (Plan.Step step : part.steps()) {
          if (step instanceof Plan.KernelStep s) {
            kernels.add(s.kernel().code());
          }
        }
      }
      int bits = compiler.target().vectorBits();
      List<Vectorised> vectorised = List.copyOf(KernelCode.vectorised(plan, bits));
      ModuleEmitter.Module module =
          ModuleEmitter.emit(List.copyOf(kernels), vectorised, bits, "arm");
      assertTrue(kernels.size() >= 2 && !vectorised.isEmpty(), plan.toString());
      checkObject(compiler.compile(name, module.text()), module);
      checkVectors(compiler.assembly(name, module.text()));
    }
  }

  private static void checkObject(byte[] object, ModuleEmitter.Module module) {
    ByteBuffer header = ByteBuffer.wrap(object);
    assertEquals(ELF, header.getInt(0));
    header.order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(RELOCATABLE, header.getShort(MACHINE_AT - 2));
    assertEquals(AARCH64, header.getShort(MACHINE_AT));
    String text = new String(object, StandardCharsets.ISO_8859_1);
    for (Map<?, String> names : List.of(module.names(), module.vectorised())) {
      names.values().forEach(name -> assertTrue(text.contains(name + "\0"), name));
    }
  }

  /** Four floats at a time, multiplied and added in one. */
  private static void checkVectors(String assembly) {
    assertTrue(assembly.contains("fmla\tv") && assembly.contains(".4s"), assembly);
  }
}
