package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.DeviceException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Java has becomes a tensor, and the other way round. */
class HostDataTest {
  private static TensorType type(DType dtype, long... shape) {
    return new TensorType(dtype, Shape.of(shape));
  }

  @Test
  void aSwappedBufferThatEndsWithinAnElementIsRefused() {
    ByteBuffer bytes = ByteBuffer.allocate(7);
    bytes.order(
        ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
            ? ByteOrder.LITTLE_ENDIAN
            : ByteOrder.BIG_ENDIAN);
    var error = assertThrows(ShapeException.class, () -> HostData.of(bytes, DType.F32, 1));
    assertTrue(error.what().contains("7"), error.what());
  }

  @Test
  void arraysOfEveryPrimitiveTypeComeBack() {
    long[] longs = {Long.MIN_VALUE, (1L << 53) + 1, -1};
    assertArrayEquals(longs, Tensor.of(longs, 3).toLongArray());
    int[] ints = {Integer.MIN_VALUE, 7};
    assertArrayEquals(ints, Tensor.of(ints, 2).toIntArray());
    short[] shorts = {Short.MIN_VALUE, 7};
    assertArrayEquals(shorts, Tensor.of(shorts, 1, 2).toShortArray());
    byte[] bytes = {-128, 7};
    assertArrayEquals(bytes, Tensor.of(bytes, 2).toByteArray());
    float[] floats = {Float.MIN_VALUE, Float.NaN};
    assertArrayEquals(floats, Tensor.of(floats, 2).toFloatArray());
    double[] doubles = {Double.MIN_VALUE, Double.NEGATIVE_INFINITY};
    assertArrayEquals(doubles, Tensor.of(doubles, 2).toDoubleArray());
    boolean[] bools = {true, false, true};
    assertArrayEquals(bools, Tensor.of(bools, 3).toBooleanArray());
    assertThrows(ShapeException.class, () -> Tensor.of(bools, 2));
    assertThrows(ShapeException.class, () -> Tensor.of(shorts, 3));
  }

  /** Reading as another type is a cast, for random bits of every dtype. */
  @ParameterizedTest
  @EnumSource(DType.class)
  void arraysOfOtherTypesAreCasts(DType dtype) {
    SplittableRandom random = new SplittableRandom(5);
    Storage storage = Storage.zeros(type(dtype, 999));
    for (long i = 0; i < storage.host().byteSize(); i++) {
      int bits = random.nextInt(256);
      storage.host().set(ValueLayout.JAVA_BYTE, i, (byte) (dtype == DType.BOOL ? bits & 1 : bits));
    }
    Tensor x = Tensor.of(storage);
    assertArrayEquals(x.cast(DType.F64).toDoubleArray(), x.toDoubleArray());
    assertArrayEquals(x.cast(DType.F32).toFloatArray(), x.toFloatArray());
    assertArrayEquals(x.cast(DType.I64).toLongArray(), x.toLongArray());
    assertArrayEquals(x.cast(DType.I32).toIntArray(), x.toIntArray());
    assertArrayEquals(x.cast(DType.I16).toShortArray(), x.toShortArray());
    assertArrayEquals(x.cast(DType.I8).toByteArray(), x.toByteArray());
    assertArrayEquals(x.cast(DType.BOOL).toBooleanArray(), x.toBooleanArray());
    Tensor back = HostData.of(x.type(), x.asSegment());
    assertArrayEquals(x.toDoubleArray(), back.toDoubleArray());
    assertArrayEquals(
        x.toDoubleArray(), HostData.nested(x.toList(), DType.F64).cast(dtype).toDoubleArray());
  }

  @Test
  void nestedRowsAreTensors() {
    assertEquals(type(DType.I32, 2, 3), HostData.nested(new int[2][3]).type());
    assertEquals(type(DType.BOOL, 1, 2), HostData.nested(new boolean[][] {{true, false}}).type());
    assertEquals(type(DType.F32, 0), HostData.nested(List.of()).type());
    assertEquals(
        type(DType.F32, 2, 0), HostData.nested(new Object[] {List.of(), List.of()}).type());
    assertEquals(type(DType.F64), HostData.nested(1.5).type());
    Tensor mixed = HostData.nested(List.of(List.of(1, true), new short[] {3, 4}));
    assertEquals(type(DType.I32, 2, 2), mixed.type());
    assertEquals(List.of(List.of(1, 1), List.of(3, 4)), mixed.toList());
    long odd = (1L << 53) + 1;
    assertEquals(List.of(odd), HostData.nested(List.of(odd), DType.I64).toList());
    assertEquals(List.of(1.5f), HostData.nested(new double[] {1.5}, DType.BF16).toList());
    assertEquals(List.of(true), Tensors.ones(DType.BOOL, 1).toList());
    assertThrows(ShapeException.class, () -> Tensors.ones(DType.F32).toList());
    for (Object wrong :
        List.of(
            List.of(List.of(1, 2), List.of(3)),
            List.of(1, List.of(2)),
            new int[][] {{1}, {}},
            Arrays.asList(1, null))) {
      assertThrows(ShapeException.class, () -> HostData.nested(wrong));
    }
    DTypeException text =
        assertThrows(DTypeException.class, () -> HostData.nested(List.of("a", "b")));
    assertEquals("a (String) in nested rows is no number", text.what());
    assertThrows(DTypeException.class, () -> HostData.nested(List.of(300), DType.U8));
    assertThrows(DTypeException.class, () -> HostData.nested(List.of(1.5), DType.I32));
  }

