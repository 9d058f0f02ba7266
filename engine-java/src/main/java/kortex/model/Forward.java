package kortex.model;

import kortex.graph.Tensor;
import kortex.tensor.TensorType;

/** What a layer has at hand while it writes its part of the graph. */
public interface Forward {
  /** The parameter that the layer declared under this name. */
  Tensor weight(String name);

  /** The state that the layer declared under this name, with the updates of this step so far. */
  Tensor state(String name);

  /** Replaces a state when the training step is done; ignored in inference. */
  void update(String state, Tensor value);

  /** What the network is called for. */
  Phase phase();

  /**
   * Fresh uniform numbers in [0, 1), others at every call and every step. Throws {@code
   * SettingException} in inference, which is a pure function.
   */
  Tensor uniform(TensorType type);
}
