package kortex.backend.cpu.llvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A 128-bit content hash: MurmurHash3 x64-128 (Austin Appleby, public domain).
 *
 * <p>Not cryptographic, and need not be: it names entries of a cache that only its owner writes.
 * Two of a million kernels meet by accident with a probability of about 10⁻²⁷. The JDK's digests
 * would do, but setting up their provider costs 18 ms in a fresh JVM.
 */
record Hash128(long high, long low) {
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  static Hash128 of(byte[] data, long seed) {
    // Zero padding of the tail is what the original does with its byte-wise switch.
    int whole = data.length & ~15;
    ByteBuffer body = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    long h1 = seed;
    long h2 = seed;
    for (int i = 0; i < whole; i += 16) {
      h1 ^= mix1(body.getLong(i));
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= mix2(body.getLong(i + 8));
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    ByteBuffer tail = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    tail.put(data, whole, data.length - whole);
    h1 ^= mix1(tail.getLong(0)) ^ data.length;
    h2 ^= mix2(tail.getLong(8)) ^ data.length;
    h1 += h2;
    h2 += h1;
    h1 = avalanche(h1);
    h2 = avalanche(h2);
    h1 += h2;
    return new Hash128(h1, h2 + h1);
  }

  private static long mix1(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mix2(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }

  private static long avalanche(long value) {
    long k = value;
    k = (k ^ (k >>> 33)) * 0xff51afd7ed558ccdL;
    k = (k ^ (k >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return k ^ (k >>> 33);
  }

  /** 32 hexadecimal digits. */
  String hex() {
    HexFormat format = HexFormat.of();
    return format.toHexDigits(high).concat(format.toHexDigits(low));
  }
}
