package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kortex.tensor.KortexException
import kortex.tensor.PlaceholderException
import kortex.tensor.SettingException
import kortex.tensor.ShapeException
import kotlin.math.pow

class ControlSpec : StringSpec({
    fun Tensor.numbers() = toDoubleArray().toList()

    "a scan passes a carry along and stacks results" {
        val (sum, sums) = scan(scalar(0), tensor(1, 2, 3, 4)) { total, x -> Pair(total + x, total + x) }
        sum.item() shouldBe 10.0
        sums.numbers() shouldBe listOf(1.0, 3.0, 6.0, 10.0)
        val (_, backwards) = scan(scalar(0), tensor(1, 2, 3, 4), reverse = true) { total, x ->
            Pair(total + x, total + x)
        }
        backwards.numbers() shouldBe listOf(10.0, 9.0, 7.0, 4.0)
    }

    "carries, slices and results have any structure" {
        val init = mapOf("a" to scalar(1), "b" to scalar(0))
        val xs = Pair(tensor(1, 2, 3), listOf(tensor(10, 20, 30)))
        val (carry, ys) = scan(init, xs) { c, (x, more) ->
            val a = c.getValue("a") * x
            Pair(mapOf("a" to a, "b" to c.getValue("b") + more[0]), Triple(a, more[0], listOf(x)))
        }
        carry.getValue("a").item() shouldBe 6.0
        carry.getValue("b").item() shouldBe 60.0
        ys.first.numbers() shouldBe listOf(1.0, 2.0, 6.0)
        ys.third[0].numbers() shouldBe listOf(1.0, 2.0, 3.0)
        val zeros = Pair(Unit, tensor(0, 0))
        val (last, none) = scan<Tensor, _, _>(variable(2.0, dtype = f64), zeros) { c, _ -> Pair(c * c, Unit) }
        last.numbers() shouldBe listOf(16.0)
        none shouldBe Unit
    }

    "iterate repeats, with gradients" {
        val rate = variable(tensor(0.1, dtype = f64))
        val target = tensor(3.0, dtype = f64)
        val w = iterate(10, tensor(0.0, dtype = f64)) { w ->
            w - grad((w - target).square().sum(), w) * rate
        }
        w.numbers()[0] shouldBe (3 * (1 - 0.8.pow(10)) plusOrMinus 1e-12)
        grad(w.sum(), rate).numbers()[0] shouldBe (3 * 10 * 2 * 0.8.pow(9) plusOrMinus 1e-10)
        iterate(0, Pair(rate as Tensor, target)) { (a, b) -> Pair(b, a) }.first.numbers() shouldBe listOf(0.1)
        iterate(3, Pair(rate as Tensor, target)) { (a, b) -> Pair(b, a) }.first.numbers() shouldBe listOf(3.0)
    }

    "cond runs one branch" {
        val x = variable(2.0)
        fun f(limit: Double) = cond(x.sum() lt scalar(limit), { Pair(x * x, x) }, { Pair(x * 10, -x) })
        f(3.0).first.numbers() shouldBe listOf(4.0)
        f(1.0).second.numbers() shouldBe listOf(-2.0)
        grad(f(3.0).first.sum(), x).numbers() shouldBe listOf(4.0)
        grad(f(1.0).first.sum(), x).numbers() shouldBe listOf(10.0)
        shouldThrow<SettingException> { cond(x.sum() lt scalar(1), { Pair(x, x) }, { Pair(x, Unit) }) }
            .what() shouldContain "(*, *)"
    }

    "checkpoints and custom gradients are functions" {
        val x = variable(0.5, 2.0, dtype = f64)
        val block = checkpoint { v: Tensor -> sin(v) * v }
        block(x).numbers() shouldBe (sin(x) * x).numbers()
        grad(block(x).sum(), x).numbers() shouldBe grad((sin(x) * x).sum(), x).numbers()
        checkpoint(Pair(x as Tensor, x * 2)) { (a, b) -> listOf(a * b) }[0].numbers() shouldBe listOf(0.5, 8.0)
        val two = checkpoint { a: Tensor, b: Tensor -> a * sin(b) }
        grad(two(x, x * 2).sum(), x).numbers() shouldBe grad((x * sin(x * 2)).sum(), x).numbers()
        val round = customGradient(forward = { v: Tensor -> v.floor() }, backward = { _, _, dy -> dy * 3 })
        round(x).numbers() shouldBe listOf(0.0, 2.0)
        grad(round(x).sum(), x).numbers() shouldBe listOf(3.0, 3.0)
        val product = customGradient(
            forward = { (a, b): Pair<Tensor, Tensor> -> listOf(a * b) },
            backward = { (a, b), _, (dy) -> Pair(dy * b, dy * a * 0) }
        )
        grad(product(Pair(x, x))[0].sum(), x).numbers() shouldBe listOf(0.5, 2.0)
    }

    "mistakes are said where they are made" {
        val x = tensor(1, 2, 3)
        shouldThrow<ShapeException> { iterate(2, x) { it.sum() } }.what() shouldContain "f32[3] before"
        shouldThrow<PlaceholderException> { iterate(2, x) { if (it.sum().item() > 0) it else -it } }
            .what() shouldContain "has no numbers"
        shouldThrow<SettingException> { scan(1.5, x) { c, _ -> Pair(c, Unit) } }.what() shouldContain "Double"
        shouldThrow<SettingException> { scan(listOf(x), x) { c, _ -> Pair(c + c, Unit) } }.what() shouldContain "[*, *]"
        shouldThrow<ShapeException> { scan(x, Pair(x, tensor(1))) { c, _ -> Pair(c, Unit) } }
            .what() shouldContain "3 and 1 steps"
    }

    "maps are matched by key, not by the order they were made in" {
        val init = mapOf("x" to scalar(1), "v" to scalar(2))
        val xs = tensor(0)
        val (last, _) = scan(init, xs) { s, _ ->
            Pair(mapOf("v" to s.getValue("v") * 2, "x" to s.getValue("x")), Unit)
        }
        last.mapValues { it.value.item() } shouldBe mapOf("x" to 1.0, "v" to 4.0)
        val chosen = cond(scalar(1) gt 0, { mapOf("a" to scalar(1), "b" to scalar(2)) }) {
            mapOf("b" to scalar(4), "a" to scalar(3))
        }
        chosen.mapValues { it.value.item() } shouldBe mapOf("a" to 1.0, "b" to 2.0)
        val weighted = { p: Map<String, Tensor> -> p.getValue("a") * 2 + p.getValue("b") * 3 }
        val at = mapOf("a" to scalar(1), "b" to scalar(1))
        jvp(weighted, at, mapOf("b" to scalar(1), "a" to scalar(0))).second.item() shouldBe 3.0
        shouldThrow<KortexException> {
            scan(init, xs) { s, _ -> Pair(mapOf("v" to s.getValue("v"), "y" to s.getValue("x")), Unit) }
        }
    }
})