  @Test
  void buffersOfAnyByteOrderAndPlace() {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      for (ByteBuffer bytes : List.of(ByteBuffer.allocate(20), ByteBuffer.allocateDirect(20))) {
        bytes.order(order).putInt(9).putInt(1).putInt(-2).putInt(3).putInt(9);
        IntBuffer ints = bytes.flip().asIntBuffer();
        ints.position(1).limit(4);
        assertArrayEquals(new int[] {1, -2, 3}, HostData.of(ints, DType.I32, 3).toIntArray());
        assertEquals(1, ints.position());
        ByteBuffer part = bytes.slice(4, 12).order(order);
        assertArrayEquals(new int[] {1, -2, 3}, HostData.of(part, DType.I32, 3).toIntArray());
      }
    }
    float[] numbers = {1, 2, 3};
    Tensor shared = HostData.of(FloatBuffer.wrap(numbers), DType.F32, 3);
    numbers[0] = 5;
    assertEquals(10, shared.sum().item(), "not copied");
    ByteBuffer pixels = ByteBuffer.wrap(new byte[] {0, -1}).asReadOnlyBuffer();
    assertArrayEquals(new int[] {0, 255}, HostData.of(pixels, DType.U8, 2).toIntArray());
    assertThrows(DTypeException.class, () -> HostData.of(CharBuffer.allocate(2), DType.I16, 2));
    assertThrows(DTypeException.class, () -> HostData.of(IntBuffer.allocate(2), DType.F32, 2));
    var error =
        assertThrows(
            DTypeException.class, () -> HostData.of(FloatBuffer.allocate(2), DType.F64, 1));
    assertEquals("a FloatBuffer does not hold f64", error.what());
    assertThrows(ShapeException.class, () -> HostData.of(IntBuffer.allocate(2), DType.I32, 3));
  }

  @Test
  void segmentsAreNotCopied() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment native32 = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3);
      Tensor x = HostData.of(TensorType.f32(3), native32);
      native32.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 10);
      assertEquals(15, x.sum().item());
      assertEquals(native32.address(), x.asSegment().address());
      assertTrue(x.asSegment().isReadOnly());
      MemorySegment crooked = arena.allocate(9).asSlice(1, 8);
      crooked.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 42);
      assertEquals(42, HostData.of(type(DType.I64, 1), crooked).add(0).itemLong());
      assertThrows(ShapeException.class, () -> HostData.of(TensorType.f32(4), native32));
      MemorySegment two = arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 2);
      assertThrows(DTypeException.class, () -> HostData.of(type(DType.BOOL, 1), two));
    }
  }

  @Test
  void closedOrForeignMemoryIsAnErrorAndNoCrash() {
    Tensor x;
    Tensor later;
    Arena arena = Arena.ofConfined();
    MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2);
    x = HostData.of(TensorType.f32(2), data);
    later = x.mul(2);
    Tensor shared = x;
    var elsewhere =
        assertThrows(
            CompletionException.class,
            () -> CompletableFuture.supplyAsync(() -> shared.mul(3).sum().item()).join());
    assertTrue(elsewhere.getCause() instanceof DeviceException, elsewhere::toString);
    arena.close();
    assertThrows(DeviceException.class, x::toFloatArray);
    assertThrows(DeviceException.class, x::toString);
    assertThrows(DeviceException.class, x::asSegment);
    assertThrows(DeviceException.class, later::toFloatArray);
    assertThrows(DeviceException.class, () -> Variable.of("x", x));
    assertThrows(DeviceException.class, () -> HostData.of(TensorType.f32(2), data).sum().item());
    assertThrows(DeviceException.class, () -> HostData.of(type(DType.BOOL, 8), data));
  }
}
