package kortex.backend.cpu.onednn;

import java.util.ArrayList;
import java.util.List;

/**
 * What happens to a product or a convolution before it is stored, in this order.
 *
 * @param norm subtracts a vector from the channels at each place, then multiplies them by one
 * @param bias adds a vector to each row, or to the channels at each place
 * @param residual adds a tensor of the result's size and layout
 * @param activation applied last
 */
public record Epilogue(boolean norm, boolean bias, boolean residual, Activation activation) {
  /** The result alone. */
  public static final Epilogue NONE = new Epilogue(false, false, false, Activation.NONE);

  /** The same with a bias. */
  public Epilogue withBias() {
    return new Epilogue(norm, true, residual, activation);
  }

  /** The same with a residual. */
  public Epilogue withResidual() {
    return new Epilogue(norm, bias, true, activation);
  }

  /** The same with an activation. */
  public Epilogue with(Activation function) {
    return new Epilogue(norm, bias, residual, function);
  }

  /** The same with a centre and a scale. */
  public Epilogue withNorm() {
    return new Epilogue(true, bias, residual, activation);
  }

  /** Whether the bias is an argument of the primitive: it is added before anything else happens. */
  boolean hasPlainBias() {
    return bias && !norm;
  }

  /** A step behind the primitive itself that reads a tensor. */
  private record Post(String name, long algorithm, TensorLayout layout) {}

  /** The steps that read a tensor, in order. */
  private List<Post> posts(TensorLayout channels, TensorLayout result) {
    List<Post> out = new ArrayList<>();
    if (norm) {
      out.add(new Post("centre", DnnApi.BINARY_SUB, channels));
      out.add(new Post("scale", DnnApi.BINARY_MUL, channels));
    }
    if (bias && norm) {
      out.add(new Post("bias", DnnApi.BINARY_ADD, channels));
    }
    if (residual) {
      out.add(new Post("residual", DnnApi.BINARY_ADD, result));
    }
    return out;
  }

  /**
   * The attributes of a primitive with this epilogue.
   *
   * @param channels a vector that is the same at each place of the result
   */
  long attributes(OneDnn dnn, ProgramBuilder builder, TensorLayout channels, TensorLayout result) {
    long attributes = builder.attributes();
    List<Post> posts = posts(channels, result);
    if (posts.isEmpty() && activation == Activation.NONE) {
      return attributes;
    }
    DnnApi api = dnn.api();
    long postOps = builder.take(api.postOpsCreate.call(builder.resultAt()), api.postOpsDestroy);
    for (Post post : posts) {
      long layout = builder.layout(post.layout());
      DnnApi.check(api.postOpsAppendBinary.call(postOps, post.algorithm(), layout), post.name());
    }
    if (activation != Activation.NONE) {
      int algorithm = activation.algorithm();
      DnnApi.check(
          api.postOpsAppendEltwise.callWithFloats(postOps, algorithm, 0, 0f, 0f), "activation");
    }
    DnnApi.check(api.attributesSetPostOps.call(attributes, postOps), "post-ops");
    return attributes;
  }

  /** The slots of what it reads: centre, scale, bias, residual, as far as it has them. */
  List<Slot> slots(
      ProgramBuilder builder, TensorLayout bias, TensorLayout channels, TensorLayout result) {
    List<Slot> out = new ArrayList<>();
    if (hasPlainBias()) {
      out.add(builder.input("bias", DnnApi.ARG_BIAS, bias));
    }
    List<Post> posts = posts(channels, result);
    for (int i = 0; i < posts.size(); i++) {
      int argument = DnnApi.ARG_POST_OP * (i + 1) | DnnApi.ARG_SECOND;
      out.add(builder.asGiven(posts.get(i).name(), argument, posts.get(i).layout()));
    }
    return out;
  }
}
