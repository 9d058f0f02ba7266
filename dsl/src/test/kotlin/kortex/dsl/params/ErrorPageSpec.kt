package kortex.dsl.params

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import java.io.File

class ErrorPageSpec : FunSpec({
    val page = File("../docs/errors.md").readText()

    test("the error page has the section that parameter errors link to, with a real message") {
        val error = shouldThrow<ParameterException> {
            ScriptParameters.parse(
                "digits.nn.kts", listOf("--hiden", "64"), listOf(DeclaredParam("hidden", isSwitch = false)), false
            )
        }
        page shouldContain "\n## Parameter\n"
        error.anchor() shouldContain "docs/errors.md#parameter"
        page shouldContain "```\n${error.message}\n```\n"
    }
})
