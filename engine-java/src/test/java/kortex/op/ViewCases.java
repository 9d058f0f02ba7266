package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import kortex.tensor.Shape;

/** Rows of the views. */
final class ViewCases {
  private ViewCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>(plain());
    for (long n : OpCase.ODD) {
      View turned = new View.Permute(List.of(1, 0));
      View flat = new View.Reshape(Shape.of(3 * n));
      View beside = new View.Broadcast(Shape.of(2, n), List.of(1));
      out.add(OpCase.of("permute[" + n + "]", turned, in(-2, 2, n, 3)).flatIfLong(n));
      out.add(OpCase.of("reshape[" + n + "]", flat, in(-2, 2, n, 3)).flatIfLong(n));
      out.add(OpCase.of("broadcast[" + n + "]", beside, in(-2, 2, n)).flatIfLong(n));
    }
    return out;
  }

  private static List<OpCase> plain() {
    return List.of(
        OpCase.of("reshape", new View.Reshape(Shape.of(4, 15)), in(-2, 2, 3, 5, 4)),
        OpCase.of("reshapeUnits", new View.Reshape(Shape.of(3, 1, 20)), in(-2, 2, 1, 3, 20)),
        OpCase.of("permute", new View.Permute(List.of(2, 0, 1)), in(-2, 2, 3, 5, 4)),
        OpCase.of("permuteOdd", new View.Permute(List.of(1, 0)), in(-2, 2, 33, 31)).flat(),
        OpCase.of("broadcastRows", new View.Broadcast(Shape.of(3, 5), List.of(1)), in(-2, 2, 5)),
        OpCase.of("broadcastColumns", new View.Broadcast(Shape.of(3, 5), List.of(0)), in(-2, 2, 3)),
        OpCase.of(
            "broadcastOne", new View.Broadcast(Shape.of(3, 5), List.of(0, 1)), in(-2, 2, 1, 5)),
        OpCase.of("broadcastScalar", new View.Broadcast(Shape.of(3, 5), List.of()), in(-2, 2)));
  }
}
