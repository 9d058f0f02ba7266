package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.op.Epilogue;

/** Writes what happens to a vector of a result before it is stored. */
final class EndingEmitter {
  private final VectorEmitter code;
  private final Epilogue epilogue;

  /** Whether a vector lies inside of one channel, rather than along the channels. */
  private final boolean inside;

  EndingEmitter(VectorEmitter code, Epilogue epilogue) {
    this(code, epilogue, false);
  }

  EndingEmitter(VectorEmitter code, Epilogue epilogue, boolean inside) {
    this.code = code;
    this.epilogue = epilogue;
    this.inside = inside;
  }

  /** Whether an epilogue is written here; others are not. */
  static boolean writes(Epilogue epilogue) {
    Optional<Epilogue.Activation> activation = epilogue.activation();
    return activation.isEmpty() || activation.get() == Epilogue.Activation.RELU;
  }

  /** The names of what an epilogue reads, in order. */
  static List<String> operands(Epilogue epilogue) {
    List<String> out = new ArrayList<>();
    if (epilogue.norm().isPresent()) {
      out.add("%centre");
      out.add("%scale");
    }
    if (epilogue.bias().isPresent()) {
      out.add("%bias");
    }
    if (epilogue.residual()) {
      out.add("%residual");
    }
    return out;
  }

  /**
   * What becomes of a vector.
   *
   * @param channel where it begins along the axis of the bias
   * @param offset where it begins in the result
   * @param width how many of its elements are there
   */
  String apply(String sum, String channel, String offset, int width) {
    String out = sum;
    if (epilogue.norm().isPresent()) {
      String centred = code.sub(out, along("%centre", channel, width));
      out = code.mul(centred, along("%scale", channel, width));
    }
    if (epilogue.bias().isPresent()) {
      out = code.add(out, along("%bias", channel, width));
    }
    if (epilogue.residual()) {
      out = code.add(out, code.load(code.at("%residual", offset), width));
    }
    return epilogue.activation().isPresent() ? code.relu(out) : out;
  }

  private String along(String buffer, String channel, int width) {
    String at = code.at(buffer, channel);
    return inside ? code.splat(at) : code.load(at, width);
  }
}
