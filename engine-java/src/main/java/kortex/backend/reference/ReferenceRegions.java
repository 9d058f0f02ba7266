package kortex.backend.reference;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.HostMemory;
import kortex.op.Body;
import kortex.op.Checkpoint;
import kortex.op.Cond;
import kortex.op.CustomGradient;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.tensor.TensorType;

/** Regions, naively: their bodies op by op, every value in memory of its own. */
final class ReferenceRegions {
  private ReferenceRegions() {}

  static void run(Region region, List<Dense> in, List<Dense> outputs) {
    List<Dense> results =
        switch (region) {
          case Region.After after -> List.of(in.getFirst());
          case Checkpoint checkpoint -> results(checkpoint.body(), in);
          case CustomGradient custom ->
              results(custom.forward(), in.subList(0, custom.forward().parameters()));
          case Cond cond -> {
            boolean holds = in.getFirst().get(0) != 0;
            yield results(holds ? cond.then() : cond.otherwise(), in.subList(1, in.size()));
          }
          case Scan scan -> {
            scan(scan, in, outputs);
            yield outputs;
          }
        };
    for (int i = 0; i < outputs.size(); i++) {
      outputs.get(i).data().copyFrom(results.get(i).data());
    }
  }

  private static void scan(Scan scan, List<Dense> in, List<Dense> outputs) {
    List<Dense> carry = in.subList(0, scan.carries());
    for (long n = 0; n < scan.length(); n++) {
      long t = scan.reverse() ? scan.length() - 1 - n : n;
      List<Dense> arguments = new ArrayList<>(carry);
      for (int i = scan.carries(); i < in.size(); i++) {
        arguments.add(
            scan.isSequence(i)
                ? slice(in.get(i), scan.body().parameterTypes().get(i), t)
                : in.get(i));
      }
      List<Dense> results = results(scan.body(), arguments);
      carry = results.subList(0, scan.carries());
      for (int i = scan.carries(); i < results.size(); i++) {
        Dense result = results.get(i);
        slice(outputs.get(i), result.type(), t).data().copyFrom(result.data());
      }
    }
    for (int i = 0; i < carry.size(); i++) {
      outputs.get(i).data().copyFrom(carry.get(i).data());
    }
  }

  private static Dense slice(Dense stack, TensorType type, long t) {
    return new Dense(type, stack.data().asSlice(t * type.bytes(), type.bytes()));
  }

  private static List<Dense> results(Body body, List<Dense> arguments) {
    List<List<Dense>> values = new ArrayList<>();
    arguments.forEach(a -> values.add(List.of(a)));
    for (int i = body.parameters(); i < body.entries().size(); i++) {
      Body.Entry entry = body.entries().get(i);
      List<Dense> outputs =
          entry.types().stream().map(t -> new Dense(t, HostMemory.allocate(t))).toList();
      ReferenceOps.run(
          entry.op(), entry.inputs().stream().map(r -> at(values, r)).toList(), outputs);
      values.add(outputs);
    }
    return body.results().stream().map(r -> at(values, r)).toList();
  }

  private static Dense at(List<List<Dense>> values, Body.Ref ref) {
    return values.get(ref.entry()).get(ref.output());
  }
}
