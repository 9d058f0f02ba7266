package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kortex.tensor.SettingException

class RandomSpec : StringSpec({
    fun Tensor.numbers() = toDoubleArray().toList()

    "a stream gives other numbers at each draw, a seed the same stream" {
        val random = random(7)
        val first = random.normal(2, 3, dtype = f64)
        val second = random.normal(2, 3, dtype = f64)
        first.shape().toString() shouldBe "[2, 3]"
        first.numbers() shouldNotBe second.numbers()
        random(7).normal(2, 3, dtype = f64).numbers() shouldBe first.numbers()
    }

    "a key gives the same numbers at each draw" {
        val (a, b) = key(7).split(2)
        a.uniform(5).numbers() shouldBe a.uniform(5).numbers()
        a.uniform(5).numbers() shouldNotBe b.uniform(5).numbers()
        key(7).fold(1).uniform(5).numbers() shouldNotBe key(7).fold(2).uniform(5).numbers()
    }

    "distributions have the parameters of practitioners" {
        val random = random(1)
        random.uniform(1000, low = -2, high = 4).numbers().forEach { it.shouldBeBetween(-2.0, 4.0, 0.0) }
        random.uniform(3).dtype() shouldBe f32
        val x = random.normal(10_000, mean = 5, deviation = 2)
        x.mean().item() shouldBe (5.0 plusOrMinus 0.08)
        (x - 5).square().mean().item() shouldBe (4.0 plusOrMinus 0.24)
        val cut = random.truncatedNormal(1000, mean = 1, deviation = 0.5, dtype = f64).numbers()
        cut.forEach { it.shouldBeBetween(0.0, 2.0, 0.0) }
        random.permutation(4).numbers().sorted() shouldBe listOf(0.0, 1.0, 2.0, 3.0)
        random.shuffled(tensor(5, 6, 7)).numbers().sorted() shouldBe listOf(5.0, 6.0, 7.0)
        random.randint(100, high = 3).numbers().toSet() shouldBe setOf(0.0, 1.0, 2.0)
        random.randint(100, low = -1, high = 1, dtype = i32).numbers().toSet() shouldBe setOf(-1.0, 0.0)
        random.exponential(10_000, mean = 3).mean().item() shouldBe (3.0 plusOrMinus 0.12)
        random.bernoulli(10_000, probability = 0.9).cast(f32).mean().item() shouldBe (0.9 plusOrMinus 0.012)
        random.bernoulli(tensor(0, 1)).toString() shouldBe "[false  true]"
        random.categorical(tensor(listOf(listOf(0, 99), listOf(99, 0)))).numbers() shouldBe listOf(1.0, 0.0)
        random.gamma(full(4, 10_000)).mean().item() shouldBe (4.0 plusOrMinus 0.08)
        shouldThrow<SettingException> { random.randint(3, low = 3, high = 3) }
    }

    "a key for each example" {
        val noisy = vmap { x, k -> x + Key.of(k).normal(dtype = f64) }
        val out = noisy(zeros(3, dtype = f64), key(1).keys(3)).numbers()
        out shouldBe key(1).split(3).map { it.normal(dtype = f64).item() }
    }

    "gradients flow through means and deviations" {
        val noise = key(3).normal(4, dtype = f64)
        val g = grad { p: Pair<Tensor, Tensor> -> (key(3).normal(4, dtype = f64) * p.second + p.first).sum() }
        val (mean, deviation) = g(scalar(0, dtype = f64) to scalar(1, dtype = f64))
        mean.item() shouldBe 4.0
        deviation.item() shouldBe (noise.sum().item() plusOrMinus 1e-12)
    }
})
