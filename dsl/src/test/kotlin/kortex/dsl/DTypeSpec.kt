package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.DTypeException
import kortex.tensor.SettingException

class DTypeSpec : StringSpec({
    "operators promote" {
        val bytes = tensor(1, 2, 3, dtype = u8)
        (bytes + tensor(1, 1, 1, dtype = i8)).dtype() shouldBe i16
        (bytes * tensor(1, 1, 1, dtype = f16)).dtype() shouldBe f16
        (tensor(1, dtype = i32) - tensor(1)).dtype() shouldBe f64
        (bytes + 1).dtype() shouldBe u8
        (1 + bytes).toList() shouldBe listOf(2, 3, 4)
        (bytes + 0.5).toList() shouldBe listOf(1.5f, 2.5f, 3.5f)
        (0.5 * bytes).dtype() shouldBe f32
        (5 - bytes).toList() shouldBe listOf(4, 3, 2)
        shouldThrow<DTypeException> { bytes + 300 }.what() shouldContain "300 does not fit u8"
        (tensor(1, dtype = bf16) + 1).dtype() shouldBe bf16
    }

    "quotients of integers are floats, and remainders have the sign of the divisor" {
        val x = tensor(-7, 7, dtype = i32)
        (x / 2).toList() shouldBe listOf(-3.5f, 3.5f)
        (14 / x).toList() shouldBe listOf(-2f, 2f)
        (x / tensor(2, 2, dtype = i32)).dtype() shouldBe f32
        x.floorDiv(2).toList() shouldBe listOf(-4, 3)
        (x % 4).toList() shouldBe listOf(1, 3)
        (x % tensor(-4, -4, dtype = i32)).toList() shouldBe listOf(-3, -1)
        (10 % x).toList() shouldBe listOf(-4, 3)
        (tensor(-0.5) % 2).toList() shouldBe listOf(1.5f)
    }

    "comparisons take any number" {
        val x = tensor(0, 255, dtype = u8)
        (x lt 300).toList() shouldBe listOf(true, true)
        (x gt -1).toList() shouldBe listOf(true, true)
        (x ge 254.5).toList() shouldBe listOf(false, true)
        (x le 0).toList() shouldBe listOf(true, false)
        (x eq tensor(255, dtype = i64)).toList() shouldBe listOf(false, true)
        where(x gt 0, x, 7).toList() shouldBe listOf(7, 255)
        where(x gt 0, 0.5, x).toList() shouldBe listOf(0f, 0.5f)
    }

    "tensors are made in every dtype" {
        zeros(2, dtype = bool).toList() shouldBe listOf(false, false)
        tensor(true, false).dtype() shouldBe bool
        tensor(arrayOf(intArrayOf(1, 2), intArrayOf(3, 4)), dtype = i8).toList() shouldBe
            listOf(listOf(1, 2), listOf(3, 4))
        val odd = (1L shl 53) + 1
        tensor(odd, dtype = i64).itemLong() shouldBe odd
        (tensor(odd, dtype = i64) + odd).itemLong() shouldBe 2 * odd
        full(odd, 1, dtype = i64).toList() shouldBe listOf(odd)
        scalar(odd, dtype = i64).toString() shouldBe "$odd"
        arange(3).toList() shouldBe listOf(0L, 1L, 2L)
        arange(3, dtype = f32).toList() shouldBe listOf(0f, 1f, 2f)
        arange(1, 0, -0.5).toList() shouldBe listOf(1f, 0.5f)
        arange(5, 0, step = -2, dtype = i16).dtype() shouldBe i16
        shouldThrow<SettingException> { arange(0, 1, 0) }.what() shouldContain "never ends"
        eye(2, dtype = u8).toList() shouldBe listOf(listOf(1, 0), listOf(0, 1))
        onesLike(eye(2), dtype = f16).type().toString() shouldBe "f16[2, 2]"
        zerosLike(eye(3)).sum().item() shouldBe 0.0
        fullLike(arange(2), 7).toList() shouldBe listOf(7L, 7L)
        shouldThrow<DTypeException> { tensor(1.5, dtype = i32) }.what() shouldContain "1.5 does not fit i32"
    }

    "sums of integers are i64, means f32" {
        val x = full(200, 100, dtype = u8)
        x.sum().itemLong() shouldBe 20_000
        x.mean().item() shouldBe 200.0
        (x gt 100).sum().itemLong() shouldBe 100
    }

    "text is as NumPy writes it" {
        tensor(1, 2.5, -3).toString() shouldBe "[ 1.   2.5 -3. ]"
        tensor(1e-5, 1).toString() shouldBe "[1.e-05 1.e+00]"
        zeros(0, 3, dtype = i8).toString() shouldBe "[] i8[0, 3]"
    }
})
