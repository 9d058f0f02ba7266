package kortex.backend.cpu.emit;

import java.util.Optional;

/** A computation of f32 values of fixed sizes that is written in explicit vectors. */
public sealed interface Vectorised permits Product, Filter, Planes, AttentionPass {
  /** What the name of its second function ends with, if it has one. */
  Optional<String> second();

  /** Bytes of scratch memory that may be shared with others. */
  long scratchBytes(int vectorBits);
}
