package kortex.fuzz;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import kortex.autodiff.Structure;
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
  private static final double[] NUMBERS = {0, 1, -1, 0.5, 2, 3, -2.5, 1e12, Double.NaN, 1.0 / 0};
  private static final long[] EXTREMES = {Long.MIN_VALUE, Long.MAX_VALUE, 1L << 62, 1L << 40};
  private static final String[] TEXTS = {
    "ij,jk->ik",
    "ij->ji",
    "ii->i",
    "i,i->",
    "...i,...j->...ij",
    "ab,bc",
    "ij",
    "i->ii",
    "i-j",
    "",
    "..",
    "ij,,k->",
    "weight",
    "é",
    "->",
    "a b , b c -> a c"
  };

  private final SplittableRandom random;
  private final Map<TypeVariable<?>, Type> bound = new HashMap<>();
  private final Map<String, Type> named = new HashMap<>();
  private Shape shape;
  private DType dtype;
  private boolean extreme = true;

  Arguments(long seed) {
    random = new SplittableRandom(seed);
    shape = anyShape();
    dtype = anyDType();
  }

  /** Arguments that go with those of another: of the same shape and dtype as often as not. */
  Arguments(long seed, Arguments other) {
    random = new SplittableRandom(seed);
    shape = other.shape;
    dtype = other.dtype;
    named.putAll(other.named);
  }

  /** Leaves out numbers that are far from any extent: a loop takes as long as it is told. */
  void withoutExtremes() {
    extreme = false;
  }

  /** The numbers that arguments are made of. */
  SplittableRandom random() {
    return random;
  }

  /** An argument for a parameter. Throws when there is no generator for its type. */
  Supplier<?> of(Type type) {
    return switch (type) {
      case ParameterizedType p -> generic(p, (Class<?>) p.getRawType());
      case WildcardType w ->
          of(w.getLowerBounds().length > 0 ? w.getLowerBounds()[0] : w.getUpperBounds()[0]);
      case TypeVariable<?> v -> of(bind(v));
      case GenericArrayType a -> array(a.getGenericComponentType());
      case Class<?> c -> simple(c);
      default -> throw unknown(type);
    };
  }

  static AssertionError unknown(Type type) {
    return new AssertionError("no random arguments for " + type + ": add them to Arguments");
  }

  /** Type variables of one name are one type in a call: a tensor, or tensors in a list. */
  Type bind(TypeVariable<?> variable) {
    return bound.computeIfAbsent(
        variable,
        v ->
            named.computeIfAbsent(
                v.getName(), n -> random.nextInt(3) > 0 ? Tensor.class : ListOf.TENSORS));
  }

  /** The type of a list. */
  record ListOf(Type element) implements ParameterizedType {
    static final ListOf TENSORS = new ListOf(Tensor.class);

    @Override
    public Type[] getActualTypeArguments() {
      return new Type[] {element};
    }

    @Override
    public Type getRawType() {
      return List.class;
    }

    @Override
    public Type getOwnerType() {
      return null;
    }
  }

  private Supplier<?> generic(ParameterizedType type, Class<?> raw) {
    Type[] of = type.getActualTypeArguments();
    if (raw == List.class) {
      List<Supplier<?>> items = many(of[0], random.nextInt(4));
      return () -> items.stream().map(Supplier::get).toList();
    } else if (raw == Map.class) {
      List<Supplier<?>> items = many(of[1], random.nextInt(3));
      return () -> {
        Map<Object, Object> out = new LinkedHashMap<>();
        items.forEach(item -> out.put("key" + out.size(), item.get()));
        return out;
      };
    } else if (raw == Optional.class) {
      Supplier<?> item = of(of[0]);
      return random.nextBoolean() ? Optional::empty : () -> Optional.of(item.get());
    } else if (raw == Structure.class) {
      Structure<?> structure = structure(of[0]);
      return () -> structure;
    } else if (RandomFunctions.isFunction(raw)) {
      return RandomFunctions.of(type, raw, this);
    }
    return Makers.of(raw, this);
  }

  private Structure<?> structure(Type type) {
    return switch (type) {
      case TypeVariable<?> v -> structure(bind(v));
      case ParameterizedType p when p.getRawType() == List.class ->
          Structure.list(structure(p.getActualTypeArguments()[0]));
      case ParameterizedType p when p.getRawType() == Map.class ->
          Structure.map(structure(p.getActualTypeArguments()[1]));
      default -> Structure.tensor();
    };
  }

  private List<Supplier<?>> many(Type element, int count) {
    List<Supplier<?>> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(of(element));
    }
    return out;
  }

  private Supplier<?> array(Type element) {
    List<Supplier<?>> items = many(element, random.nextInt(4));
    return () -> {
      Object out = Array.newInstance(RandomFunctions.raw(element, this), items.size());
      for (int i = 0; i < items.size(); i++) {
        Array.set(out, i, items.get(i).get());
      }
      return out;
    };
  }

  private Supplier<?> simple(Class<?> type) {
    if (type == Tensor.class) {
      Storage data = storage();
      return () -> Tensor.of(data);
    } else if (type == Storage.class) {
      Storage data = storage();
      return () -> {
        Storage copy = Storage.zeros(data.type());
        copy.write(data.host());
        return copy;
      };
    } else if (type == RandomGenerator.class) {
      long seed = random.nextLong();
      return () -> new SplittableRandom(seed);
    } else if (RandomFunctions.isFunction(type)) {
      return RandomFunctions.of(type, type, this);
    } else if (type.isArray() && !type.getComponentType().isPrimitive()) {
      return array(type.getComponentType());
    }
    Optional<Object> value = type.isArray() ? numbers(type) : plain(type);
    return value.<Supplier<?>>map(v -> () -> v).orElseGet(() -> Makers.of(type, this));
  }

  private Optional<Object> numbers(Class<?> type) {
    int few = random.nextInt(4);
    int more = random.nextInt(8);
    return Optional.ofNullable(
        type == int[].class
            ? random.ints(few, -3, 4).toArray()
            : type == long[].class
                ? longs(few)
                : type == float[].class
                    ? new float[more]
                    : type == double[].class
                        ? random.doubles(more).toArray()
                        : type == boolean[].class
                            ? new boolean[more]
                            : type == byte[].class
                                ? new byte[more]
                                : type == short[].class ? new short[more] : null);
  }

  private long[] longs(int count) {
    long[] out = random.longs(count, -1, 7).toArray();
    if (count > 0 && extreme && random.nextInt(20) == 0) {
      out[random.nextInt(count)] = EXTREMES[random.nextInt(EXTREMES.length)];
    }
    return out;
  }

  private Optional<Object> plain(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return Optional.of(random.nextInt(-4, 6));
    } else if (type == long.class || type == Long.class) {
      return Optional.of(
          extreme && random.nextInt(20) == 0
              ? EXTREMES[random.nextInt(EXTREMES.length)]
              : random.nextLong(-2, 7));
    } else if (type == double.class || type == Double.class) {
      return Optional.of(NUMBERS[random.nextInt(NUMBERS.length)]);
    } else if (type == Number.class) {
      return Optional.of(
          random.nextBoolean()
              ? (Number) random.nextInt(-300, 300)
              : (Number) NUMBERS[random.nextInt(NUMBERS.length)]);
    } else if (type == boolean.class) {
      return Optional.of(random.nextBoolean());
    } else if (type == String.class) {
      return Optional.of(TEXTS[random.nextInt(TEXTS.length)]);
    } else if (type == Shape.class) {
      return Optional.of(anyShape());
    } else if (type == DType.class) {
      return Optional.of(anyDType());
    } else if (type == TensorType.class) {
      return Optional.of(new TensorType(anyDType(), anyShape()));
    } else if (type == OptionalDouble.class) {
      return Optional.of(OptionalDouble.of(NUMBERS[random.nextInt(NUMBERS.length)]));
    } else if (type == OptionalLong.class) {
      return Optional.of(OptionalLong.of(random.nextInt(-4, 5)));
    } else if (type == Slice.class) {
      return Optional.of(slice());
    } else if (type == Object.class) {
      return Optional.of(nested(3));
    } else if (type == MemorySegment.class) {
      return Optional.of(segment());
    } else if (type == Buffer.class) {
      return Optional.of(buffer());
    } else if (type.isEnum()) {
      return Optional.of(type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)]);
    }
    return Optional.empty();
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

  /** Nested rows, some of them ragged or of other things than numbers. */
  private Object nested(int depth) {
    return switch (random.nextInt(depth > 0 ? 12 : 5)) {
      case 0 -> random.nextInt(-200, 200);
      case 1 -> random.nextInt(9) * 0.25;
      case 2 -> random.nextBoolean();
      case 3 -> random.nextLong(-9, 9);
      case 4 -> random.nextInt(8) == 0 ? "text" : 1.5f;
      case 5 -> random.ints(random.nextInt(4), -300, 300).toArray();
      case 6 -> random.doubles(random.nextInt(4)).toArray();
      case 7 -> new boolean[random.nextInt(3)];
      case 8 -> Arrays.asList(nested(depth - 1), null);
      case 9 -> new Object[] {nested(depth - 1), nested(depth - 1)};
      case 10 -> Collections.nCopies(random.nextInt(4), nested(depth - 1));
      default -> Arrays.asList(nested(depth - 1), nested(depth - 1));
    };
  }

  private MemorySegment segment() {
    byte[] bytes = new byte[random.nextInt(49)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(9) == 0 ? 2 : random.nextInt(2));
    }
    return switch (random.nextInt(5)) {
      case 0 -> MemorySegment.ofArray(new float[random.nextInt(12)]);
      case 1 -> MemorySegment.ofArray(new long[random.nextInt(12)]);
      case 2 -> {
        try (Arena arena = Arena.ofConfined()) {
          yield arena.allocate(Math.max(1, bytes.length));
        }
      }
      case 3 -> MemorySegment.ofArray(bytes).asReadOnly();
      default -> MemorySegment.ofArray(bytes);
    };
  }

  private Buffer buffer() {
    int size = random.nextInt(13);
    ByteBuffer bytes = ByteBuffer.allocate(size);
    Buffer out =
        switch (random.nextInt(8)) {
          case 0 -> ShortBuffer.allocate(size);
          case 1 -> IntBuffer.allocate(size);
          case 2 -> bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
          case 3 -> FloatBuffer.allocate(size);
          case 4 -> DoubleBuffer.allocate(size);
          case 5 -> CharBuffer.allocate(size);
          case 6 -> ByteBuffer.allocateDirect(size).asReadOnlyBuffer();
          default -> bytes;
        };
    return random.nextBoolean() ? out : out.position(random.nextInt(out.limit() + 1));
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
