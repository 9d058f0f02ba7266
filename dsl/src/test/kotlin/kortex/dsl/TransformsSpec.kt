package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.PlaceholderException
import kortex.tensor.SettingException

class TransformsSpec : StringSpec({
    data class Params(val w: Tensor, val b: Tensor, val rate: Double = 0.5)
    data class Net(
        val layers: List<Params>,
        val named: Map<String, Tensor>,
        val ends: Pair<Tensor, Triple<Tensor, Int, String?>>
    )
    data class Trained(val w: Variable)

    fun Tensor.numbers() = toDoubleArray().toList()
    fun f64(vararg numbers: Number) = tensor(*numbers, dtype = f64)
    val cubes = { w: Tensor -> (w * w * w).sum() }

    "gradients of functions, of any order" {
        grad(cubes)(f64(1, 2)).numbers() shouldBe listOf(3.0, 12.0)
        grad { w -> grad(cubes)(w).sum() }(f64(1, 2)).numbers() shouldBe listOf(6.0, 12.0)
        grad { w -> (w * w).sum() }(variable(3)).numbers() shouldBe listOf(6.0)
        val (value, gradient) = valueAndGrad(cubes)(f64(1, 2))
        value.item() shouldBe 9.0
        gradient.numbers() shouldBe listOf(3.0, 12.0)
    }

    "gradients have the structure of the argument" {
        val x = tensor(listOf(listOf(1, 2), listOf(3, 4)), dtype = f64)
        val f = { p: Params -> (x.matmul(p.w) + p.b).square().sum() * p.rate }
        val g = grad(f)(Params(f64(1, -1), f64(0.5)))
        g.w.numbers() shouldBe listOf(-2.0, -3.0)
        g.b.numbers() shouldBe listOf(-1.0)
        g.rate shouldBe 0.5
        val named = grad { p: Map<String, Tensor> -> (p.getValue("a") * p.getValue("b")).sum() }
        named(mapOf("b" to f64(2), "a" to f64(3))).mapValues { it.value.item() } shouldBe mapOf("b" to 3.0, "a" to 2.0)
        val pair = grad { (a, b): Pair<Tensor, Tensor> -> (a * a * b).sum() }(f64(2) to f64(5))
        pair.first.item() shouldBe 20.0
        pair.second.item() shouldBe 4.0
        val (_, both) = valueAndGrad { ws: List<Tensor> -> (ws[0] * ws[1]).sum() }(listOf(f64(2), f64(5)))
        both.map { it.item() } shouldBe listOf(5.0, 2.0)
    }

    "structures nest" {
        val layers = listOf(Params(f64(1), f64(2)), Params(f64(3), f64(4)))
        val net = Net(layers, mapOf("k" to f64(5)), f64(6) to Triple(f64(7), 8, null))
        val g = grad { n: Net ->
            val sums = n.layers.map { (it.w * it.b).sum() }.reduce(Tensor::add)
            (sums * n.named.getValue("k") * n.ends.first * n.ends.second.first * n.ends.second.second).sum()
        }(net)
        g.layers[1].b.item() shouldBe 3.0 * 5 * 6 * 7 * 8
        g.named.getValue("k").item() shouldBe 14.0 * 6 * 7 * 8
        g.ends.second.first.item() shouldBe 14.0 * 5 * 6 * 8
        g.ends.second.second shouldBe 8
        jacobian { n: Net -> n.layers[0].w * n.ends.first }(net).ends.first.numbers() shouldBe listOf(1.0)
    }

    "pullbacks and tangents" {
        val (y, pullback) = vjp({ x -> x.square() }, f64(1, 2))
        y.numbers() shouldBe listOf(1.0, 4.0)
        pullback(f64(1, 10)).numbers() shouldBe listOf(2.0, 40.0)
        val (_, tangent) = jvp({ x -> x.square() to x.sum() }, f64(1, 2), f64(1, 10))
        tangent.first.numbers() shouldBe listOf(2.0, 40.0)
        tangent.second.item() shouldBe 11.0
        val (_, moved) = jvp({ p: Params -> p.w * p.b }, Params(f64(2), f64(3)), Params(f64(1), f64(0)))
        moved.item() shouldBe 3.0
    }

    "jacobians, hessians and their products" {
        jacobian { x -> x.square() }(f64(1, 2)).numbers() shouldBe listOf(2.0, 0.0, 0.0, 4.0)
        hessian(cubes)(f64(1, 2)).numbers() shouldBe listOf(6.0, 0.0, 0.0, 12.0)
        hessianVectorProduct(cubes)(f64(1, 2), f64(10, 1)).numbers() shouldBe listOf(60.0, 12.0)
        val squares = hessianVectorProduct { p: Params -> (p.w * p.w * p.b).sum() }
        squares(Params(f64(2), f64(3)), Params(f64(1), f64(0))).b.item() shouldBe 4.0
    }

    "batches" {
        val m = tensor(listOf(listOf(1, 2, 3), listOf(4, 5, 6)), dtype = f64)
        vmap { x -> x.sum() }(m).numbers() shouldBe listOf(6.0, 15.0)
        vmap(axis = 1) { x -> x.sum() }(m).numbers() shouldBe listOf(5.0, 7.0, 9.0)
        vmap(0, out = 1) { x -> x * 2 }(m).shape().toString() shouldBe "[3, 2]"
        vmap(grad(cubes))(m).numbers() shouldBe listOf(3.0, 12.0, 27.0, 48.0, 75.0, 108.0)
        vmap { x, y -> x.matmul(y) }(m, m).numbers() shouldBe listOf(14.0, 77.0)
        vmap(0 to null) { x, y -> x.matmul(y) }(m, f64(1, 0, 1)).numbers() shouldBe listOf(4.0, 10.0)
        val three = vmap(Triple(0, null, 1)) { x, y, z -> (x * y).sum() + z.sum() }
        three(m, f64(1, 1, 1), m.transpose()).numbers() shouldBe listOf(12.0, 30.0)
        val product = { x: Tensor, y: Tensor -> x * y }
        vmap(product)(m, m).numbers() shouldBe m.square().numbers()
        vmap { p: Params -> p.w.matmul(p.b) }(Params(m, m)).numbers() shouldBe listOf(14.0, 77.0)
        val (sums, doubled) = vmap { x -> x.sum() to x * 2 }(m)
        sums.numbers() shouldBe listOf(6.0, 15.0)
        doubled.shape().toString() shouldBe "[2, 3]"
    }

    "a gradient for each example, of parameters in a data class" {
        val xs = tensor(listOf(listOf(1, 2), listOf(3, 4)), dtype = f64)
        val ys = f64(1, 2)
        val loss = { p: Params, x: Tensor, y: Tensor -> (x.matmul(p.w) + p.b - y).square().sum() }
        val params = Params(f64(0.5, -0.5), f64(0.25))
        val each = vmap(Triple(null, 0, 0)) { p: Params, x: Tensor, y: Tensor ->
            grad { q: Params -> loss(q, x, y) }(p)
        }
        val gradients = each(params, xs, ys)
        gradients.w.shape().toString() shouldBe "[2, 2]"
        val total = grad { p: Params -> (xs.matmul(p.w) + p.b - ys).square().sum() }(params)
        gradients.w.sum(0).numbers() shouldBe total.w.numbers()
        gradients.b.sum().item() shouldBe (total.b.item() plusOrMinus 1e-12)
    }

    "a gradient is checked" {
        gradCheck(cubes, f64(1, 2)).passed() shouldBe true
        gradCheck({ p: Params -> (p.w * p.b.exp()).sum() }, Params(f64(1, 2), f64(1, 0))).checked() shouldBe 4
        gradCheck({ x -> (x * x.stopGradient()).sum() }, f64(3)).toString() shouldContain "gradients differ: 1 of 1"
    }

    "mistakes are said" {
        shouldThrow<PlaceholderException> { vmap { x -> if (x.item() > 0) x else -x }(f64(1, 2)) }
            .what() shouldContain "one member of argument 0"
        shouldThrow<SettingException> { grad { t: Trained -> t.w.sum() }(Trained(variable(1))) }
            .what() shouldContain "value 1 of Trained is a Variable"
        shouldThrow<SettingException> { vjp({ ws -> ws[0].storage().type(); ws[0] }, listOf(variable(1))) }
            .what() shouldContain "takes a Variable"
        shouldThrow<SettingException> { grad { t: Thread -> tensor(1) }(Thread.currentThread()) }
            .what() shouldContain "Thread is not made of tensors"
    }
})
