package kortex.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import kortex.tensor.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damaged and hostile files: an error that says what is wrong, or the right tensors. */
class SafetensorsAttackTest {
  private static final Path REFERENCE = Path.of("src/test/resources/golden/reference.safetensors");

  @TempDir Path folder;

  /** A file with that header and those bytes of data. */
  static byte[] file(String header, int... data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return file(json.length, json, data);
  }

  private static byte[] file(long length, byte[] json, int... data) throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    bytes.write(json);
    for (int b : data) {
      bytes.write(b);
    }
    return bytes.toByteArray();
  }

  private static TensorFile parse(byte[] bytes) {
    return Safetensors.parse(MemorySegment.ofArray(bytes), "attack");
  }

  private static StorageException refused(byte[] bytes) {
    return assertThrows(StorageException.class, () -> parse(bytes));
  }

  @Test
  void everyPrefixIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(REFERENCE);
    Path file = folder.resolve("prefix");
    for (int length = 0; length < whole.length; length++) {
      byte[] prefix = Arrays.copyOf(whole, length);
      refused(prefix);
      Files.write(file, prefix);
      assertThrows(StorageException.class, () -> Safetensors.read(file, Arena.ofAuto()));
    }
  }

  @Test
  void trailingBytesAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(REFERENCE);
    refused(Arrays.copyOf(whole, whole.length + 1));
  }

  @Test
  void flippedBytesInTheHeaderAreRefusedOrKeepEveryTensorInItsPlace() throws IOException {
    byte[] whole = Files.readAllBytes(REFERENCE);
    int dataStart = 8 + (whole[0] & 0xFF) + (whole[1] << 8);
    long dataBytes = whole.length - dataStart;
    var random = new Random(1);
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (int trial = 0; trial < 50_000; trial++) {
            byte[] flipped = whole.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
              flipped[random.nextInt(dataStart)] = (byte) random.nextInt(256);
            }
            checkRefusedOrWhole(flipped, dataBytes);
          }
        });
  }

  /** What no header can betray is a changed name or a type of the same width. */
  private static void checkRefusedOrWhole(byte[] bytes, long dataBytes) {
    TensorFile read;
    try {
      read = parse(bytes);
    } catch (StorageException e) {
      return;
    }
    long sum = 0;
    for (StoredTensor tensor : read.tensors().values()) {
      assertEquals(tensor.type().bytes(), tensor.data().byteSize());
      sum += tensor.data().byteSize();
    }
    assertEquals(dataBytes, sum);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[]                                                                | not an object",
        "{}{}                                                              | goes on",
        "{} x                                                              | not valid JSON",
        "{                                                                 | not valid JSON",
        "{\"x\":1}                                                         | not an object",
        "{\"x\":{}}                                                        | needs a dtype",
        "{\"__metadata__\":{\"a\":1}}                                      | not a string",
        "{\"__metadata__\":{\"a\":{}}}                                     | not a string",
        "{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}                      | Duplicate",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}    | needs a dtype",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,3]}}  | needs 4 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}  | needs 4 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}  | begin at 4",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}} | negative",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | negative",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}} | not a whole number",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}    | not an array",
        "{\"x\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}  | unknown dtype",
        "{\"x\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,4]}} | does not read",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}} |"
            + " Duplicate",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}"
            + " | impossible",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}"
            + " | impossible",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}"
            + " | out of range",
        "{\"x\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"y\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]}} | before end at 4",
        "{\"x\":{\"dtype\":\"I32\",\"shape\":[0],\"data_offsets\":[0,0]}} | the file has 4",
        "{\"x\":{\"dtype\":\"BOOL\",\"shape\":[4],\"data_offsets\":[0,4]}} | neither 0 nor 1",
        "{\"x\":{\"a\":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}} | nesting depth",
      })
  void hostileHeadersAreRefused(String header, String reason) throws IOException {
    var error = refused(file(header, 0, 1, 2, 3));
    assertTrue(error.what().contains(reason), error.what());
    assertTrue(error.what().contains("attack"), error.what());
  }

  @Test
  void unknownFieldsAreIgnoredAsByTheReferenceImplementation() throws IOException {
    var read =
        parse(
            file(
                "{\"x\":{\"dtype\":\"F32\",\"new\":{\"a\":[1]},\"shape\":[],\"data_offsets\":[0,4]}}",
                0,
                0,
                0,
                0));
    assertEquals(4, read.tensor("x").data().byteSize());
  }

  @Test
  void absurdLengthsOfTheHeaderAreRefused() throws IOException {
    for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 3, 0}) {
      refused(file(length, "{}".getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void otherEncodingsThanUtf8AreRefused() throws IOException {
    byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16LE);
    refused(file(utf16.length, utf16));
    byte[] broken = {'{', '"', (byte) 0xC3, '"', ':', '1', '}'};
    var error = refused(file(broken.length, broken));
    assertTrue(error.what().contains("not UTF-8"), error.what());
  }

  @Test
  void aShapeOfManyAxesIsRefusedBriefly() throws IOException {
    String shape = "1,".repeat(100_000) + "1";
    var error =
        refused(
            file("{\"x\":{\"dtype\":\"F32\",\"shape\":[" + shape + "],\"data_offsets\":[0,4]}}"));
    assertTrue(error.what().length() < 200, error.what());
  }
}
