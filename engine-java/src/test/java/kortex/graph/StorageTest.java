package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Where data are, and that they are in one place. */
class StorageTest {
  private static final TensorType TYPE = TensorType.f32(3);

  private final List<MemorySegment> filled = new ArrayList<>();

  private Consumer<MemorySegment> source(float value) {
    return data -> {
      filled.add(data);
      for (int i = 0; i < 3; i++) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value + i);
      }
    };
  }

  private static float[] floats(MemorySegment data) {
    return data.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  /** A backend's memory that counts how often it is written from a copy. */
  private static final class Block implements Resident {
    private final MemorySegment data = Arena.ofAuto().allocate(12);
    private int written;

    @Override
    public void read(MemorySegment destination) {
      destination.copyFrom(data);
    }

    @Override
    public void write(MemorySegment source) {
      written++;
      data.copyFrom(source);
    }

    @Override
    public void fill(Consumer<MemorySegment> source) {
      source.accept(data);
    }
  }

  @Test
  void firstValuesAreWrittenOnceWhereTheyAreNeeded() {
    Storage read = Storage.of(TYPE, source(1));
    assertEquals(0, filled.size());
    assertArrayEquals(new float[] {1, 2, 3}, floats(read.host()));
    assertArrayEquals(new float[] {1, 2, 3}, floats(read.copy()));
    assertEquals(1, filled.size());
    Storage moved = Storage.of(TYPE, source(4));
    Block block = new Block();
    moved.moveTo(block);
    assertEquals(block.data, filled.get(1));
    assertEquals(0, block.written);
    assertArrayEquals(new float[] {4, 5, 6}, floats(moved.host()));
    assertEquals(2, filled.size());
  }

  @Test
  void zerosAreWrittenNowhere() {
    Storage zeros = Storage.zeros(TYPE);
    Block block = new Block();
    zeros.moveTo(block);
    assertEquals(0, block.written);
    assertArrayEquals(new float[3], floats(zeros.host()));
    assertArrayEquals(new float[3], floats(Storage.zeros(TYPE).host()));
  }

  @Test
  void writtenDataReplaceWhatWasThere() {
    Storage storage = Storage.of(TYPE, source(1));
    storage.write(source(7));
    assertArrayEquals(new float[] {7, 8, 9}, floats(storage.host()));
    storage.write(MemorySegment.ofArray(new float[] {1, 1, 2}));
    Block block = new Block();
    storage.moveTo(block);
    assertArrayEquals(new float[] {1, 1, 2}, floats(block.data));
    storage.write(source(5));
    assertArrayEquals(new float[] {5, 6, 7}, floats(block.data));
    assertArrayEquals(new float[] {5, 6, 7}, floats(storage.host()));
    assertEquals(3, storage.version());
  }

  @Test
  void aCopyIsNobodyElses() {
    Storage storage = Storage.of(TYPE, source(1));
    Block block = new Block();
    storage.moveTo(block);
    MemorySegment copy = storage.copy();
    assertNotSame(copy, storage.copy());
    copy.fill((byte) 0);
    assertArrayEquals(new float[] {1, 2, 3}, floats(storage.host()));
    storage.host();
    storage.copy().fill((byte) 0);
    assertArrayEquals(new float[] {1, 2, 3}, floats(storage.host()));
  }
}
