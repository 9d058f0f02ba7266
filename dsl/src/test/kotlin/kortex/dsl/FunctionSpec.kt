package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.ShapeException

class FunctionSpec : StringSpec({
    fun Tensor.numbers() = toDoubleArray().toList()
    fun of(vararg x: Number) = tensor(*x, dtype = f64)
    val m = tensor(listOf(listOf(1, 2, 3), listOf(4, 5, 9)), dtype = f64)

    "functions are called as in kotlin.math" {
        val x = of(0.3, 0.5)
        val pairs = listOf<Pair<(Tensor) -> Tensor, (Double) -> Double>>(
            ::expm1 to Math::expm1, ::log1p to Math::log1p, ::log10 to Math::log10, ::cbrt to Math::cbrt,
            ::tan to Math::tan, ::asin to Math::asin, ::acos to Math::acos, ::atan to Math::atan,
            ::sinh to Math::sinh, ::cosh to Math::cosh, ::floor to Math::floor, ::ceil to Math::ceil,
            ::round to Math::rint, ::sign to Math::signum,
            ::exp2 to { v -> Math.pow(2.0, v) }, ::log2 to { v -> kotlin.math.log2(v) },
            ::asinh to { v -> kotlin.math.asinh(v) }, ::atanh to { v -> kotlin.math.atanh(v) },
            ::trunc to { v -> kotlin.math.truncate(v) }, ::rsqrt to { v -> 1 / Math.sqrt(v) }
        )
        for ((f, exact) in pairs) {
            f(x).numbers().zip(x.numbers()).forEach { (y, v) -> y shouldBe (exact(v) plusOrMinus 1e-15) }
        }
        acosh(of(2)).item() shouldBe (kotlin.math.acosh(2.0) plusOrMinus 1e-15)
        erfinv(erf(x)).numbers()[1] shouldBe (0.5 plusOrMinus 1e-15)
        (erf(x) + erfc(x)).numbers()[0] shouldBe (1.0 plusOrMinus 1e-15)
        lgamma(of(5)).item() shouldBe (Math.log(24.0) plusOrMinus 1e-14)
        digamma(of(1)).item() shouldBe (-0.5772156649015329 plusOrMinus 1e-15)
        polygamma(1, of(1)).item() shouldBe (Math.PI * Math.PI / 6 plusOrMinus 1e-14)
        atan2(of(1), of(-1)).item() shouldBe (0.75 * Math.PI plusOrMinus 1e-15)
        hypot(of(3), of(4)).item() shouldBe 5.0
    }

    "powers, bounds and remainders take numbers" {
        (of(2, 3) pow 2).numbers() shouldBe listOf(4.0, 9.0)
        (of(2, 3) pow of(3, 0)).numbers() shouldBe listOf(8.0, 1.0)
        of(-2, 0.5, 7).clamp(0, 1).numbers() shouldBe listOf(0.0, 0.5, 1.0)
        of(-2, 7).clamp(high = 1).numbers() shouldBe listOf(-2.0, 1.0)
        (of(7, -7) % 3).numbers() shouldBe listOf(1.0, 2.0)
        (of(7, -7) % of(4)).numbers() shouldBe listOf(3.0, 1.0)
        of(7, -7).remainder(of(3)).numbers() shouldBe listOf(1.0, -1.0)
        lerp(of(0), of(10), 0.25).item() shouldBe 2.5
        lerp(of(0), of(10), of(0, 1)).numbers() shouldBe listOf(0.0, 10.0)
    }

    "masks combine" {
        val x = tensor(1, 2, 3)
        ((x gt 1) and (x lt 3)).toString() shouldBe "[false  true false]"
        ((x lt 2) or (x ne 2)).toString() shouldBe "[ true false  true]"
        ((x lt 2) xor (x lt 3)).toString() shouldBe "[false  true false]"
        (!(x eq 2)).toString() shouldBe "[ true false  true]"
        (x ne tensor(1, 0, 3)).toString() shouldBe "[false  true false]"
        val i = tensor(6, -6, dtype = i32)
        (i shl 2).numbers() shouldBe listOf(24.0, -24.0)
        (i shr 1).numbers() shouldBe listOf(3.0, -3.0)
    }

    "reductions keep their axes when asked" {
        m.sum(1, keepAxes = true).shape().toString() shouldBe "[2, 1]"
        m.sum(keepAxes = true).shape().toString() shouldBe "[1, 1]"
        m.sum(-1, keepAxes = false).shape().toString() shouldBe "[2]"
        (m / m.max(1, keepAxes = true)).max(1).numbers() shouldBe listOf(1.0, 1.0)
        m.mean(0, keepAxes = true).numbers() shouldBe listOf(2.5, 3.5, 6.0)
        m.min(0, keepAxes = true).numbers() shouldBe listOf(1.0, 2.0, 3.0)
        m.prod(1, keepAxes = true).numbers() shouldBe listOf(6.0, 180.0)
        m.variance(1).numbers() shouldBe listOf(2.0 / 3, 14.0 / 3)
        m.variance(1, correction = 1, keepAxes = true).numbers() shouldBe listOf(1.0, 7.0)
        m.std(0, correction = 1).numbers()[0] shouldBe (Math.sqrt(4.5) plusOrMinus 1e-15)
        m.norm(0, p = 1).numbers() shouldBe listOf(5.0, 7.0, 12.0)
        tensor(3, 4).norm().item() shouldBe 5.0
        m.logSumExp(1, keepAxes = true).shape().toString() shouldBe "[2, 1]"
        (m gt 8).any(1, keepAxes = true).toString() shouldBe "[[false]\n [ true]]"
        (m gt 0).all(keepAxes = true).toString() shouldBe "[[ true]]"
    }

    "products" {
        einsum("ij,kj->ik", m, m).numbers() shouldBe listOf(14.0, 41.0, 41.0, 122.0)
        (of(1, 2) dot of(3, 4)).item() shouldBe 11.0
        (of(1, 2) outer of(3, 4)).numbers() shouldBe listOf(3.0, 4.0, 6.0, 8.0)
        (m matmul of(1, 1, 1)).numbers() shouldBe listOf(6.0, 18.0)
        of(1, 0, 0).cross(of(0, 1, 0)).numbers() shouldBe listOf(0.0, 0.0, 1.0)
        of(1, 2).kron(of(1, 10)).numbers() shouldBe listOf(1.0, 10.0, 2.0, 20.0)
        m.tensordot(m, 2).item() shouldBe 136.0
        shouldThrow<ShapeException> { einsum("ij,jk->ik", m, m) }.what() shouldContain "\n  ij,jk->ik\n     ^"
    }

    "activations" {
        val x = of(-2, 0, 2)
        leakyRelu(x).numbers() shouldBe listOf(-0.02, 0.0, 2.0)
        prelu(x, of(0.5)).numbers() shouldBe listOf(-1.0, 0.0, 2.0)
        elu(x).numbers() shouldBe listOf(Math.expm1(-2.0), 0.0, 2.0)
        selu(x).numbers()[2] shouldBe (2.1014019747109 plusOrMinus 1e-12)
        celu(x, alpha = 2.0).numbers()[0] shouldBe (2 * Math.expm1(-1.0) plusOrMinus 1e-15)
        hardSigmoid(x).numbers()[1] shouldBe 0.5
        hardSwish(of(-3, 3)).numbers() shouldBe listOf(0.0, 3.0)
        softsign(x).numbers()[2] shouldBe (2.0 / 3 plusOrMinus 1e-15)
        (softplus(x) + logSigmoid(-x)).numbers() shouldBe listOf(0.0, 0.0, 0.0)
        silu(of(0)).item() shouldBe 0.0
        mish(of(0)).item() shouldBe 0.0
        geluTanh(of(0)).item() shouldBe 0.0
        glu(of(4, 0)).numbers() shouldBe listOf(2.0)
        swiglu(of(0, 4)).numbers() shouldBe listOf(0.0)
        softmax(tensor(listOf(listOf(1, 5), listOf(1, 5))), axis = 0).numbers() shouldBe List(4) { 0.5 }
        logSoftmax(of(1, 1), axis = 0).numbers()[0] shouldBe (-Math.log(2.0) plusOrMinus 1e-15)
        shouldThrow<ShapeException> { glu(of(1, 2, 3)) }.what() shouldContain "odd extent"
    }
})
