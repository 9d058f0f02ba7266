package kortex.backend.cpu.llvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;
import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.CStrings;
import kortex.backend.cpu.natives.FunctionTable;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;

/** The functions of LLVM's C API that Kortex calls, without their prefix {@code LLVM}. */
final class LlvmApi extends FunctionTable {
  final CFunction contextCreate = bind("LLVMContextCreate");
  final CFunction contextDispose = bind("LLVMContextDispose");
  final CFunction contextSetDiagnosticHandler = bind("LLVMContextSetDiagnosticHandler");
  final CFunction getDiagInfoDescription = bind("LLVMGetDiagInfoDescription");
  final CFunction getDiagInfoSeverity = bind("LLVMGetDiagInfoSeverity");

  final CFunction createMemoryBuffer = bind("LLVMCreateMemoryBufferWithMemoryRange");
  final CFunction copyMemoryBuffer = bind("LLVMCreateMemoryBufferWithMemoryRangeCopy");
  final CFunction getBufferStart = bind("LLVMGetBufferStart");
  final CFunction getBufferSize = bind("LLVMGetBufferSize");
  final CFunction disposeMemoryBuffer = bind("LLVMDisposeMemoryBuffer");

  final CFunction parseIr = bind("LLVMParseIRInContext");
  final CFunction verifyModule = bind("LLVMVerifyModule");
  final CFunction setTarget = bind("LLVMSetTarget");
  final CFunction setModuleDataLayout = bind("LLVMSetModuleDataLayout");
  final CFunction disposeModule = bind("LLVMDisposeModule");
  final CFunction getFirstFunction = bind("LLVMGetFirstFunction");
  final CFunction getNextFunction = bind("LLVMGetNextFunction");
  final CFunction isDeclaration = bind("LLVMIsDeclaration");
  final CFunction createStringAttribute = bind("LLVMCreateStringAttribute");
  final CFunction addAttributeAtIndex = bind("LLVMAddAttributeAtIndex");

  final CFunction getTargetFromTriple = bind("LLVMGetTargetFromTriple");
  final CFunction createTargetMachine = bind("LLVMCreateTargetMachine");
  final CFunction disposeTargetMachine = bind("LLVMDisposeTargetMachine");
  final CFunction createTargetDataLayout = bind("LLVMCreateTargetDataLayout");
  final CFunction disposeTargetData = bind("LLVMDisposeTargetData");
  final CFunction emitToMemoryBuffer = bind("LLVMTargetMachineEmitToMemoryBuffer");
  final CFunction createPassBuilderOptions = bind("LLVMCreatePassBuilderOptions");
  final CFunction disposePassBuilderOptions = bind("LLVMDisposePassBuilderOptions");
  final CFunction runPasses = bind("LLVMRunPasses");

  final CFunction createLlJit = bind("LLVMOrcCreateLLJIT");
  final CFunction disposeLlJit = bind("LLVMOrcDisposeLLJIT");
  final CFunction mainDylib = bind("LLVMOrcLLJITGetMainJITDylib");
  final CFunction addObjectFile = bind("LLVMOrcLLJITAddObjectFile");
  final CFunction lookup = bind("LLVMOrcLLJITLookup");
  final CFunction mangleAndIntern = bind("LLVMOrcLLJITMangleAndIntern");
  final CFunction absoluteSymbols = bind("LLVMOrcAbsoluteSymbols");
  final CFunction dylibDefine = bind("LLVMOrcJITDylibDefine");

  final CFunction getErrorMessage = bind("LLVMGetErrorMessage");
  final CFunction disposeErrorMessage = bind("LLVMDisposeErrorMessage");
  final CFunction disposeMessage = bind("LLVMDisposeMessage");

  LlvmApi(NativeLibraries libraries) {
    super(libraries, NativeLibrary.LLVM);
    initializeTarget(libraries.platform().architecture());
  }

  /**
   * Registers a back end; the registry is not safe for use by two threads. Without its assembler,
   * LLVM would end the process at the first line of inline assembly.
   */
  void initializeTarget(String architecture) {
    synchronized (LlvmApi.class) {
      for (String part :
          new String[] {"TargetInfo", "Target", "TargetMC", "AsmPrinter", "AsmParser"}) {
        bind("LLVMInitialize" + architecture + part).call();
      }
    }
  }

  /** The library's version, {@code 20.1.7}. */
  String version() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment v = arena.allocate(ValueLayout.JAVA_INT, 3);
      long at = v.address();
      bind("LLVMGetVersion").call(at, at + 4, at + 8);
      return v.getAtIndex(ValueLayout.JAVA_INT, 0)
          + "."
          + v.getAtIndex(ValueLayout.JAVA_INT, 1)
          + "."
          + v.getAtIndex(ValueLayout.JAVA_INT, 2);
    }
  }

  /** The machine this process runs on. */
  LlvmTarget host() {
    return LlvmTarget.widest(
        takeMessage(bind("LLVMGetDefaultTargetTriple").call()),
        takeMessage(bind("LLVMGetHostCPUName").call()),
        takeMessage(bind("LLVMGetHostCPUFeatures").call()));
  }

  /** The text of a message that the caller owns, which is disposed. */
  String takeMessage(long message) {
    String text = CStrings.read(message);
    if (message != 0) {
      disposeMessage.call(message);
    }
    return text;
  }

  /** Throws what {@code failure} makes of the message, if {@code error} is not zero. */
  void check(long error, Function<String, RuntimeException> failure) {
    if (error != 0) {
      long message = getErrorMessage.call(error);
      String text = CStrings.read(message);
      disposeErrorMessage.call(message);
      throw failure.apply(text);
    }
  }
}
