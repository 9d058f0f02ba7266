package kortex.backend.cpu.onednn;

import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.FunctionTable;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;
import kortex.tensor.DeviceException;

/**
 * The functions and constants of oneDNN's C API that Kortex uses, without their prefix {@code
 * dnnl}. The numbers are those of the headers of version 3.11.
 */
final class DnnApi extends FunctionTable {
  static final long KIND_CPU = 1;
  static final long STREAM_IN_ORDER = 1;
  static final long TYPE_BF16 = 2;
  static final long TYPE_F32 = 3;
  static final long TAG_ANY = 1;
  static final long SCRATCHPAD_USER = 1;
  static final long FORWARD_TRAINING = 64;
  static final long CONVOLUTION_DIRECT = 1;
  static final long BINARY_ADD = 0x1fff0;
  static final long BINARY_MUL = 0x1fff1;
  static final long BINARY_SUB = 0x1fff5;

  static final int ARG_SRC = 1;
  static final int ARG_DST = 17;
  static final int ARG_WEIGHTS = 33;
  static final int ARG_BIAS = 41;
  static final int ARG_WORKSPACE = 64;
  static final int ARG_SCRATCHPAD = 80;
  static final int ARG_DIFF_SRC = 129;
  static final int ARG_DIFF_DST = 145;
  static final int ARG_DIFF_WEIGHTS = 161;
  static final int ARG_DIFF_BIAS = 169;

  /** Times the number of a post-op, from 1: an argument of that post-op. */
  static final int ARG_POST_OP = 32768;

  /** The tensor that a post-op reads. */
  static final int ARG_SECOND = 2;

  static final long QUERY_IMPLEMENTATION = 8;
  static final long QUERY_WORKSPACE = 135;
  static final long QUERY_SCRATCHPAD = 136;
  static final long QUERY_EXEC_ARG = 255;

  private static final String[] STATUS = {
    "success",
    "out of memory",
    "invalid arguments",
    "not implemented",
    "no further implementation",
    "failure at run time",
    "not required",
    "invalid graph",
    "invalid graph op",
    "invalid shape",
    "invalid data type"
  };

  final CFunction version = bind("dnnl_version");
  final CFunction effectiveIsa = bind("dnnl_get_effective_cpu_isa");
  final CFunction setCacheCapacity = bind("dnnl_set_primitive_cache_capacity");
  final CFunction engineCreate = bind("dnnl_engine_create");
  final CFunction engineDestroy = bind("dnnl_engine_destroy");
  final CFunction streamCreate = bind("dnnl_stream_create");
  final CFunction streamDestroy = bind("dnnl_stream_destroy");

  final CFunction layoutWithStrides = bind("dnnl_memory_desc_create_with_strides");
  final CFunction layoutWithTag = bind("dnnl_memory_desc_create_with_tag");
  final CFunction layoutDestroy = bind("dnnl_memory_desc_destroy");
  final CFunction layoutEqual = bind("dnnl_memory_desc_equal");
  final CFunction layoutBytes = bind("dnnl_memory_desc_get_size");
  final CFunction memoryCreate = bind("dnnl_memory_create");
  final CFunction memorySetHandle = bind("dnnl_memory_set_data_handle");
  final CFunction memoryDestroy = bind("dnnl_memory_destroy");

  final CFunction attributesCreate = bind("dnnl_primitive_attr_create");
  final CFunction attributesDestroy = bind("dnnl_primitive_attr_destroy");
  final CFunction attributesSetScratchpad = bind("dnnl_primitive_attr_set_scratchpad_mode");
  final CFunction attributesSetPostOps = bind("dnnl_primitive_attr_set_post_ops");
  final CFunction postOpsCreate = bind("dnnl_post_ops_create");
  final CFunction postOpsDestroy = bind("dnnl_post_ops_destroy");
  final CFunction postOpsAppendBinary = bind("dnnl_post_ops_append_binary");
  final CFunction postOpsAppendEltwise = bind("dnnl_post_ops_append_eltwise");

  final CFunction matMul = bind("dnnl_matmul_primitive_desc_create");
  final CFunction reorder = bind("dnnl_reorder_primitive_desc_create");
  final CFunction convolutionForward = bind("dnnl_convolution_forward_primitive_desc_create");
  final CFunction convolutionBackwardData =
      bind("dnnl_convolution_backward_data_primitive_desc_create");
  final CFunction convolutionBackwardWeights =
      bind("dnnl_convolution_backward_weights_primitive_desc_create");
  final CFunction poolingForward = bind("dnnl_pooling_forward_primitive_desc_create");
  final CFunction poolingBackward = bind("dnnl_pooling_backward_primitive_desc_create");

  final CFunction descriptorQuery = bind("dnnl_primitive_desc_query");
  final CFunction descriptorQueryLayout = bind("dnnl_primitive_desc_query_md");
  final CFunction descriptorDestroy = bind("dnnl_primitive_desc_destroy");
  final CFunction primitiveCreate = bind("dnnl_primitive_create");
  final CFunction primitiveExecute = bind("dnnl_primitive_execute");
  final CFunction primitiveDestroy = bind("dnnl_primitive_destroy");

  DnnApi(NativeLibraries libraries) {
    super(libraries, NativeLibrary.ONEDNN);
  }

  /** Throws if the result of a call, a {@code dnnl_status_t}, is not success. */
  static void check(long result, String what) {
    if ((int) result != 0) {
      throw failure(result, what);
    }
  }

  /** The error for a {@code dnnl_status_t}. */
  static DeviceException failure(long result, String what) {
    int status = (int) result;
    String name = status > 0 && status < STATUS.length ? STATUS[status] : "status " + status;
    String remedy =
        status == 1
            ? "a smaller batch."
            : "the reference backend for this op, and reporting the shapes.";
    return new DeviceException("oneDNN: " + what + ": " + name, remedy);
  }
}
