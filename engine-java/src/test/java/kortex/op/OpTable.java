package kortex.op;

import java.util.List;
import java.util.stream.Stream;

/** One or more rows for every op; {@link OpTableTest} fails when one is missing. */
final class OpTable {
  private OpTable() {}

  static List<OpCase> cases() {
    return Stream.of(
            ElementwiseCases.cases(),
            FunctionCases.cases(),
            ReduceCases.cases(),
            ViewCases.cases(),
            SliceCases.cases(),
            JoinCases.cases(),
            LeafCases.cases(),
            IndexCases.cases(),
            AccumulateCases.cases(),
            ProductCases.cases(),
            AttentionCases.cases(),
            LinearAlgebraCases.cases(),
            WindowCases.cases(),
            RegionCases.cases())
        .flatMap(List::stream)
        .toList();
  }
}
