package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.DTypeException
import kortex.tensor.ShapeException

class JoiningSpec : StringSpec({
    fun Tensor.numbers() = toDoubleArray().map { it.toInt() }
    fun Tensor.extents() = shape().toString()
    val v = iota(4)
    val m = iota(6).reshape(2, 3)

    "concat and stack" {
        concat(v, v[until(2)]).numbers() shouldBe listOf(0, 1, 2, 3, 0, 1)
        concat(m, m, axis = -1).extents() shouldBe "[2, 6]"
        concat(listOf(m[all, until(0)], m), axis = 1).numbers() shouldBe m.numbers()
        stack(v, -v, axis = 1).numbers() shouldBe listOf(0, 0, 1, -1, 2, -2, 3, -3)
        stack(v.unstack()).numbers() shouldBe v.numbers()
        stack(scalar(1), scalar(2)).numbers() shouldBe listOf(1, 2)
    }

    "what does not fit together is said" {
        shouldThrow<ShapeException> { concat(m, m[all, until(2)]) }.what() shouldContain "f32[2, 3] and f32[2, 2]"
        shouldThrow<DTypeException> { concat(v, tensor(1, dtype = f64)) }.what() shouldContain "f64[1]"
        shouldThrow<ShapeException> { concat(scalar(1)) }.remedy() shouldContain "stack"
        shouldThrow<ShapeException> { stack(v, v[until(3)]) }.remedy() shouldContain "concat"
        shouldThrow<ShapeException> { stack(emptyList()) }.what() shouldContain "no tensors"
        shouldThrow<ShapeException> { m.split(2, axis = 1) }.remedy() shouldContain "chunk"
        shouldThrow<ShapeException> { m.split(listOf(1, 3), axis = 1) }.remedy() shouldContain "add up to 3"
        shouldThrow<ShapeException> { v.pad(low = 4, mode = reflect) }.what() shouldContain "REFLECT has 3"
        shouldThrow<ShapeException> { v.pad(low = -1) }.remedy() shouldContain "slice"
        shouldThrow<ShapeException> { v.windows(size = 5) }.remedy() shouldContain "from 1 to 4"
        shouldThrow<ShapeException> { v.tril() }.what() shouldContain "needs a matrix"
        shouldThrow<ShapeException> { v.repeat(-1) }.what() shouldContain "-1"
    }

    "parts" {
        v.split(2).map { it.numbers() } shouldBe listOf(listOf(0, 1), listOf(2, 3))
        v.split(listOf(3, 0, 1)).map { it.numbers() } shouldBe listOf(listOf(0, 1, 2), emptyList(), listOf(3))
        m.chunk(2, axis = 1).map { it.extents() } shouldBe listOf("[2, 2]", "[2, 1]")
        v.windows(size = 2).numbers() shouldBe listOf(0, 1, 1, 2, 2, 3)
        v.windows(size = 2, step = 2).extents() shouldBe "[2, 2]"
    }

    "around and again" {
        v.pad(low = 1, high = 2).numbers() shouldBe listOf(0, 0, 1, 2, 3, 0, 0)
        m.pad(axis = 0, high = 1, value = 7)[2].numbers() shouldBe listOf(7, 7, 7)
        v.pad(low = 2, high = 1, mode = reflect).numbers() shouldBe listOf(2, 1, 0, 1, 2, 3, 2)
        v.pad(low = 2, high = 1, mode = symmetric).numbers() shouldBe listOf(1, 0, 0, 1, 2, 3, 3)
        v.pad(low = 2, high = 1, mode = edge).numbers() shouldBe listOf(0, 0, 0, 1, 2, 3, 3)
        v.pad(low = 2, high = 1, mode = wrap).numbers() shouldBe listOf(2, 3, 0, 1, 2, 3, 0)
        v.roll(1).numbers() shouldBe listOf(3, 0, 1, 2)
        v.tile(2).numbers() shouldBe listOf(0, 1, 2, 3, 0, 1, 2, 3)
        v.repeat(2)[until(4)].numbers() shouldBe listOf(0, 0, 1, 1)
        m.flip(1).numbers() shouldBe listOf(2, 1, 0, 5, 4, 3)
        m.maskedFill(m gt 3, 9.0).numbers() shouldBe listOf(0, 1, 2, 3, 9, 9)
    }

    "matrices" {
        m.tril().numbers() shouldBe listOf(0, 0, 0, 3, 4, 0)
        m.triu(1).numbers() shouldBe listOf(0, 1, 2, 0, 0, 5)
        m.diagonal().numbers() shouldBe listOf(0, 4)
        tensor(1, 2).diag().numbers() shouldBe listOf(1, 0, 0, 2)
        m.matmul(m.transpose()).trace().item() shouldBe 55.0
        meshgrid(v, iota(2)).map { it.extents() } shouldBe listOf("[4, 2]", "[4, 2]")
    }

    "shapes" {
        m.reshape(-1, 2).extents() shouldBe "[3, 2]"
        m.flatten().extents() shouldBe "[6]"
        m[newAxis].flatten(0, 1).extents() shouldBe "[2, 3]"
        m[newAxis, ellipsis, newAxis].squeeze().extents() shouldBe "[2, 3]"
        m.unsqueeze(-1).squeeze(-1).extents() shouldBe "[2, 3]"
        m.unsqueeze(0).moveAxis(0, -1).swapAxes(0, 1).extents() shouldBe "[3, 2, 1]"
        shouldThrow<ShapeException> { m.reshape(-1, -1) }.what() shouldContain "2 extents are open"
        shouldThrow<ShapeException> { m.reshape(4, -1) }.what() shouldContain "no multiple of 4"
        shouldThrow<ShapeException> { m.squeeze(0) }.what() shouldContain "its extent is 2"
        shouldThrow<ShapeException> { m.flatten(1, 0) }.remedy() shouldContain "outer axis first"
    }
})
