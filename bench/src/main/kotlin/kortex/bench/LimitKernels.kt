package kortex.bench

/**
 * The kernels of [Limits] as LLVM text, each `void kernel(ptr buffers, i64 begin, i64 end)` on a table of three arrays.
 *
 * @param vectorBits the width of the machine's registers
 * @param rounds multiply-adds of each accumulator in one element of the range
 */
internal class LimitKernels(vectorBits: Int, private val rounds: Long) {
    /** Floats in a register. */
    val lanes: Long = vectorBits / 32L

    /** Enough that none waits for its last result, and no more than there are registers: 16, or 32 of 512 bits. */
    private val accumulators = if (vectorBits == 512) 24 else 12

    /** Floating-point operations of one element of the range of `fma`. */
    val flopsOfPart: Double = 2.0 * rounds * lanes * accumulators

    private val vector = "<$lanes x float>"
    private val name = "v${lanes}f32"
    private val bytes = lanes * Float.SIZE_BYTES

    /** The module. */
    val text: String = listOf(
        "declare $vector @llvm.fma.$name($vector, $vector, $vector)", fma(), triad("triad", ""),
        triad("streaming_triad", ", !nontemporal !0"), "!0 = !{i32 1}"
    ).joinToString("\n\n")

    /** Accumulators `x ← x · b + c`, which stay in registers; their sum is stored, so that they are computed. */
    private fun fma(): String {
        val all = 0 until accumulators
        return """
            define void @fma(ptr %buffers, i64 %begin, i64 %end) {
            entry:
            ${pointers()}
              %b = load $vector, ptr %bp, align $bytes
              %c = load $vector, ptr %cp, align $bytes
              br label %part
            part:
              %i = phi i64 [ %begin, %entry ], [ %next, %done ]
              br label %loop
            loop:
              %k = phi i64 [ 0, %part ], [ %k1, %loop ]
            ${all.joinToString("\n") { "  %x$it = phi $vector [ %c, %part ], [ %y$it, %loop ]" }}
            ${all.joinToString("\n") { "  %y$it = call $vector @llvm.fma.$name($vector %x$it, $vector %b, $vector %c)" }}
              %k1 = add i64 %k, 1
              %more = icmp ult i64 %k1, $rounds
              br i1 %more, label %loop, label %done
            done:
              %s1 = fadd $vector %y0, %y1
            ${(2 until accumulators).joinToString("\n") { "  %s$it = fadd $vector %s${it - 1}, %y$it" }}
              %place = mul i64 %i, $lanes
              %at = getelementptr float, ptr %ap, i64 %place
              store $vector %s${accumulators - 1}, ptr %at, align $bytes
              %next = add i64 %i, 1
              %parts = icmp ult i64 %next, %end
              br i1 %parts, label %part, label %out
            out:
              ret void
            }
        """.trimIndent()
    }

    private fun triad(function: String, hint: String) = """
        define void @$function(ptr %buffers, i64 %begin, i64 %end) {
        entry:
        ${pointers()}
          br label %loop
        loop:
          %i = phi i64 [ %begin, %entry ], [ %next, %loop ]
          %ba = getelementptr float, ptr %bp, i64 %i
          %ca = getelementptr float, ptr %cp, i64 %i
          %aa = getelementptr float, ptr %ap, i64 %i
          %b = load $vector, ptr %ba, align $bytes
          %c = load $vector, ptr %ca, align $bytes
          %y = call $vector @llvm.fma.$name($vector %c, $vector ${splat()}, $vector %b)
          store $vector %y, ptr %aa, align $bytes$hint
          %next = add i64 %i, $lanes
          %more = icmp ult i64 %next, %end
          br i1 %more, label %loop, label %out
        out:
          ret void
        }
    """.trimIndent()

    private fun splat() = (1..lanes).joinToString(", ", "<", ">") { "float 3.0" }

    private fun pointers() = listOf("a", "b", "c").withIndex().joinToString("\n") { (index, array) ->
        "  %${array}at = getelementptr ptr, ptr %buffers, i64 $index\n  %${array}p = load ptr, ptr %${array}at"
    }
}
