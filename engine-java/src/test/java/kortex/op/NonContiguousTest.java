package kortex.op;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Joining;
import kortex.graph.Slice;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.tensor.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op on inputs that do not lie in memory in the order of their elements. */
class NonContiguousTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");

  /** Memory that holds the elements in another order, or an element for several. */
  private enum Layout {
    TRANSPOSED {
      @Override
      Tensor of(Tensor x) {
        int rank = x.shape().rank();
        int[] reversed = IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
        return stored(x.permute(reversed)).permute(reversed);
      }
    },
    STRIDED {
      @Override
      Tensor of(Tensor x) {
        Tensor twice = stored(Joining.stack(List.of(x, x), x.shape().rank()));
        return twice.slice(Slice.ELLIPSIS, Slice.at(1));
      }
    },
    BACKWARDS {
      @Override
      Tensor of(Tensor x) {
        int[] axes = IntStream.range(0, x.shape().rank()).toArray();
        return stored(x.flip(axes)).flip(axes);
      }
    },
    BROADCAST {
      @Override
      Tensor of(Tensor x) {
        boolean empty = x.shape().rank() == 0 || x.shape().extent(0) == 0;
        return empty ? x : stored(x.slice(Slice.of(0, 1))).broadcastTo(x.shape());
      }
    };

    /** The elements of {@code x} laid out so; for {@link #BROADCAST} its first row repeated. */
    abstract Tensor of(Tensor x);

    private static Tensor stored(Tensor x) {
      return Tensor.of(x.compute());
    }
  }

  static Stream<Arguments> cases() {
    return OpTable.cases().stream()
        .flatMap(row -> Stream.of(Layout.values()).map(layout -> Arguments.of(row, layout)))
        .filter(
            a -> !(a.get()[1] == Layout.BROADCAST && equalRowsAreSingular((OpCase) a.get()[0])));
  }

  private static boolean equalRowsAreSingular(OpCase row) {
    return row.op().apply(DType.F64) instanceof LinearAlgebra;
  }

  /** Views that nobody has computed: one that is becomes an ordered copy. */
  private static List<Tensor> views(OpCase row, Layout layout) {
    return OpTableTest.tensors(OpTableTest.random(row, DType.F64, 5)).stream()
        .map(layout::of)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithContiguousInputs(OpCase row, Layout layout) {
    List<Tensor> plain = views(row, layout).stream().map(v -> Tensor.of(v.compute())).toList();
    double[] expected = OpTableTest.run(REFERENCE, OpTableTest.apply(row, DType.F64, plain));
    double[] actual = OpTableTest.run(CPU, OpTableTest.apply(row, DType.F64, views(row, layout)));
    OpTableTest.close(row, expected, actual, 1e-11, row + " " + layout);
  }
}
