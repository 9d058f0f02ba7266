package kortex.script.host

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kortex.dsl.FeaturesScope
import kortex.dsl.ImageScope
import kortex.dsl.Out
import kortex.dsl.SequenceScope
import kortex.dsl.Tensor
import kortex.dsl.TokensScope
import kortex.graph.Draws
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.lang.reflect.Method
import java.net.URLClassLoader
import java.nio.file.Files
import java.nio.file.Path
import javax.tools.ToolProvider
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name

/**
 * Every script of these pages runs as it stands. If it shows output, as comments behind `⇒`, that is all it prints; a
 * block of text behind it is the error that it ends with. Pictures in `docs/images` are what the scripts drew.
 */
class PagesSpec : FunSpec({
    val bench = Bench()
    val pictures = Path.of("../docs/images").listDirectoryEntries()

    val pages = listOf("README.md" to 1, "docs/guide.md" to 6, "docs/layers.md" to 4, "docs/tensors.md" to 20)

    for ((page, atLeast) in pages) {
        val text = Files.readString(Path.of("..", page))
        val scripts = SCRIPT.findAll(text).filterNot { it.groupValues[1].startsWith("#!") }.toList()

        test("$page has scripts") {
            scripts.size shouldBeGreaterThan atLeast - 1
        }

        for ((i, script) in scripts.withIndex()) {
            val (source, error) = script.destructured
            val section = SECTION.findAll(text.take(script.range.first)).last().groupValues[1]
            test("$page, $section: script ${i + 1}") {
                val ran = bench.runText(source)
                withClue(ran.err) { ran.code shouldBe if (error.isEmpty()) ExitCode.OK else ExitCode.FAILED }
                if (error.isNotEmpty()) trimmed(ran.err) shouldBe trimmed(error)
                val shown = SHOWN.findAll(source).joinToString("\n") { it.groupValues[1] }
                if (shown.isNotEmpty()) trimmed(ran.out) shouldBe trimmed(shown)
                for (picture in pictures.filter { it.name in source }) {
                    Files.readString(bench.folder.resolve(picture.name)) shouldBe Files.readString(picture)
                }
            }
        }
    }

    val tensors = Files.readString(Path.of("../docs/tensors.md"))

    test("the Java program of docs/tensors.md runs and prints what it shows") {
        val source = JAVA.find(tensors)?.groupValues.orEmpty()[1]
        val program = Files.writeString(bench.folder.resolve("Program.java"), source)
        val said = ByteArrayOutputStream()
        val compiled = ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, "-cp", System.getProperty("java.class.path"), "-d", "${bench.folder}", "$program")
        withClue(said) { compiled shouldBe 0 }
        val out = URLClassLoader(arrayOf(bench.folder.toUri().toURL())).use { classes ->
            val type = classes.loadClass("Program")
            val made = type.getDeclaredConstructor().apply { isAccessible = true }.newInstance()
            printed { type.getDeclaredMethod("main").apply { isAccessible = true }.invoke(made) }
        }
        trimmed(out) shouldBe trimmed(SHOWN.findAll(source).joinToString("\n") { it.groupValues[1] })
    }

    test("docs/tensors.md lists functions that there are") {
        val facades = FACADES.map { Class.forName("kortex.dsl.${it}Kt") }
        val known = (facades + Tensor::class.java + Draws::class.java).flatMap { it.methods.toList() }.map { it.name }
        val list = tensors.substringAfter("## Everything that there is").substringBefore("\n## ")
        val listed = Regex("`([^`]*)`").findAll(list).flatMap { it.groupValues[1].split(Regex("\\s+")) }
        listed.filter { it.first().isLetter() && it !in known }.toList().shouldBeEmpty()
    }

    test("docs/layers.md lists the layers that there are") {
        val list = Files.readString(Path.of("../docs/layers.md")).substringAfter("## All layers")
        val rows = list.lines().filter { it.startsWith("| `") }.map { it.split(" | ").first() }
        val listed = rows.flatMap { Regex("`(\\w+)").findAll(it).map { name -> name.groupValues[1] } }.toSet()
        listed shouldBe SCOPES.flatMap { it.methods.toList() }.filter { it.isLayer() }.map { it.name }.toSet()
    }

    test("every picture is drawn by a script") {
        pictures.filterNot { bench.folder.resolve(it.name).exists() }.shouldBeEmpty()
    }
})

private val SECTION = Regex("(?m)^#+ (.*)$")
private val SCRIPT = Regex("```kotlin\n(.*?)```\n(?:\n```text\n(.*?)```)?", RegexOption.DOT_MATCHES_ALL)
private val JAVA = Regex("```java\n(.*?)```", RegexOption.DOT_MATCHES_ALL)
private val SHOWN = Regex("// ⇒ ?(.*)")

private fun trimmed(lines: String) = lines.trim('\n').lines().joinToString("\n") { it.trimEnd() }

private fun printed(body: () -> Unit): String {
    val standard = System.out
    val out = ByteArrayOutputStream()
    try {
        System.setOut(PrintStream(out, true))
        body()
    } finally {
        System.setOut(standard)
    }
    return out.toString()
}

private val SCOPES =
    listOf(ImageScope::class, FeaturesScope::class, SequenceScope::class, TokensScope::class).map { it.java }

/** Whether a function of a scope adds a layer: one of the library's, and no guidance. */
private fun Method.isLayer() = returnType == Out::class.java && !isSynthetic &&
    !isAnnotationPresent(java.lang.Deprecated::class.java) && name !in setOf("getCurrent", "layer", "invoke")

private val FACADES = listOf(
    "ActivationFunctions", "Control", "Functions", "Indexing", "Joining", "LinearAlgebra", "Logic", "MathFunctions",
    "Operators", "Products", "Random", "ReductionFunctions", "Reductions", "Running", "SequenceFunctions", "Slicing",
    "Transforms", "Vmap"
)
