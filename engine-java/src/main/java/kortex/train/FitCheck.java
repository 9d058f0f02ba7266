package kortex.train;

import java.util.List;
import kortex.data.Dataset;
import kortex.data.Targets;
import kortex.model.Metric;
import kortex.model.Network;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** What is checked before a training takes time. */
final class FitCheck {
  private FitCheck() {}

  /** Throws unless the network takes the data and has an output for each class. */
  static void data(String what, Network network, Dataset data) {
    Shape wanted = network.spec().input().shape();
    if (!data.sampleShape().equals(wanted)) {
      throw new ShapeException(
          what + " has examples of shape " + data.sampleShape() + ", the network takes " + wanted,
          "Declare the network's input as the data are.");
    }
    int vocabulary = network.spec().input().vocabulary();
    if (data.vocabulary() > vocabulary) {
      throw new DataException(
          what
              + " has tokens of a vocabulary of "
              + data.vocabulary()
              + ", that of the network has "
              + vocabulary,
          "Declare the network's input as the data are.");
    }
    Shape output = network.spec().outputShape();
    switch (data.targets()) {
      case Targets.Classes classes when output.rank() == 1 ->
          outputs(what, classes.count(), " (" + String.join(", ", classes.names()) + ")", output);
      case Targets.Labels labels when output.rank() == labels.sampleShape().rank() + 1 ->
          outputs(what, labels.classes(), "", output);
      // The loss says what it needs.
      case Targets.Classes classes -> {}
      case Targets.Labels labels -> {}
      case Targets.Values values -> {}
    }
  }

  private static void outputs(String what, int classes, String names, Shape output) {
    if (classes > output.extent(-1)) {
      throw new DataException(
          what
              + " has "
              + classes
              + " classes"
              + names
              + ", the network has "
              + output.extent(-1)
              + " outputs",
          "End the network with dense(" + classes + ").");
    }
  }

  /** Throws unless what is watched is measured. */
  static void monitor(Monitor monitor, List<Metric> metrics, boolean validates) {
    if (monitor.validation() && !validates) {
      throw new SettingException(
          "early stopping watches the " + monitor + ", but there is no validation data",
          "Add validate(data), or watch the training loss.");
    }
    List<String> known = metrics.stream().map(Metric::name).toList();
    if (!monitor.isLoss() && !known.contains(monitor.quantity())) {
      throw new SettingException(
          "early stopping watches " + monitor.quantity() + ", the metrics are " + known,
          "Add it to metrics { }, or watch the loss.");
    }
  }
}
