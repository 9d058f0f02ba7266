package kortex.model;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.graph.GraphEmit;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.op.Index;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.DataException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** Checks of targets, shared by losses and metrics. */
final class Targets {
  private Targets() {}

  /** Throws unless output and target are floats of one type. */
  static void sameType(String what, Tensor output, Tensor target) {
    if (output.dtype() != target.dtype()) {
      throw new DTypeException(
          what
              + " needs output and target of one dtype, got "
              + output.type()
              + " and "
              + target.type(),
          target.dtype().isInteger()
              ? "Use crossEntropy for class labels, or cast the target."
              : "Cast the target to " + output.dtype() + ".");
    }
    if (!output.shape().equals(target.shape())) {
      throw new ShapeException(
          what
              + " needs output and target of one shape, got "
              + output.shape()
              + " and "
              + target.shape(),
          "Reshape the target to " + output.shape() + ": targets are never broadcast.");
    }
  }

  /**
   * The labels, checked, as i32. Throws unless they are integers [batch, ..] for {@code output}
   * [batch, .., classes]. Numbers that are known are checked now, others whenever the result is
   * computed.
   */
  static Tensor labels(String what, Tensor output, Tensor labels) {
    int rank = output.shape().rank();
    if (rank < 2 || output.shape().extent(-1) == 0) {
      throw new ShapeException(
          what + " needs an output [batch, .., classes], got " + output.type(),
          "End the network with dense(classes).");
    }
    Shape wanted = output.shape().take(rank - 1);
    if (!labels.dtype().isInteger()) {
      throw new DTypeException(
          what + " needs class labels, which are integers, got " + labels.type(),
          "Use mse for values, or cast the labels: y.cast(i64).");
    }
    if (!labels.shape().equals(wanted)) {
      throw new ShapeException(
          what + " needs one label for each row of " + output.type() + ", got " + labels.type(),
          wanted.rank() == 2 && labels.shape().rank() == 1
              ? "End the network with features: lastStep { }, globalAvgPool { } or flatten { }."
              : "Pass labels of shape " + wanted + ".");
    }
    long classes = output.shape().extent(-1);
    if (labels.value().node().mayChange()) {
      Index.Bounded bounded = new Index.Bounded(classes, false, "label", classes + " classes");
      return Tensor.of(GraphEmit.INSTANCE.one(bounded, List.of(labels.value()))).cast(DType.I32);
    }
    inRange(labels.compute(), classes);
    return labels.cast(DType.I32);
  }

  private static void inRange(Storage labels, long classes) {
    MemorySegment data = labels.host();
    Shape shape = labels.type().shape();
    long steps = shape.drop(1).size();
    for (long at = 0; at < shape.size(); at++) {
      long label = HostMemory.getLong(data, labels.type().dtype(), at);
      if (label < 0 || label >= classes) {
        String step = shape.rank() == 1 ? "" : ", position " + at % steps;
        String row = "row " + at / steps + step;
        throw new DataException(
            "label " + label + " in " + row + " is out of range for " + classes + " classes",
            "Use labels from 0 to " + (classes - 1) + ", or a network with more outputs.");
      }
    }
  }

  /** Bool [batch, .., classes]: where the class is the label. */
  static Tensor oneHot(Tensor labels, Tensor output) {
    Tensor classes = Tensor.iota(output.type().as(DType.I32), -1);
    return classes.equal(labels.restore(output.shape(), -1));
  }
}
