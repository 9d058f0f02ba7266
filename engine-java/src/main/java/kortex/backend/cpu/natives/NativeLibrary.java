package kortex.backend.cpu.natives;

/** A shared library that the CPU backend needs, and the runtime jar that carries it. */
public enum NativeLibrary {
  /** GNU OpenMP: the one thread pool, shared by oneDNN and the generated kernels. */
  OPENMP("dnnl", "libgomp.so.1"),
  /** oneDNN: matrix products, convolutions, pooling. */
  ONEDNN("dnnl", "libdnnl.so.3"),
  /** LLVM: compiles the generated kernels. */
  LLVM("llvm", "libLLVM.so"),
  /** Quadruple precision, which the Fortran runtime needs. */
  QUADMATH("openblas", "libquadmath.so.0"),
  /** The Fortran runtime, which LAPACK needs. */
  FORTRAN("openblas", "libgfortran.so.5"),
  /** OpenBLAS: products in f64 and LAPACK; loaded when linear algebra is first used. */
  OPENBLAS("openblas", "libopenblas.so.0");

  private final String artifact;
  private final String fileName;

  NativeLibrary(String artifact, String fileName) {
    this.artifact = artifact;
    this.fileName = fileName;
  }

  /** The artifact of the group {@code org.bytedeco} whose platform jar holds this library. */
  public String artifact() {
    return artifact;
  }

  /** The name of the file, inside the jar and on disk. */
  public String fileName() {
    return fileName;
  }

  /** Where the library is inside its jar, for {@code platform}. */
  String resource(Platform platform) {
    return "org/bytedeco/" + artifact + "/" + platform.classifier() + "/" + fileName;
  }
}
