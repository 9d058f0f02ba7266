package kortex.backend.cpu.llvm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One run of LLVM from text to object or assembly, with everything it allocates.
 *
 * <p>Each compilation has an LLVM context of its own and a target machine to itself, which is what
 * makes it safe to run several at once.
 */
final class Compilation implements AutoCloseable {
  /** What to emit: values of LLVM's {@code LLVMCodeGenFileType}. */
  enum Output {
    ASSEMBLY(0),
    OBJECT(1);

    private final int code;

    Output(int code) {
      this.code = code;
    }
  }

  private static final int RELOC_PIC = 2;
  private static final int CODE_MODEL_DEFAULT = 0;
  private static final int VERIFIER_RETURN_STATUS = 2;
  private static final long FUNCTION_INDEX = 0xffff_ffffL;

  private final LlvmApi llvm;
  private final Diagnostics diagnostics;
  private final String name;
  private final LlvmTarget target;
  private final Machines machines;
  private final Recipe recipe;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment message = arena.allocate(ValueLayout.JAVA_LONG);
  private final long context;
  private final long listener;
  private long machine;
  private long module;

  Compilation(
      LlvmApi llvm,
      Diagnostics diagnostics,
      String name,
      LlvmTarget target,
      Machines machines,
      Recipe recipe) {
    this.llvm = llvm;
    this.diagnostics = diagnostics;
    this.name = name;
    this.target = target;
    this.machines = machines;
    this.recipe = recipe;
    this.context = llvm.contextCreate.call();
    this.listener = diagnostics.listen(context);
  }

  /** The object or assembly of {@code irText}. */
  byte[] run(String irText, Output output) {
    machine = machines.take(kind()).orElseGet(this::createMachine);
    parse(irText);
    setAttributes();
    optimize();
    return emit(output);
  }

  private Machines.Kind kind() {
    return new Machines.Kind(target, recipe.codeGenLevel());
  }

  private long createMachine() {
    long triple = text(target.triple());
    if ((int) llvm.getTargetFromTriple.call(triple, result.address(), message.address()) != 0) {
      throw failure("Choosing the target", takeMessage());
    }
    long created =
        llvm.createTargetMachine.callMany(
            takeResult(),
            triple,
            text(target.cpu()),
            text(target.features()),
            recipe.codeGenLevel(),
            RELOC_PIC,
            CODE_MODEL_DEFAULT);
    if (created == 0) {
      throw failure("Choosing the target", "no machine for " + target);
    }
    return created;
  }

  private void parse(String irText) {
    byte[] bytes = irText.getBytes(UTF_8);
    MemorySegment copy = arena.allocate(bytes.length + 1L); // zeroed: LLVM wants a terminator
    MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
    long buffer = llvm.createMemoryBuffer.call(copy.address(), bytes.length, text(name), 1);
    // The parser takes the buffer over, whatever comes of it.
    if ((int) llvm.parseIr.call(context, buffer, result.address(), message.address()) != 0) {
      throw failure("Parsing", takeMessage());
    }
    module = takeResult();
    llvm.setTarget.call(module, text(target.triple()));
    long layout = llvm.createTargetDataLayout.call(machine);
    llvm.setModuleDataLayout.call(module, layout);
    llvm.disposeTargetData.call(layout);
    int broken = (int) llvm.verifyModule.call(module, VERIFIER_RETURN_STATUS, message.address());
    String complaint = takeMessage();
    if (broken != 0) {
      throw failure("Verification", complaint);
    }
  }

  /** Tells all functions for which machine they are: what a front end would write on each. */
  private void setAttributes() {
    long[] attributes = {
      attribute("target-cpu", target.cpu()),
      attribute("target-features", target.features()),
      attribute("prefer-vector-width", Integer.toString(target.vectorBits()))
    };
    for (long f = llvm.getFirstFunction.call(module); f != 0; f = llvm.getNextFunction.call(f)) {
      if ((int) llvm.isDeclaration.call(f) == 0) {
        for (long attribute : attributes) {
          llvm.addAttributeAtIndex.call(f, FUNCTION_INDEX, attribute);
        }
      }
    }
  }

  private long attribute(String key, String value) {
    return llvm.createStringAttribute.call(
        context, text(key), key.length(), text(value), value.length());
  }

  private void optimize() {
    long options = llvm.createPassBuilderOptions.call();
    try {
      llvm.check(
          llvm.runPasses.call(module, text(recipe.passes()), machine, options),
          text -> failure("Optimising", text));
    } finally {
      llvm.disposePassBuilderOptions.call(options);
    }
  }

  private byte[] emit(Output output) {
    int failed =
        (int)
            llvm.emitToMemoryBuffer.call(
                machine, module, output.code, message.address(), result.address());
    if (failed != 0) {
      throw failure("Code generation", takeMessage());
    }
    long buffer = takeResult();
    byte[] bytes =
        MemorySegment.ofAddress(llvm.getBufferStart.call(buffer))
            .reinterpret(llvm.getBufferSize.call(buffer))
            .toArray(ValueLayout.JAVA_BYTE);
    llvm.disposeMemoryBuffer.call(buffer);
    String errors = diagnostics.finish(listener);
    if (!errors.isEmpty()) {
      throw failure("Code generation", errors);
    }
    return bytes;
  }

  private KernelCompileException failure(String stage, String text) {
    String reported = diagnostics.finish(listener);
    return new KernelCompileException(stage, name, (text + "\n" + reported).strip());
  }

  private long text(String value) {
    return arena.allocateFrom(value).address();
  }

  private long takeResult() {
    return result.get(ValueLayout.JAVA_LONG, 0);
  }

  private String takeMessage() {
    String text = llvm.takeMessage(message.get(ValueLayout.JAVA_LONG, 0));
    message.set(ValueLayout.JAVA_LONG, 0, 0);
    return text;
  }

  @Override
  public void close() {
    if (module != 0) {
      llvm.disposeModule.call(module);
    }
    if (machine != 0) {
      machines.give(kind(), machine);
    }
    llvm.contextDispose.call(context);
    diagnostics.finish(listener);
    arena.close();
  }
}
