package kortex.dsl

import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

class TinySpec : StringSpec({
    "runs" { 1 + 1 shouldBe 2 }
})
