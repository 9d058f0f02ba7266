package kortex.fuzz;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import kortex.graph.HostMemory;
import kortex.graph.Slice;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Random arguments for a parameter of any type that public functions take. An argument is a
 * supplier, so that each backend gets tensors of its own on the same data.
 */
final class Arguments {
  private static final long[] EXTENTS = {0, 1, 2, 2, 3, 3, 3, 5};
  private static final double[] NUMBERS = {0, 1, -1, 0.5, 2, 3, -2.5, 1e10, Double.NaN, 1.0 / 0};

  private final SplittableRandom random;
  private Shape shape;
  private DType dtype;

  Arguments(long seed) {
    random = new SplittableRandom(seed);
    shape = anyShape();
    dtype = anyDType();
  }

  /** An argument for a parameter. Throws when there is no generator for its type. */
  Supplier<Object> of(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      Type element = list.getActualTypeArguments()[0];
      List<Supplier<Object>> items = many(element, random.nextInt(4));
      return () -> items.stream().map(Supplier::get).toList();
    }
    if (type == Tensor.class) {
      Storage data = storage();
      return () -> Tensor.of(data);
    }
    if (type == Tensor[].class) {
      List<Supplier<Object>> items = many(Tensor.class, random.nextInt(4));
      return () -> items.stream().map(Supplier::get).toArray(Tensor[]::new);
    }
    Object value = plain(type);
    return () -> value;
  }

  private List<Supplier<Object>> many(Type element, int count) {
    List<Supplier<Object>> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(
          of(
              element instanceof java.lang.reflect.WildcardType w
                  ? w.getUpperBounds()[0]
                  : element));
    }
    return out;
  }

  private Object plain(Type type) {
    if (type == int.class || type == Integer.class) {
      return random.nextInt(-4, 6);
    } else if (type == long.class || type == Long.class) {
      return random.nextLong(-2, 7);
    } else if (type == double.class) {
      return NUMBERS[random.nextInt(NUMBERS.length)];
    } else if (type == Number.class) {
      return random.nextBoolean()
          ? (Number) random.nextInt(-300, 300)
          : (Number) NUMBERS[random.nextInt(NUMBERS.length)];
    } else if (type == Slice[].class) {
      Slice[] slices = new Slice[random.nextInt(4)];
      Arrays.setAll(slices, i -> slice());
      return slices;
    } else if (type == boolean[].class) {
      return new boolean[random.nextInt(8)];
    } else if (type == byte[].class) {
      return new byte[random.nextInt(8)];
    } else if (type == short[].class) {
      return new short[random.nextInt(8)];
    } else if (type == boolean.class) {
      return random.nextBoolean();
    } else if (type == int[].class) {
      return random.ints(random.nextInt(4), -3, 4).toArray();
    } else if (type == long[].class) {
      return random.longs(random.nextInt(4), -1, 7).toArray();
    } else if (type == float[].class) {
      return new float[random.nextInt(8)];
    } else if (type == double[].class) {
      return random.doubles(random.nextInt(8)).toArray();
    } else if (type == Shape.class) {
      return anyShape();
    } else if (type == DType.class) {
      return anyDType();
    } else if (type == TensorType.class) {
      return new TensorType(anyDType(), anyShape());
    } else if (type instanceof Class<?> c && c.isEnum()) {
      Object[] constants = c.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    throw new AssertionError("no random arguments for " + type + ": add them to Arguments");
  }

  private Slice slice() {
    return switch (random.nextInt(6)) {
      case 0 -> Slice.at(random.nextInt(-4, 5));
      case 1 -> Slice.of(random.nextInt(-4, 5), random.nextInt(-4, 6));
      case 2 -> Slice.from(random.nextInt(-4, 5)).by(random.nextInt(1, 3));
      case 3 -> Slice.all().by(-random.nextInt(1, 3));
      case 4 -> Slice.NEW_AXIS;
      default -> Slice.ELLIPSIS;
    };
  }

  /** Half of the tensors have the shape, and most the dtype, of the one before. */
  private Storage storage() {
    if (random.nextInt(3) == 0) {
      shape = anyShape();
    } else if (random.nextInt(4) == 0 && shape.rank() > 0) {
      shape = shape.with(random.nextInt(shape.rank()), 1);
    }
    if (random.nextInt(5) == 0) {
      dtype = anyDType();
    }
    Storage out = Storage.zeros(new TensorType(dtype, shape));
    for (long i = 0; i < shape.size(); i++) {
      // Quarters are exact in every float type, and give ties.
      HostMemory.set(out.host(), dtype, i, random.nextInt(-8, 9) * (dtype.isFloat() ? 0.25 : 1));
    }
    return out;
  }

  private Shape anyShape() {
    long[] extents = new long[random.nextInt(4)];
    Arrays.setAll(extents, i -> EXTENTS[random.nextInt(EXTENTS.length)]);
    return Shape.of(extents);
  }

  private DType anyDType() {
    DType[] all = DType.values();
    return random.nextInt(3) > 0 ? DType.F32 : all[random.nextInt(all.length)];
  }
}
