package kortex.backend.cpu.openblas;

import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;
import kortex.tensor.DType;
import kortex.tensor.DeviceException;

/**
 * The functions of OpenBLAS for one element type. Those of LAPACK go by LAPACKE, which finds their
 * work space; those of BLAS by their Fortran names, whose arguments are all addresses, because
 * {@link CFunction} passes no doubles.
 */
record BlasApi(
    CFunction product,
    CFunction triangularSolve,
    CFunction copy,
    CFunction add,
    CFunction lu,
    CFunction luSolve,
    CFunction cholesky,
    CFunction qr,
    CFunction orthogonal,
    CFunction svd,
    CFunction eigh) {
  /** LAPACKE's word for matrices stored by columns. */
  static final int BY_COLUMNS = 102;

  private static final int NO_MEMORY = -1010;

  static BlasApi of(NativeLibraries libraries, DType dtype) {
    String letter = dtype == DType.F64 ? "d" : "s";
    return new BlasApi(
        blas(libraries, letter + "gemm"),
        blas(libraries, letter + "trsm"),
        blas(libraries, letter + "omatcopy"),
        blas(libraries, letter + "geadd"),
        lapack(libraries, letter + "getrf"),
        lapack(libraries, letter + "getrs"),
        lapack(libraries, letter + "potrf"),
        lapack(libraries, letter + "geqrf"),
        lapack(libraries, letter + "orgqr"),
        lapack(libraries, letter + "gesdd"),
        lapack(libraries, letter + "syevd"));
  }

  private static CFunction blas(NativeLibraries libraries, String name) {
    return libraries.function(NativeLibrary.OPENBLAS, name + "_");
  }

  private static CFunction lapack(NativeLibraries libraries, String name) {
    return libraries.function(NativeLibrary.OPENBLAS, "LAPACKE_" + name);
  }

  /** LAPACK's verdict on the numbers, 0 if all went well; throws if the call itself failed. */
  static int verdict(long result) {
    int info = (int) result;
    if (info <= NO_MEMORY) {
      throw new DeviceException(
          "OpenBLAS has no room for its work space", "Use smaller matrices, or fewer at once.");
    }
    if (info < 0) {
      throw new IllegalStateException("LAPACK refuses argument " + -info);
    }
    return info;
  }
}
