package kortex.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kortex.scalar.Elements;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.StorageException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private static final Path REFERENCE = Path.of("src/test/resources/golden/reference.safetensors");

  @TempDir Path folder;

  private static StoredTensor floats(float... data) {
    return new StoredTensor(TensorType.f32(data.length), MemorySegment.ofArray(data));
  }

  @Test
  void readsTheFileOfTheReferenceImplementation() {
    try (Arena arena = Arena.ofConfined()) {
      TensorFile file = Safetensors.read(REFERENCE, arena);
      assertEquals(Map.of("made by", "the \"reference\"\n"), file.metadata());
      assertEquals(
          List.of("dense/weight", "flags", "größe", "labels", "none", "scalar"),
          List.copyOf(file.tensors().keySet()));
      StoredTensor weight = file.tensor("dense/weight");
      assertEquals(TensorType.f32(2, 3), weight.type());
      assertArrayEquals(
          new float[] {1.5f, -2, 3.25f, 0, -0.0f, 1e-38f},
          weight.data().toArray(ValueLayout.JAVA_FLOAT));
      assertEquals(new TensorType(DType.BOOL, Shape.of(3)), file.tensor("flags").type());
      assertArrayEquals(
          new byte[] {1, 0, 1}, file.tensor("flags").data().toArray(ValueLayout.JAVA_BYTE));
      assertEquals(new TensorType(DType.F64, Shape.SCALAR), file.tensor("scalar").type());
      assertEquals(Math.PI, file.tensor("scalar").data().get(ValueLayout.JAVA_DOUBLE, 0));
      assertArrayEquals(
          new long[] {Long.MIN_VALUE, Long.MAX_VALUE},
          file.tensor("größe").data().toArray(ValueLayout.JAVA_LONG));
      assertArrayEquals(
          new int[] {7, -8, Integer.MAX_VALUE},
          file.tensor("labels").data().toArray(ValueLayout.JAVA_INT));
      assertEquals(TensorType.f32(0, 4), file.tensor("none").type());
    }
  }

  @Test
  void writesTheBytesOfTheReferenceImplementation() throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    try (Arena arena = Arena.ofConfined()) {
      Safetensors.write(copy, Safetensors.read(REFERENCE, arena));
    }
    assertArrayEquals(Files.readAllBytes(REFERENCE), Files.readAllBytes(copy));
  }

  @Test
  void narrowTypesAreThoseOfTheReferenceImplementation() throws IOException {
    Path narrow = Path.of("src/test/resources/golden/narrow.safetensors");
    Path copy = folder.resolve("narrow.safetensors");
    try (Arena arena = Arena.ofConfined()) {
      TensorFile file = Safetensors.read(narrow, arena);
      Safetensors.write(copy, file);
      assertArrayEquals(new double[] {0, 127, 128, 255}, elements(file, "u8", DType.U8));
      assertArrayEquals(new double[] {-128, 127}, elements(file, "i8", DType.I8));
      assertArrayEquals(new double[] {-32768, 32767, 300}, elements(file, "i16", DType.I16));
      assertArrayEquals(
          new double[] {1.5, -65504, 0x1p-24, 0.0999755859375}, elements(file, "f16", DType.F16));
      assertArrayEquals(
          new double[] {1.5, DType.BF16.round(3e38), DType.BF16.round(1e-40), 0.10009765625},
          elements(file, "bf16", DType.BF16));
    }
    assertArrayEquals(Files.readAllBytes(narrow), Files.readAllBytes(copy));
  }

  private static double[] elements(TensorFile file, String name, DType dtype) {
    StoredTensor tensor = file.tensor(name);
    assertEquals(dtype, tensor.type().dtype());
    double[] out = new double[(int) tensor.type().size()];
    Arrays.setAll(out, i -> Elements.get(tensor.data(), dtype, i));
    return out;
  }

  @Test
  void equalContentGivesEqualBytes() throws IOException {
    var forwards = new TreeMap<String, StoredTensor>();
    for (String name : List.of("b", "a", "c")) {
      forwards.put(name, floats(name.charAt(0)));
    }
    Safetensors.write(folder.resolve("1"), TensorFile.of(forwards, Map.of("k", "v", "j", "w")));
    Safetensors.write(
        folder.resolve("2"), TensorFile.of(Map.copyOf(forwards), Map.of("j", "w", "k", "v")));
    assertEquals(-1, Files.mismatch(folder.resolve("1"), folder.resolve("2")));
  }

  @Test
  void tensorsOfEveryTypeAreAlignedAndReadOnly() {
    TensorFile content =
        TensorFile.of(
            Map.of(
                "a", bools(3),
                "b", floats(1, 2, 3),
                "c", doubles(4),
                "d", floats(5),
                "e", bools(1)));
    Path file = folder.resolve("mixed");
    Safetensors.write(file, content);
    try (Arena arena = Arena.ofConfined()) {
      Safetensors.read(file, arena)
          .tensors()
          .forEach((name, tensor) -> {
            assertEquals(0, tensor.data().address() % tensor.type().dtype().bytes(), name);
            assertTrue(tensor.data().isReadOnly(), name);
            assertEquals(-1, tensor.data().mismatch(content.tensor(name).data()), name);
          });
    }
  }

  private static StoredTensor bools(int count) {
    return new StoredTensor(
        new TensorType(DType.BOOL, Shape.of(count)), MemorySegment.ofArray(new byte[count]));
  }

  private static StoredTensor doubles(double... data) {
    return new StoredTensor(
        new TensorType(DType.F64, Shape.of(data.length)), MemorySegment.ofArray(data));
  }

  @Test
  void tensorsAtOddAddressesAreCopiedToAlignedMemory() throws IOException {
    // The format does not ask for alignment: older writers did not pad the header.
    byte[] bytes =
        SafetensorsAttackTest.file(
            "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}   ",
            0,
            0,
            0x80,
            0x3F,
            0,
            0,
            0,
            0x40);
    Path file = folder.resolve("odd");
    Files.write(file, bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = Safetensors.read(file, arena).tensor("x").data();
      assertArrayEquals(new float[] {1, 2}, data.toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  @Test
  void tensorsLargerThanTheBufferSurvive() {
    float[] data = new float[(1 << 20) + 12_345];
    for (int i = 0; i < data.length; i++) {
      data[i] = i;
    }
    Path file = folder.resolve("large");
    Safetensors.write(file, TensorFile.of(Map.of("a", bools(5), "big", floats(data))));
    try (Arena arena = Arena.ofConfined()) {
      assertArrayEquals(
          data, Safetensors.read(file, arena).tensor("big").data().toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  @Test
  void anEmptyFileOfTensorsIsAFile() {
    Path file = folder.resolve("empty");
    Safetensors.write(file, TensorFile.of(Map.of()));
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(TensorFile.of(Map.of()), Safetensors.read(file, arena));
    }
  }

  @Test
  void namesOfAnyCharactersSurvive() {
    String name = "a\"\\\n\u0001/\uD83D\uDE00é";
    Path file = folder.resolve("names");
    Safetensors.write(file, TensorFile.of(Map.of(name, floats(1)), Map.of(name, name)));
    try (Arena arena = Arena.ofConfined()) {
      TensorFile read = Safetensors.read(file, arena);
      assertEquals(name, read.tensors().firstKey());
      assertEquals(Map.of(name, name), read.metadata());
    }
  }

  @Test
  void namesThatCannotBeStoredAreRefused() {
    Path file = folder.resolve("names");
    for (String name : List.of("__metadata__", "half \uD83D")) {
      assertThrows(
          StorageException.class,
          () -> Safetensors.write(file, TensorFile.of(Map.of(name, floats(1)))));
    }
    assertTrue(Files.notExists(file));
  }

  @Test
  void whatWasReadOutlivesAReplacementOfTheFile() {
    Path file = folder.resolve("net");
    Safetensors.write(file, TensorFile.of(Map.of("x", floats(1))));
    try (Arena arena = Arena.ofConfined()) {
      TensorFile old = Safetensors.read(file, arena);
      Safetensors.write(file, TensorFile.of(Map.of("x", floats(2))));
      assertEquals(1, old.tensor("x").data().get(ValueLayout.JAVA_FLOAT, 0));
    }
  }

  @Test
  void dataOfAnotherSizeThanTheTypeAreRefused() {
    assertThrows(
        ShapeException.class,
        () -> new StoredTensor(TensorType.f32(3), MemorySegment.ofArray(new float[2])));
  }

  @Test
  void missingThingsAreNamed() {
    var noFile =
        assertThrows(
            StorageException.class, () -> Safetensors.read(folder.resolve("gone"), Arena.ofAuto()));
    assertTrue(noFile.what().contains("gone"), noFile.what());
    var aFolder =
        assertThrows(StorageException.class, () -> Safetensors.read(folder, Arena.ofAuto()));
    assertTrue(aFolder.what().contains("is a folder"), aFolder.what());
    var noTensor =
        assertThrows(
            StorageException.class,
            () -> TensorFile.of(Map.of("dense/weight", floats(1))).tensor("dense/bias"));
    assertTrue(noTensor.what().contains("dense/weight"), noTensor.what());
  }
}
