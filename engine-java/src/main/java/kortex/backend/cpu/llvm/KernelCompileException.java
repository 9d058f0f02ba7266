package kortex.backend.cpu.llvm;

import kortex.tensor.KortexException;

/** IR that LLVM does not accept, or an object that does not link: a defect of a kernel emitter. */
public final class KernelCompileException extends KortexException {
  /** An error of the kernel {@code name} with LLVM's own words. */
  KernelCompileException(String stage, String name, String llvmMessage) {
    super(
        stage + " of kernel " + name + " failed: " + llvmMessage.strip(),
        "reporting this as a defect, with the script; another backend meanwhile.");
  }
}
