package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.DTypeException
import kortex.tensor.NumericException
import kortex.tensor.SettingException
import kortex.tensor.ShapeException
import java.lang.foreign.MemorySegment
import java.nio.FloatBuffer
import java.nio.IntBuffer

class TensorSpec : StringSpec({
    fun Tensor.numbers() = toDoubleArray().toList()

    "the mean of 2x has the gradient 2/3" {
        val x = variable(1.0, 2.0, 3.0)
        val z = (x * 2).mean()
        z.toString() shouldBe "4.0"
        grad(z, x).numbers().forEach { it shouldBe (2.0 / 3 plusOrMinus 1e-6) }
        z.backward()
        z.backward()
        x.grad.numbers().forEach { it shouldBe (4.0 / 3 plusOrMinus 1e-6) }
        x.zeroGrad()
        shouldThrow<SettingException> { x.grad }.what() shouldContain "no gradient yet"
    }

    "numbers stand on either side" {
        val x = tensor(1, 2, 4, dtype = f64)
        (2 * x + 1 - x / 2).numbers() shouldBe listOf(2.5, 4.0, 7.0)
        (8 / x).numbers() shouldBe listOf(8.0, 4.0, 2.0)
        (1 - x).numbers() shouldBe (-(x - 1)).numbers()
        (1.5 + x * x).numbers() shouldBe listOf(2.5, 5.5, 17.5)
        (x / x).numbers() shouldBe listOf(1.0, 1.0, 1.0)
    }

    "comparisons make masks" {
        val x = tensor(1, 2, 3)
        (x lt 2).toString() shouldBe "[ true false false]"
        (x ge 2).toString() shouldBe "[false  true  true]"
        (x eq 2).toString() shouldBe "[false  true false]"
        where(x gt tensor(2), x, -x).numbers() shouldBe listOf(-1.0, -2.0, 3.0)
        (x le 2).toString() shouldBe "[ true  true false]"
    }

    "nested lists are tensors" {
        val m = tensor(listOf(listOf(1, 2), listOf(3, 4)))
        m.shape().toString() shouldBe "[2, 2]"
        m.matmul(tensor(1, 1)).numbers() shouldBe listOf(3.0, 7.0)
        m.sum(0).numbers() shouldBe listOf(4.0, 6.0)
        m.max().item() shouldBe 4.0
        shouldThrow<ShapeException> { tensor(listOf(listOf(1, 2), listOf(3))) }.what() shouldContain "[2, 2]"
    }

    "the larger and the smaller take numbers on either side" {
        val x = tensor(1, 2, 3)
        maximum(x, 2.0).numbers() shouldBe listOf(2.0, 2.0, 3.0)
        maximum(2, x).numbers() shouldBe max(x, 2).numbers()
        min(1.5, x).numbers() shouldBe listOf(1.0, 1.5, 1.5)
        minimum(x, 2).numbers() shouldBe min(x, 2).numbers()
        minimum(2, x).numbers() shouldBe max(min(2, x), 0.5).numbers()
        max(0, arange(2)).dtype() shouldBe i64
        max(arange(2), 0.5).dtype() shouldBe f32
        max(tensor(true), 3).dtype() shouldBe i64
        tensor(-5, 5).remainder(3).numbers() shouldBe listOf(-2.0, 2.0)
        arange(5).remainder(3).dtype() shouldBe i64
    }

    "running results without an axis are of all elements" {
        val x = tensor(listOf(listOf(3, 1), listOf(2, 4)))
        x.cumsum().numbers() shouldBe listOf(3.0, 4.0, 6.0, 10.0)
        x.cumprod().numbers() shouldBe listOf(3.0, 3.0, 6.0, 24.0)
        x.cumMax().numbers() shouldBe listOf(3.0, 3.0, 3.0, 4.0)
        x.cumMin().numbers() shouldBe listOf(3.0, 1.0, 1.0, 1.0)
        x.diff().numbers() shouldBe listOf(-2.0, 2.0)
        x.diff(axis = 0).toString() shouldBe "[[-1.  3.]]"
        arange(5).diff().toString() shouldBe "[1 1 1 1]"
        zeros(0).diff().shape().toString() shouldBe "[0]"
        zeros(1).diff().shape().toString() shouldBe "[0]"
        shouldThrow<ShapeException> { x.diff(2) }
    }

    "nearness is that of NumPy" {
        allClose(tensor(1.0, 2.0), tensor(1.0, 2.00001)) shouldBe true
        allClose(tensor(1.0, 2.0), tensor(1.0, 2.1)) shouldBe false
        allClose(tensor(1.0, 2.0), tensor(1.0, 2.1), atol = 0.2) shouldBe true
        allClose(arange(3), arange(3) + 1, rtol = 0.0, atol = 1.0) shouldBe true
        val infinite = tensor(Double.POSITIVE_INFINITY)
        allClose(infinite, infinite) shouldBe true
        allClose(infinite, -infinite) shouldBe false
        allClose(tensor(1), infinite) shouldBe false
        allClose(tensor(Double.NaN), tensor(Double.NaN)) shouldBe false
        allClose(zeros(0), zeros(0)) shouldBe true
    }

    "mistakes are said in the words of the call" {
        val x = tensor(3, 4)
        shouldThrow<DTypeException> { x gt 0 and x lt 2 }.remedy() shouldContain "(x gt 0) and (x lt 2)"
        shouldThrow<DTypeException> { where(x, x gt 0, 0) }.what() shouldBe
            "where(condition, a, b): the condition is f32[2], but must be bool"
        shouldThrow<DTypeException> { softmax(arange(3)) }.what() shouldBe "softmax needs a float tensor, got i64[3]"
        shouldThrow<NumericException> { inverse(zeros(2, 2)).toFloatArray() }.what() shouldContain
            "inverse of a singular"
        shouldThrow<DTypeException> { tensor(listOf("a", "b")) }.what() shouldContain "a (String)"
        shouldThrow<DTypeException> { variable(1, 2).assign(x.cast(f64)) }.remedy() shouldContain "cast(f32)"
        shouldThrow<ShapeException> { x.norm(1) }.remedy() shouldContain "p = 1"
        shouldThrow<ShapeException> { (x gt 3).toBoolean() }.what() shouldContain "toBoolean()"
        key(7).toString() shouldBe "key(7)"
    }

    "ranges and constants" {
        iota(3).numbers() shouldBe listOf(0.0, 1.0, 2.0)
        linspace(0, 1, 3).numbers() shouldBe listOf(0.0, 0.5, 1.0)
        zeros(2, 2).shape().toString() shouldBe "[2, 2]"
        full(7, 1, dtype = i32).dtype() shouldBe i32
        ones(2).sum().item() shouldBe 2.0
    }

    "gradients have gradients, also as functions" {
        val cube = { w: Tensor -> (w * w * w).sum() }
        grad(cube)(tensor(2)).numbers() shouldBe listOf(12.0)
        grad { w -> grad(cube)(w).sum() }(tensor(2)).numbers() shouldBe listOf(12.0)
    }

    "losses are functions of tensors" {
        val logits = tensor(listOf(listOf(0, 0), listOf(0, 0)))
        crossEntropy(logits, tensor(0, 1, dtype = i32)).item() shouldBe (Math.log(2.0) plusOrMinus 1e-6)
        mse(tensor(1, 2), tensor(1, 4)).item() shouldBe 2.0
        softmax(logits).numbers() shouldBe List(4) { 0.5 }
        logSoftmax(logits).sum().item() shouldBe (-4 * Math.log(2.0) plusOrMinus 1e-6)
        relu(tensor(-1, 1)).numbers() shouldBe listOf(0.0, 1.0)
        gelu(tensor(0)).numbers() shouldBe listOf(0.0)
    }

    "variables take new values" {
        val w = variable(1.0, 2.0)
        w.assign(w * 2)
        w.numbers() shouldBe listOf(2.0, 4.0)
        listOf(w).l2().item() shouldBe 20.0
        listOf(w).l1().item() shouldBe 6.0
    }

    "arrays and buffers are tensors" {
        tensor(floatArrayOf(1f, 2f)).dtype() shouldBe f32
        tensor(doubleArrayOf(0.1)).item() shouldBe 0.1
        tensor(doubleArrayOf(0.1), dtype = f32).dtype() shouldBe f32
        tensor(intArrayOf(1, -1)).dtype() shouldBe i32
        tensor(longArrayOf(1L shl 60)).itemLong() shouldBe (1L shl 60)
        tensor(shortArrayOf(1)).dtype() shouldBe i16
        tensor(byteArrayOf(-1)).dtype() shouldBe i8
        tensor(booleanArrayOf(true, false)).toString() shouldBe "[ true false]"
        tensor(arrayOf(intArrayOf(1), intArrayOf(2))).dtype() shouldBe i32
        tensor(listOf(doubleArrayOf(1.0), doubleArrayOf(2.0))).dtype() shouldBe f64
        tensor(listOf(1L, 2L)).dtype() shouldBe f32
        tensor(arrayOf(1, 2)).dtype() shouldBe f32
        tensor(1..5).toString() shouldBe "[1. 2. 3. 4. 5.]"
        tensor(4 downTo 0 step 2, dtype = i64).toString() shouldBe "[4 2 0]"
        shouldThrow<DTypeException> { tensor(intArrayOf(300), dtype = u8) }
        val numbers = floatArrayOf(1f, 2f, 3f, 4f)
        val onBuffer = tensor(FloatBuffer.wrap(numbers), 2, 2)
        numbers[3] = 9f
        onBuffer.numbers() shouldBe listOf(1.0, 2.0, 3.0, 9.0)
        tensor(MemorySegment.ofArray(byteArrayOf(-1, 1)), 1, 2, dtype = u8).numbers() shouldBe listOf(255.0, 1.0)
        shouldThrow<DTypeException> { tensor(IntBuffer.wrap(intArrayOf(1)), 1) }
        shouldThrow<ShapeException> { tensor(FloatBuffer.wrap(numbers), 3) }
        shouldThrow<ShapeException> { tensor(listOf(ones(2), ones(2))) }.remedy() shouldContain "stack"
    }

    "functions stand before or behind their tensor" {
        val x = tensor(listOf(listOf(1, -2), listOf(3, -4)))
        square(x).numbers() shouldBe x.square().numbers()
        reciprocal(x).numbers() shouldBe (1 / x).numbers()
        sum(x).numbers() shouldBe listOf(-2.0)
        mean(x, 0, keepAxes = true).shape().toString() shouldBe "[1, 2]"
        prod(x, 1).numbers() shouldBe listOf(-2.0, -12.0)
        variance(x, correction = 1).numbers() shouldBe x.variance(correction = 1).numbers()
        std(x, 0).numbers() shouldBe x.std(0).numbers()
        norm(x, p = 1).numbers() shouldBe listOf(10.0)
        logSumExp(x, 1).numbers() shouldBe x.logSumExp(1).numbers()
        x.relu().numbers() shouldBe relu(x).numbers()
        x.gelu().numbers() shouldBe gelu(x).numbers()
        x.softmax(0).numbers() shouldBe softmax(x, 0).numbers()
        x.logSoftmax().numbers() shouldBe logSoftmax(x).numbers()
        max(x, -x).numbers() shouldBe abs(x).numbers()
        min(x, -x).numbers() shouldBe (-abs(x)).numbers()
    }

    "a choice of two numbers is whole if both are" {
        val x = tensor(1, -2)
        where(x gt 0, 1, 0).toString() shouldBe "[1 0]"
        where(x gt 0, 1.0, 0).toString() shouldBe "[1. 0.]"
    }

    "statistics of all elements, positions, rows, truth" {
        val x = tensor(listOf(listOf(4, 1), listOf(3, 2)))
        x.median().item() shouldBe 2.5
        x.quantile(1).item() shouldBe 4.0
        x.argsort().numbers() shouldBe listOf(1.0, 0.0, 1.0, 0.0)
        x.argsort(descending = true).numbers() shouldBe listOf(0.0, 1.0, 0.0, 1.0)
        val rows = buildList { for (row in x) add(row.sum().item()) }
        rows shouldBe listOf(5.0, 5.0)
        (x gt 0).all().toBoolean() shouldBe true
        (x gt 3).all().toBoolean() shouldBe false
        shouldThrow<ShapeException> { (x gt 0).toBoolean() }
    }

    "variables are updated in place" {
        val w = variable(1.0, 2.0)
        w += tensor(1.0, 1.0)
        w -= 0.5 * grad((w * w).sum(), w)
        w.numbers() shouldBe listOf(0.0, 0.0)
        w += ones(2)
        w *= 3
        w.numbers() shouldBe listOf(3.0, 3.0)
    }
})
