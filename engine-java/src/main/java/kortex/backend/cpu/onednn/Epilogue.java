package kortex.backend.cpu.onednn;

import java.util.Optional;

/**
 * What happens to a product or a convolution before it is stored, in this order.
 *
 * @param bias adds a vector to each row, or to the channels at each place
 * @param residual adds a tensor of the result's size and layout
 * @param activation applied last
 */
public record Epilogue(boolean bias, boolean residual, Activation activation) {
  /** The result alone. */
  public static final Epilogue NONE = new Epilogue(false, false, Activation.NONE);

  /** The same with a bias. */
  public Epilogue withBias() {
    return new Epilogue(true, residual, activation);
  }

  /** The same with a residual. */
  public Epilogue withResidual() {
    return new Epilogue(bias, true, activation);
  }

  /** The same with an activation. */
  public Epilogue with(Activation function) {
    return new Epilogue(bias, residual, function);
  }

  /** The attributes of a primitive with this epilogue, whose result has a layout. */
  long attributes(OneDnn dnn, ProgramBuilder builder, long result) {
    long attributes = builder.attributes();
    if (!residual && activation == Activation.NONE) {
      return attributes;
    }
    DnnApi api = dnn.api();
    long postOps = builder.take(api.postOpsCreate.call(builder.resultAt()), api.postOpsDestroy);
    if (residual) {
      DnnApi.check(api.postOpsAppendBinary.call(postOps, DnnApi.BINARY_ADD, result), "residual");
    }
    if (activation != Activation.NONE) {
      int algorithm = activation.algorithm();
      DnnApi.check(
          api.postOpsAppendEltwise.callWithFloats(postOps, algorithm, 0, 0f, 0f), "activation");
    }
    DnnApi.check(api.attributesSetPostOps.call(attributes, postOps), "post-ops");
    return attributes;
  }

  /** The slot of the bias of a primitive, if it has one. */
  Optional<Slot> biasSlot(ProgramBuilder builder, TensorLayout layout) {
    return bias ? Optional.of(builder.input("bias", DnnApi.ARG_BIAS, layout)) : Optional.empty();
  }

  /** The slot of the residual of a primitive, if it has one. */
  Optional<Slot> residualSlot(ProgramBuilder builder, TensorLayout layout) {
    return residual
        ? Optional.of(builder.asGiven("residual", DnnApi.ARG_FIRST_POST_OP, layout))
        : Optional.empty();
  }
}
