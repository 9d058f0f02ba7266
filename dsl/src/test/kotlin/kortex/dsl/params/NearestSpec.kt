package kortex.dsl.params

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class NearestSpec : FunSpec({
    val names = listOf("--hidden", "--rate", "--batch-size")

    test("slips of the keyboard are recognised") {
        nearest("--hiden", names) shouldBe "--hidden"
        nearest("--rtae", names) shouldBe "--rate"
        nearest("--Batchsize", names) shouldBe "--batch-size"
    }

    test("a beginning stands for the only name that has it") {
        nearest("--bat", names) shouldBe "--batch-size"
    }

    test("nothing is suggested for what resembles nothing") {
        nearest("--momentum", names) shouldBe null
        nearest("--x", emptyList()) shouldBe null
    }
})
