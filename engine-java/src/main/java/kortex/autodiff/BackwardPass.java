package kortex.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kortex.graph.GraphEmit;
import kortex.graph.Tensor;
import kortex.graph.Trace;
import kortex.graph.Value;
import kortex.op.Checkpoint;
import kortex.op.CustomGradient;
import kortex.op.Op;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** Functions whose backward pass is not the one that follows from their ops. */
public final class BackwardPass {
  private BackwardPass() {}

  /**
   * {@code function} of {@code inputs}, whose backward pass computes it again instead of keeping
   * what it computed on the way: less memory for more time (Chen et al., "Training deep nets with
   * sublinear memory cost", 2016). Values and gradients are the same. Gradients flow to what the
   * function reads from outside as well.
   */
  public static List<Tensor> checkpoint(
      List<? extends Tensor> inputs, UnaryOperator<List<Tensor>> function) {
    Trace trace = Trace.of(types(inputs), function);
    requireSome("checkpoint", trace.body(trace.outside()).results().size());
    List<Value> values = values(inputs);
    values.addAll(trace.outside());
    return emit(new Checkpoint(trace.body(trace.outside())), values);
  }

  /** A gradient rule: what the chain rule would give, written by hand. */
  @FunctionalInterface
  public interface Rule {
    /**
     * The gradient of each float input, in order and of its type.
     *
     * @param inputs the inputs of the forward function
     * @param outputs what it gave
     * @param gradients the gradient of the result with respect to each output
     */
    List<Tensor> gradients(List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients);
  }

  /**
   * {@code forward} of {@code inputs} with the gradient that {@code backward} gives. Gradients flow
   * to {@code inputs} only, not to what the functions read from outside. Second derivatives are
   * those of {@code backward}. Throws when it gives other types than those of the float inputs.
   */
  public static List<Tensor> custom(
      List<? extends Tensor> inputs, UnaryOperator<List<Tensor>> forward, Rule backward) {
    Trace there = Trace.of(types(inputs), forward);
    List<TensorType> results = there.body(there.outside()).resultTypes();
    requireSome("customGradient", results.size());
    int arguments = inputs.size();
    int outputs = results.size();
    List<TensorType> parameters = new ArrayList<>(types(inputs));
    parameters.addAll(results);
    parameters.addAll(results);
    Trace back =
        Trace.of(
            parameters,
            all -> {
              List<Tensor> gradients =
                  backward.gradients(
                      all.subList(0, arguments),
                      all.subList(arguments, arguments + outputs),
                      all.subList(arguments + outputs, all.size()));
              requireSame(types(inputs), gradients);
              return gradients;
            });
    List<Value> values = values(inputs);
    values.addAll(there.outside());
    values.addAll(back.outside());
    return emit(
        new CustomGradient(there.body(there.outside()), back.body(back.outside()), arguments),
        values);
  }

  private static List<TensorType> types(List<? extends Tensor> tensors) {
    return tensors.stream().map(Tensor::type).toList();
  }

  private static List<Value> values(List<? extends Tensor> tensors) {
    return new ArrayList<>(tensors.stream().map(Tensor::value).toList());
  }

  private static List<Tensor> emit(Op op, List<Value> inputs) {
    return GraphEmit.INSTANCE.emit(op, inputs).stream().map(Tensor::of).toList();
  }

  private static void requireSome(String what, int results) {
    if (results == 0) {
      throw new SettingException("the function of " + what + " gives nothing", "Return a tensor.");
    }
  }

  private static void requireSame(List<TensorType> arguments, List<Tensor> gradients) {
    List<TensorType> floats = arguments.stream().filter(t -> t.dtype().isFloat()).toList();
    if (gradients.size() != floats.size()) {
      throw new SettingException(
          "the backward of a customGradient gives "
              + gradients.size()
              + " gradients for "
              + floats.size()
              + " float inputs",
          "Return one for each float input, in order.");
    }
    for (int i = 0; i < floats.size(); i++) {
      TensorType given = gradients.get(i).type();
      String what =
          "gradient " + i + " of a customGradient is " + given + ", its input is " + floats.get(i);
      if (given.dtype() != floats.get(i).dtype()) {
        throw new DTypeException(what, "Cast it to " + floats.get(i).dtype() + ".");
      }
      if (!given.equals(floats.get(i))) {
        throw new ShapeException(what, "Sum over the axes that were repeated, or reshape it.");
      }
    }
  }
}
