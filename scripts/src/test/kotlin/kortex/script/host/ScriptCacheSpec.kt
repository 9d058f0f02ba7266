package kortex.script.host

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.nio.file.Path

class ScriptCacheSpec : FunSpec({
    test("a script is compiled once") {
        val bench = Bench()
        bench.runText("println(1)").compiled shouldBe true
        val again = bench.run("test.nn.kts")
        again.compiled shouldBe false
        again.out shouldBe "1\n"
        bench.run("test.nn.kts", options = ScriptHost.Options(fresh = true)).compiled shouldBe true
    }

    test("an edited script is compiled again, and an edit taken back is not") {
        val bench = Bench()
        bench.runText("println(1)")
        bench.runText("println(2)").out shouldBe "2\n"
        bench.runText("println(1)").compiled shouldBe false
    }

    test("an edited import is noticed, through any number of imports") {
        val bench = Bench()
        bench.script("deep.nn.kts", "fun number() = 1")
        bench.script("middle.nn.kts", "@file:Import(\"deep.nn.kts\")\nfun twice() = 2 * number()")
        bench.runText("@file:Import(\"middle.nn.kts\")\nprintln(twice())").out shouldBe "2\n"
        bench.run("test.nn.kts").compiled shouldBe false
        bench.script("deep.nn.kts", "fun number() = 4")
        bench.run("test.nn.kts").out shouldBe "8\n"
    }

    test("a removed import is an error, not a hit") {
        val bench = Bench()
        val import = bench.script("gone.nn.kts", "val x = 1")
        bench.runText("@file:Import(\"gone.nn.kts\")\nprintln(x)").out shouldBe "1\n"
        Files.delete(import)
        bench.run("test.nn.kts").code shouldBe ExitCode.COMPILE
    }

    test("a flipped byte anywhere in an entry costs a compilation and nothing else") {
        val bench = Bench()
        bench.runText("println(1)")
        val entry = bench.entries().single()
        val good = Files.readAllBytes(entry)
        for (position in listOf(0, 7, good.size / 2)) {
            Files.write(entry, good.copyOf().also { it[position] = (it[position].toInt() xor 1).toByte() })
            val ran = bench.run("test.nn.kts")
            ran.compiled shouldBe true
            ran.out shouldBe "1\n"
            bench.run("test.nn.kts").compiled shouldBe false
        }
    }

    test("every cut of an entry is noticed") {
        val script = CompiledScript("e", listOf(ScriptSource("a", null, "t")), "A", emptyList(), false, emptyMap())
        val bytes = script.encode()
        for (length in bytes.indices) CompiledScript.decode(bytes.copyOf(length)) shouldBe null
        CompiledScript.decode(bytes)?.sources shouldBe script.sources
    }

    test("another environment is another entry") {
        val cache = ScriptCache(Files.createTempDirectory("kortex-cache"))
        val source = ScriptSource("a.nn.kts", Path.of("/a.nn.kts"), "t")
        cache.store(CompiledScript("jdk 25", listOf(source), "A", emptyList(), false, emptyMap()))
        cache.find(source, "jdk 25")?.mainClass shouldBe "A"
        cache.find(source, "jdk 26") shouldBe null
        cache.find(source.copy(path = Path.of("/b/a.nn.kts")), "jdk 25") shouldBe null
    }

    test("no draft is left behind, and a script that does not compile leaves nothing") {
        val bench = Bench()
        bench.runText("println(1)")
        bench.runText("val x: Int = \"\"").code shouldBe ExitCode.COMPILE
        Files.newDirectoryStream(bench.cacheFolder).use { it.toList() } shouldHaveSize 1
    }

    test("a cache that can't be written only costs time") {
        val bench = Bench()
        Files.writeString(bench.cacheFolder, "a file where the folder should be")
        bench.runText("println(1)").out shouldBe "1\n"
    }

    test("the user's folder follows KORTEX_CACHE, then XDG") {
        val home = Path.of(System.getProperty("user.home"))
        ScriptCache.userFolder(mapOf("KORTEX_CACHE" to "/k", "XDG_CACHE_HOME" to "/x")) shouldBe Path.of("/k")
        ScriptCache.userFolder(mapOf("KORTEX_CACHE" to "", "XDG_CACHE_HOME" to "/x")) shouldBe Path.of("/x/kortex")
        ScriptCache.userFolder(emptyMap()) shouldBe home.resolve(".cache/kortex")
    }

    test("scripts leak nothing into each other") {
        val bench = Bench()
        bench.runText("fun secret() = 1\nprintln(secret())").code shouldBe ExitCode.OK
        bench.runText("println(secret())").code shouldBe ExitCode.COMPILE
        bench.entries().filter { "secret" in it.toString() }.shouldBeEmpty()
    }
})
