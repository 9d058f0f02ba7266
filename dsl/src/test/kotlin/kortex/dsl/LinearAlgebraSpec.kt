package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.NumericException
import kortex.tensor.ShapeException

class LinearAlgebraSpec : StringSpec({
    val a = tensor(listOf(listOf(4, 1), listOf(1, 3)), dtype = f64)

    infix fun Tensor.shouldBeCloseTo(expected: List<Double>) {
        toDoubleArray().zip(expected).forEach { (x, y) -> x shouldBe (y plusOrMinus 1e-12) }
        type().size() shouldBe expected.size.toLong()
    }

    fun Tensor.diagonal() = (matrixPower(a, 0) * this)

    "systems have solutions" {
        solve(a, tensor(5, 4, dtype = f64)) shouldBeCloseTo listOf(1.0, 1.0)
        inverse(a).matmul(a) shouldBeCloseTo listOf(1.0, 0.0, 0.0, 1.0)
        choleskySolve(cholesky(a), tensor(5, 4, dtype = f64)) shouldBeCloseTo listOf(1.0, 1.0)
        triangularSolve(a, tensor(4, 4, dtype = f64)) shouldBeCloseTo listOf(1.0, 1.0)
        triangularSolve(a, tensor(5, 3, dtype = f64), lower = false) shouldBeCloseTo listOf(1.0, 1.0)
    }

    "determinants" {
        det(a).item() shouldBe (11.0 plusOrMinus 1e-12)
        val (sign, logAbs) = slogdet(-a)
        sign.item() shouldBe 1.0
        logAbs.item() shouldBe (Math.log(11.0) plusOrMinus 1e-12)
    }

    "factors come apart by name" {
        val (q, r) = qr(a)
        q.matmul(r) shouldBeCloseTo a.toDoubleArray().toList()
        val (u, s, vt) = svd(a)
        u.matmul(s.diagonal()).matmul(vt) shouldBeCloseTo a.toDoubleArray().toList()
        val (values, vectors) = eigh(a)
        vectors.matmul(values.diagonal()).matmul(vectors.transpose()) shouldBeCloseTo a.toDoubleArray().toList()
        cond(a).item() shouldBe (values.toDoubleArray().let { it[1] / it[0] } plusOrMinus 1e-12)
    }

    "least squares, pseudo-inverse, rank, powers" {
        val tall = tensor(listOf(listOf(1, 1), listOf(1, 2), listOf(1, 3)), dtype = f64)
        lstsq(tall, tensor(3, 5, 7, dtype = f64)) shouldBeCloseTo listOf(1.0, 2.0)
        pinv(tall).matmul(tall) shouldBeCloseTo listOf(1.0, 0.0, 0.0, 1.0)
        matrixRank(tall).item() shouldBe 2.0
        matrixRank(tall, tolerance = 0.5).item() shouldBe 1.0
        matrixPower(a, 2) shouldBeCloseTo a.matmul(a).toDoubleArray().toList()
    }

    "a step of Newton's method solves with the Hessian" {
        val b = tensor(1, 2, dtype = f64)
        val f = { w: Tensor -> (a.matmul(w) - b).square().sum() }
        val w = tensor(7, -3, dtype = f64)
        val hessian = 2 * a.transpose().matmul(a)
        w - solve(hessian, grad(f)(w)) shouldBeCloseTo solve(a, b).toDoubleArray().toList()
    }

    "what has no result is an error that says why" {
        val singular = tensor(listOf(listOf(1, 2), listOf(2, 4)), dtype = f64)
        shouldThrow<NumericException> { inverse(singular).toDoubleArray() }.what() shouldContain "row 1 of f64[2, 2]"
        shouldThrow<NumericException> { cholesky(-a).toDoubleArray() }.what() shouldContain "pivot 0"
        shouldThrow<ShapeException> { det(tensor(listOf(listOf(1, 2)))) }.what() shouldContain "f32[1, 2]"
    }
})
