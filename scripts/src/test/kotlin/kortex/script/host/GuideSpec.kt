package kortex.script.host

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.nio.file.Path

/** Every script of the guide runs as it stands. */
class GuideSpec : FunSpec({
    val guide = Files.readString(Path.of("../docs/guide.md"))
    val scripts = Regex("## ([^\n]*)\n[^#]*?```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(guide).toList()
    val bench = Bench()

    test("the guide has scripts") {
        scripts.size shouldBeGreaterThan 5
        scripts.size shouldBe Regex("```kotlin").findAll(guide).count()
    }

    for (script in scripts) {
        test(script.groupValues[1]) {
            val ran = bench.runText(script.groupValues[2])
            withClue(ran.err) { ran.code shouldBe ExitCode.OK }
        }
    }
})
