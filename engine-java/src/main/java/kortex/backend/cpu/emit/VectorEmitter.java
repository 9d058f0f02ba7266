package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Writes functions in explicit vectors of f32. */
abstract class VectorEmitter extends FlowEmitter {
  final int lanes;

  /**
   * @param lanes elements of a vector
   * @param declarations collects what the module must declare
   */
  VectorEmitter(int lanes, Set<String> declarations) {
    super("<" + lanes + " x float>", declarations);
    this.lanes = lanes;
  }

  /** A float at an address, in all lanes. */
  final String splat(String at) {
    String scalar = define("load float, ptr " + at + ", align 4");
    String one = define("insertelement " + vector + " poison, float " + scalar + ", i64 0");
    return define(
        "shufflevector "
            + vector
            + " "
            + one
            + ", "
            + vector
            + " poison, <"
            + lanes
            + " x i32> zeroinitializer");
  }

  /** {@code a · b + c}, rounded once. */
  final String fma(String a, String b, String c) {
    declare(vector + " @llvm.fma" + suffix() + "(" + vector + ", " + vector + ", " + vector + ")");
    return define(
        "call "
            + vector
            + " @llvm.fma"
            + suffix()
            + "("
            + vector
            + " "
            + a
            + ", "
            + vector
            + " "
            + b
            + ", "
            + vector
            + " "
            + c
            + ")");
  }

  final String add(String a, String b) {
    return define("fadd " + vector + " " + a + ", " + b);
  }

  final String sub(String a, String b) {
    return define("fsub " + vector + " " + a + ", " + b);
  }

  final String mul(String a, String b) {
    return define("fmul " + vector + " " + a + ", " + b);
  }

  /** 0 where {@code x} is at most 0. */
  final String relu(String x) {
    String below = define("fcmp ole " + vector + " " + x + ", zeroinitializer");
    return define(
        "select "
            + flags()
            + " "
            + below
            + ", "
            + vector
            + " zeroinitializer, "
            + vector
            + " "
            + x);
  }

  /** A vector of which only {@code width} elements are there; the others are 0. */
  final String load(String at, int width) {
    if (width >= lanes) {
      return define("load " + vector + ", ptr " + at + ", align 4");
    }
    return maskedLoad(at, mask(i -> i < width));
  }

  private String maskedLoad(String at, String mask) {
    declare(
        vector
            + " @llvm.masked.load"
            + suffix()
            + ".p0(ptr, i32, "
            + flags()
            + ", "
            + vector
            + ")");
    return define(
        "call "
            + vector
            + " @llvm.masked.load"
            + suffix()
            + ".p0(ptr "
            + at
            + ", i32 4, "
            + mask
            + ", "
            + vector
            + " zeroinitializer)");
  }

  /** A vector of which only some elements are there; the others are 0. */
  final String loadWhere(String at, IntPredicate isThere) {
    if (IntStream.range(0, lanes).allMatch(isThere)) {
      return load(at, lanes);
    }
    if (IntStream.range(0, lanes).noneMatch(isThere)) {
      return "zeroinitializer";
    }
    return maskedLoad(at, mask(isThere));
  }

  /** Stores the first {@code width} elements of a vector. */
  final void store(String value, String at, int width) {
    if (width >= lanes) {
      line("store " + vector + " " + value + ", ptr " + at + ", align 4");
      return;
    }
    declare(
        "void @llvm.masked.store" + suffix() + ".p0(" + vector + ", ptr, i32, " + flags() + ")");
    line(
        "call void @llvm.masked.store"
            + suffix()
            + ".p0("
            + vector
            + " "
            + value
            + ", ptr "
            + at
            + ", i32 4, "
            + mask(i -> i < width)
            + ")");
  }

  private String suffix() {
    return ".v" + lanes + "f32";
  }

  private String flags() {
    return "<" + lanes + " x i1>";
  }

  private String mask(IntPredicate isThere) {
    StringBuilder mask = new StringBuilder(flags()).append(" <");
    for (int i = 0; i < lanes; i++) {
      mask.append(i == 0 ? "i1 " : ", i1 ").append(isThere.test(i));
    }
    return mask.append('>').toString();
  }

  final String shuffle(String a, String b, String mask) {
    return define(
        "shufflevector "
            + vector
            + " "
            + a
            + ", "
            + vector
            + " "
            + b
            + ", <"
            + lanes
            + " x i32> <"
            + mask
            + ">");
  }

  /** Swaps the off-diagonal halves of blocks of {@code distance} in lines i and i + distance. */
  final void exchange(List<String> lines, int i, int distance) {
    StringBuilder low = new StringBuilder();
    StringBuilder high = new StringBuilder();
    for (int l = 0; l < lanes; l++) {
      boolean first = (l & distance) == 0;
      low.append(l == 0 ? "i32 " : ", i32 ").append(first ? l : lanes + l - distance);
      high.append(l == 0 ? "i32 " : ", i32 ").append(first ? l + distance : lanes + l);
    }
    String a = lines.get(i);
    String b = lines.get(i + distance);
    lines.set(i, shuffle(a, b, low.toString()));
    lines.set(i + distance, shuffle(a, b, high.toString()));
  }

  /** Turns as many vectors as a vector has elements into vectors of their first, second, … ones. */
  final void transpose(List<String> lines) {
    for (int distance = lanes / 2; distance > 0; distance /= 2) {
      for (int i = 0; i < lanes; i++) {
        if ((i & distance) == 0) {
          exchange(lines, i, distance);
        }
      }
    }
  }

  /** The sums of as many vectors as a vector has elements, as a vector. */
  final String total(List<String> vectors) {
    List<String> lines = new ArrayList<>(vectors);
    for (int distance = lanes / 2; distance > 0; distance /= 2) {
      for (int i = 0; i < distance; i++) {
        exchange(lines, i, distance);
        lines.set(i, add(lines.get(i), lines.get(i + distance)));
      }
    }
    return lines.getFirst();
  }
}
