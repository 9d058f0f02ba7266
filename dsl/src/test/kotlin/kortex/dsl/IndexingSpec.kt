package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.DTypeException
import kortex.tensor.DataException
import kortex.tensor.ShapeException

class IndexingSpec : StringSpec({
    fun Tensor.numbers() = toDoubleArray().toList()

    fun ints(vararg numbers: Int) = tensor(*numbers.toTypedArray(), dtype = i32)

    val x = tensor(listOf(listOf(1, 2, 3), listOf(4, 5, 6)))

    "integers index axes" {
        x[ints(-1)].numbers() shouldBe listOf(4.0, 5.0, 6.0)
        x[ints(0, 1, 0), ints(2, 0, -3)].numbers() shouldBe listOf(3.0, 4.0, 1.0)
        x.take(ints(1, 1)).shape().toString() shouldBe "[2, 3]"
        x.take(ints(2, 0), 1).numbers() shouldBe listOf(3.0, 1.0, 6.0, 4.0)
        shouldThrow<DataException> { x[ints(0, 2)].numbers() }.what() shouldContain "index 2 at [1]"
        shouldThrow<ShapeException> { x[ints(0), ints(0), ints(0)] }
        shouldThrow<DTypeException> { x[tensor(0)] }.remedy() shouldContain "cast"
    }

    "masks choose elements, and gradients flow to them" {
        val w = variable(x)
        val chosen = w[w gt 2]
        chosen.numbers() shouldBe listOf(3.0, 4.0, 5.0, 6.0)
        grad((chosen * chosen).sum(), w).numbers() shouldBe listOf(0.0, 0.0, 6.0, 8.0, 10.0, 12.0)
        shouldThrow<ShapeException> { x[tensor(1) gt 0] }
    }

    "results of several tensors come apart" {
        val (values, indices) = x.topK(2)
        values.numbers() shouldBe listOf(3.0, 2.0, 6.0, 5.0)
        indices.numbers() shouldBe listOf(2.0, 1.0, 2.0, 1.0)
        val (different, inverse, counts) = ints(3, 1, 3).unique()
        different.numbers() shouldBe listOf(1.0, 3.0)
        inverse.numbers() shouldBe listOf(1.0, 0.0, 1.0)
        counts.numbers() shouldBe listOf(1.0, 2.0)
        val (bins, edges) = x.histogram(2, 0.0..6.0)
        bins.numbers() shouldBe listOf(2.0, 4.0)
        edges.numbers() shouldBe listOf(0.0, 3.0, 6.0)
    }

    "sorting and running results" {
        x.sorted(descending = true).numbers() shouldBe listOf(3.0, 2.0, 1.0, 6.0, 5.0, 4.0)
        x.cumsum(0).numbers() shouldBe listOf(1.0, 2.0, 3.0, 5.0, 7.0, 9.0)
        x.cumprod(1).numbers() shouldBe listOf(1.0, 2.0, 6.0, 4.0, 20.0, 120.0)
        ints(2, 0).oneHot(3).numbers() shouldBe listOf(0.0, 0.0, 1.0, 1.0, 0.0, 0.0)
    }

    "rows are put and added" {
        x.putAt(tensor(0), ints(0)).numbers() shouldBe listOf(0.0, 0.0, 0.0, 4.0, 5.0, 6.0)
        x.addAt(tensor(1, 1, 1), ints(1, 1)).numbers() shouldBe listOf(1.0, 2.0, 3.0, 6.0, 7.0, 8.0)
    }
})
