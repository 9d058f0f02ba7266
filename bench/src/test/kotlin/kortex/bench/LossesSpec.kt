package kortex.bench

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeLessThan
import kortex.session.Precision
import kotlin.math.abs

/** `workload,step,single,double`: losses of PyTorch from the same weights and data, by make_losses.py. */
private fun golden(): Map<String, List<Double>> {
    val lines = LossesSpec::class.java.getResource("/golden/losses.csv")?.readText().orEmpty().trim().lines().drop(1)
    return lines.map { it.split(',') }.groupBy({ it[0] }, { it[2].toDouble() })
}

class LossesSpec : FunSpec({
    val expected = golden()

    test("there are golden losses for every training") {
        expected.keys shouldContainExactly TRAININGS.map { it.id }.toSet()
    }

    for (training in TRAININGS) {
        test("the losses of ${training.id} agree with PyTorch's: ${training.work}") {
            val prepared = training.open()
            for (golden in expected.getValue(training.id)) {
                val loss = prepared.step()
                abs((loss ?: Double.NaN) - golden) / golden shouldBeLessThan 1e-4
            }
        }
    }

    test("the losses of W6 with products in bf16 are near them") {
        val prepared = TRAININGS.first { it.id == "W6" }.open(Precision.BF16)
        for (golden in expected.getValue("W6")) {
            abs((prepared.step() ?: Double.NaN) - golden) / golden shouldBeLessThan 1e-3
        }
    }
})
