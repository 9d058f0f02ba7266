package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.DTypeException
import kortex.tensor.ShapeException

class SlicingSpec : StringSpec({
    fun Tensor.numbers() = toDoubleArray().map { it.toInt() }
    fun Tensor.extents() = shape().toString()
    val v = iota(6)
    val m = iota(12).reshape(3, 4)

    "one position drops the axis" {
        v[2].item() shouldBe 2.0
        v[-1].item() shouldBe 5.0
        v[2L].extents() shouldBe "[]"
        m[1].numbers() shouldBe listOf(4, 5, 6, 7)
        m[1, -1].item() shouldBe 7.0
        m[all, 0].numbers() shouldBe listOf(0, 4, 8)
    }

    "ranges are Kotlin's" {
        v[1..3].numbers() shouldBe listOf(1, 2, 3)
        v[0 until 3].numbers() shouldBe listOf(0, 1, 2)
        v[0..<3].numbers() shouldBe listOf(0, 1, 2)
        v[1..5 step 2].numbers() shouldBe listOf(1, 3, 5)
        v[1..4 step 2].numbers() shouldBe listOf(1, 3)
        v[4 downTo 1].numbers() shouldBe listOf(4, 3, 2, 1)
        v[3 downTo 0].numbers() shouldBe listOf(3, 2, 1, 0)
        v[5 downTo 0 step 2].numbers() shouldBe listOf(5, 3, 1)
        v[1L..2L].numbers() shouldBe listOf(1, 2)
        v[2 until 2].numbers() shouldBe emptyList()
        v[1..100].numbers() shouldBe listOf(1, 2, 3, 4, 5)
    }

    "positions below 0 count from the end" {
        v[-3..-1].numbers() shouldBe listOf(3, 4, 5)
        v[-3..-2].numbers() shouldBe listOf(3, 4)
        v[-1 downTo -3].numbers() shouldBe listOf(5, 4, 3)
        v[1..-2].numbers() shouldBe listOf(1, 2, 3, 4)
        v[1 until -1].numbers() shouldBe listOf(1, 2, 3, 4)
        v[-4 until -2].numbers() shouldBe listOf(2, 3)
    }

    "a range that may mean everything or nothing is refused" {
        val error = shouldThrow<ShapeException> { v[0 until 0] }
        error.what() shouldContain "0..-1"
        error.remedy() shouldContain "from(0)"
        shouldThrow<ShapeException> { v[2..-1] }
        shouldThrow<ShapeException> { v[3 downTo -1] }
        v[until(0)].numbers() shouldBe emptyList()
    }

    "open ranges, whole axes, new axes" {
        v[from(4)].numbers() shouldBe listOf(4, 5)
        v[from(-2)].numbers() shouldBe listOf(4, 5)
        v[until(2)].numbers() shouldBe listOf(0, 1)
        v[until(-4)].numbers() shouldBe listOf(0, 1)
        v[all step -1].numbers() shouldBe listOf(5, 4, 3, 2, 1, 0)
        v[from(1) step 2].numbers() shouldBe listOf(1, 3, 5)
        m[ellipsis, 1..2].numbers() shouldBe listOf(1, 2, 5, 6, 9, 10)
        m[newAxis, ellipsis].extents() shouldBe "[1, 3, 4]"
        m[all, newAxis, 0].extents() shouldBe "[3, 1]"
        m[1 until 3, all step -2].numbers() shouldBe listOf(7, 5, 11, 9)
    }

    "errors say which axis, and what it has" {
        val error = shouldThrow<ShapeException> { m[0, 4] }
        error.what() shouldContain "position 4"
        error.what() shouldContain "axis 1 of f32[3, 4]"
        error.remedy() shouldContain "from -4 to 3"
        shouldThrow<ShapeException> { m[0, 0, 0] }.what() shouldContain "3 axes"
        shouldThrow<ShapeException> { m[ellipsis, ellipsis] }.what() shouldContain "2 ellipses"
        shouldThrow<ShapeException> { v[1.5] }.what() shouldContain "Double"
        shouldThrow<DTypeException> { m[0..1, v] }.remedy() shouldContain "i64"
        shouldThrow<ShapeException> { v[all step 0] }.what() shouldContain "step"
        shouldThrow<ShapeException> { zeros(0)[0] }.remedy() shouldContain "empty"
    }

    "a part is replaced without changing the tensor" {
        m.with(1, value = 0).sum().item() shouldBe 44.0
        m.with(all, -1, value = tensor(1, 2, 3))[all, -1].numbers() shouldBe listOf(1, 2, 3)
        m.with(0, all step -1, value = v[until(4)])[0].numbers() shouldBe listOf(3, 2, 1, 0)
        m.sum().item() shouldBe 66.0
        shouldThrow<ShapeException> { m.with(0, value = tensor(1, 2)) }.what() shouldContain "f32[2]"
        shouldThrow<DTypeException> { m.with(0, value = tensor(1, dtype = i32)) }
    }

    "a long is put there exactly" {
        val odd = 9007199254740993L
        val x = tensor(1, 2, dtype = i64)
        x.with(0, value = odd)[0].itemLong() shouldBe odd
        x.pad(low = 1, value = odd)[0].itemLong() shouldBe odd
        x.clamp(low = odd)[0].itemLong() shouldBe odd
        x.clamp(high = 1).numbers() shouldBe listOf(1, 1)
        val w = variable(x)
        w[0] = odd
        w[0].itemLong() shouldBe odd
        shouldThrow<DTypeException> { x.with(0, value = 0.5) }
        shouldThrow<DTypeException> { x.pad(low = 1, value = 0.5) }
    }

    "gradients flow to what is left and to what is put there" {
        val x = variable(1, 2, 3, 4)
        val y = variable(5, 6)
        val z = (x.with(1..2, value = y) * tensor(1, 10, 100, 1000)).sum()
        grad(z, x).numbers() shouldBe listOf(1, 0, 0, 1000)
        grad(z, y).numbers() shouldBe listOf(10, 100)
        grad((x[all step -2] * tensor(1, 2)).sum(), x).numbers() shouldBe listOf(0, 2, 0, 1)
        grad(x[0] * x[0] + x[3], x).numbers() shouldBe listOf(2, 0, 0, 1)
    }

    "a variable's part is assigned" {
        val w = variable(0, 1, 2, 3)
        val before = w + 0
        w[0] = 9
        w[2..3] = tensor(7, 8)
        w[1] += 5
        w.numbers() shouldBe listOf(9, 6, 7, 8)
        w[from(1)] = w[until(-1)]
        w.numbers() shouldBe listOf(9, 9, 6, 7)
        before.numbers() shouldBe listOf(0, 1, 2, 3)
    }

    "one tensor indexes among ranges, and takes the place of its axis" {
        val at = tensor(3, -4, dtype = i32)
        m[all, at].numbers() shouldBe listOf(3, 0, 7, 4, 11, 8)
        m[at[from(1)] + 5, all step -2].numbers() shouldBe listOf(7, 5)
        m[0, at].numbers() shouldBe listOf(3, 0)
        m[at[0] - 1, 1..2].numbers() shouldBe listOf(9, 10)
        m[1..2, tensor(true, false, false, true)].numbers() shouldBe listOf(4, 7, 8, 11)
        val box = iota(24).reshape(2, 3, 4)
        box[ellipsis, at].numbers() shouldBe box.take(at, 2).numbers()
        box[newAxis, all, at.reshape(1, 2) - 3, 1..2].extents() shouldBe "[1, 2, 1, 2, 2]"
        box[at - 3, ellipsis, newAxis].extents() shouldBe "[2, 3, 4, 1]"
        shouldThrow<ShapeException> { m[0..1, tensor(true)] }.what() shouldContain "bool[1]"
        shouldThrow<ShapeException> { box[0..1, at, at] }.remedy() shouldContain "Index twice"
        val x = variable(1, 2, 3)
        grad((x.reshape(1, 3)[0, tensor(2, 2, dtype = i32)] * tensor(1, 10)).sum(), x).numbers() shouldBe
            listOf(0, 0, 11)
    }

    "elements at tensors are replaced" {
        val w = variable(0, 1, 2, 3)
        w[w gt 1] = -1
        w.numbers() shouldBe listOf(0, 1, -1, -1)
        w[tensor(0, -1, dtype = i32)] = tensor(7, 8)
        w.numbers() shouldBe listOf(7, 1, -1, 8)
        m.with(tensor(true, false, true, false), value = 0)[1].numbers() shouldBe listOf(0, 5, 0, 7)
        m.with(tensor(0, dtype = i32), tensor(1, dtype = i32), value = 50)[0].numbers() shouldBe listOf(0, 50, 2, 3)
        m.with(m gt 9, value = tensor(1, 2, 3, 4))[2].numbers() shouldBe listOf(8, 9, 3, 4)
        shouldThrow<DTypeException> { m.with(m gt 9, value = tensor(1, dtype = i32)) }
        shouldThrow<ShapeException> { v.with(v.reshape(6, 1) gt v, value = 0) }
    }
})
