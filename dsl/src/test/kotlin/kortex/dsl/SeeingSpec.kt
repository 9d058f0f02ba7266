package kortex.dsl

import declared.seen
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kortex.tensor.SettingException

class SeeingSpec : StringSpec({
    val x = variable(tensor(1, 2, 3), name = "x")

    "a graph has its nodes, the gradients of variables, and the lines of the script" {
        val nodes = graph(seen(x)).picture().nodes()
        nodes.map { it.title() } shouldContain "∂/∂x"
        nodes.filter { it.line().startsWith("Seen.kt") }.map { it.line() }.distinct() shouldHaveSize 2
        graph(seen(x), backward = false).picture().nodes().none { it.backward() } shouldBe true
    }

    "a drawing is saved by suffix" {
        val file = tempdir().resolve("z.svg")
        graph(seen(x), fused = true).save(file.path)
        file.readText() shouldStartWith "<svg "
        shouldThrow<SettingException> { graph(x).save("z.jpg") }
    }

    "an expression and a training step are explained" {
        explain(seen(x), x + 1).groups() shouldHaveSize 1
        val net = network(features(3)) { dense(4); tanh(); dense(1) }
        val before = net.parameters.map { it.toString() }
        val step = explain(net, sgd(0.1)) { mse(net(ones(2, 3)), zeros(2, 1)) }
        step.toString() shouldContain "matMul"
        step.stored().count { it.updated() } shouldBe net.parameters.size + 1
        net.parameters.map { it.toString() } shouldBe before
    }
})
