package kortex.bench

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import org.openjdk.jmh.annotations.Param

class WorkloadSpec : FunSpec({
    test("JMH has all single ops") {
        val listed = SingleOpsBenchmark::class.java.getField("op").getAnnotation(Param::class.java).value
        listed.asList() shouldContainExactly SINGLE_OPS.map { it.id }
    }

    test("the formula gives what formula.py gives") {
        Formula(3).uniform(3, 2f).asList() shouldContainExactly
            listOf(-0.7251098155975342f, -0.4160780906677246f, -1.9979248046875f)
        Formula(1001).classes(6, 10).asList() shouldContainExactly listOf(4, 7, 3, 2, 4, 5)
    }

    test("the result line has the form that the peers print, and becomes a row of the table") {
        val training = WORKLOADS.getValue("W1")
        val prepared = training.open()
        val measured = Protocol(warm = 0.0, seconds = 0.0, most = 10).measure(prepared)
        val line = measured.line(training, prepared, threads = 2)
        line shouldMatch Regex(
            "RESULT\tW1\tkortex\t2\t[0-9.]+\t[0-9.]+\t[0-9.]+\t" +
                "n=10 first_ms=\\d+ params=403 loss0=1.1229 loss20=1.0586 loss100=- lossN=1.0586 cold_ms=\\d+ rss_mb=\\d+"
        )
        StepsTable.row(training, line).orEmpty() shouldContain "1.1229 → 1.0586"
        StepsTable.row(training, "anything else") shouldBe null
    }

    test("quantiles are as Python's scripts have them") {
        val workload = WORKLOADS.getValue("W8a")
        val prepared = object : Prepared {
            override fun step(): Double? = null
        }
        val times = List(11) { 10.0 - it }
        val line = Measurement(times, emptyList(), first = 3.0, cold = 4.0).line(workload, prepared, threads = 1)
        line shouldContain "\t1\t5.0000\t1.0000\t9.0000\tn=11 first_ms=3 cold_ms=4 rss_mb="
    }

    test("the limits of the machine are measured") {
        val line = measureLimits(threads = 2, seconds = 0.01).line()
        val numbers = line.substringAfterLast('\t').split(' ').map { it.substringAfter('=').toDouble() }
        numbers.size shouldBe 3
        for (number in numbers) number shouldBeGreaterThan 0.1
    }
})
