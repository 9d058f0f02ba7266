package kortex.bench

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class GrowthSpec : FunSpec({
    val linear = GROWTHS.first { it.power == 1 }

    fun points(vararg times: Double) = times.mapIndexed { i, time -> Growth.Point(1 shl i, time) }

    test("slopes are those of a plot of logarithms, and a jump is a cliff") {
        linear.slopes(points(1.0, 2.0, 8.0)).first() shouldBe (1.0 plusOrMinus 1e-9)
        linear.slopes(points(1.0, 2.0, 8.0)).last() shouldBe (2.0 plusOrMinus 1e-9)
        linear.cliffs(points(1.0, 2.0, 8.0, 16.0)).map { it.size } shouldContainExactly listOf(4)
        linear.cliffs(points(1.0, 1.1, 1.5, 3.0)).shouldBeEmpty()
        growthRow(linear, points(1.0, 2.0, 8.0)) shouldContain "| 1.0 2.0 | 4 |"
    }

    test("every network takes a step of its smallest size") {
        for (growth in GROWTHS) growth.smallest().measure(seconds = 0.0).single().milliseconds shouldBeGreaterThan 0.0
    }
})
