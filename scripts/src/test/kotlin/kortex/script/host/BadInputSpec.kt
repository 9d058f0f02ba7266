package kortex.script.host

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files

private const val GOOD = "a,b,kind\n1,2,x\n2,1,y\n3,2,x\n4,1,y\n"

/** What newcomers do wrong, from script to message. */
class BadInputSpec : FunSpec({
    val bench = Bench()

    fun file(name: String, text: String) {
        Files.writeString(bench.folder.resolve(name), text)
    }

    fun fails(script: String, vararg says: String) {
        val ran = bench.runText(script)
        ran.code shouldBe ExitCode.FAILED
        for (part in says) ran.err shouldContain part
        ran.err shouldContain "Try: "
        ran.err shouldContain "test.nn.kts:"
        ran.err shouldNotContain "\tat "
        ran.err.lines().size shouldBeLessThan 20
    }

    fun training(options: String) = """
        val data = csv("good.csv").features().labels("kind")
        val net = network(features(2)) { dense(2) }
        train(net, data) { quiet = true; epochs = 2; $options }
    """

    beforeSpec { file("good.csv", GOOD) }

    test("a missing file, with the nearest name") {
        fails("""csv("god.csv")""", "god.csv", "good.csv")
    }

    test("a malformed number, with row and column") {
        file("letters.csv", "a,b,kind\n1,2,x\n2,oops,y\n")
        fails("""csv("letters.csv").features().labels("kind")""", "letters.csv", "3", "b", "oops")
    }

    test("a row with too few fields") {
        file("ragged.csv", "a,b,kind\n1,2,x\n2,y\n")
        fails("""csv("ragged.csv").features().labels("kind")""", "3", "2")
    }

    test("a column that is not there") {
        fails("""csv("good.csv").features().labels("kinds")""", "kinds", "kind")
    }

    test("NaN in the features") {
        file("nan.csv", "a,b,kind\n1,2,x\nNaN,1,y\n")
        fails("""csv("nan.csv").features().labels("kind")""", "nan.csv", "3", "a")
    }

    test("a label that the network has no output for") {
        file("three.csv", GOOD + "5,5,z\n")
        fails(training("").replace("good.csv", "three.csv"), "3", "2")
        fails("crossEntropy(tensor(listOf(listOf(1.0, 2.0))), tensor(5, dtype = i32))", "5", "1")
    }

    test("sizes that do not fit, all at once") {
        fails(
            """
            network(image(1, 8, 8)) {
                conv2d(4, kernel = 9)
                flatten { dense(10) }
            }
            """,
            "conv1", "test.nn.kts:2  conv2d(4, kernel = 9)", "9", "image(1, 8, 8)"
        )
    }

    test("settings that cannot be") {
        fails(training("epochs = 0"), "0")
        fails(training("optimizer = adam(-0.1)"), "-0.1")
        fails(training("batch = 0"), "0")
    }

    test("a checkpoint that cannot be written is found before training, and the old one stays") {
        fails(training("""checkpoint("nowhere/net.safetensors")"""), "nowhere")
        Files.createDirectories(bench.folder.resolve("folder.safetensors"))
        fails(training("""checkpoint("folder.safetensors")"""), "folder.safetensors")
        bench.runText(training("""validate(data); checkpoint("net.safetensors")""")).code shouldBe ExitCode.OK
        val before = Files.readAllBytes(bench.folder.resolve("net.safetensors")).toList()
        file("plain.csv", "a,b,y\n1e30,2,1\n2,1e30,2\n3,2,3\n")
        fails(
            """
            val data = csv("plain.csv").features().values("y")
            val net = network(features(2)) { dense(1) }
            train(net, data) { quiet = true; epochs = 200; optimizer = sgd(0.1); checkpoint("net.safetensors") }
            """,
            "loss", "learning rate"
        )
        Files.readAllBytes(bench.folder.resolve("net.safetensors")).toList() shouldBe before
    }

    test("a network that is larger than memory, before any is taken") {
        fails(
            "network(features(2_000_000)) { dense(100_000); dense(2) }",
            "DeviceError", "762941", "dense1/weight [100000, 2000000]", "-Xmx"
        )
    }

    test("a loss that is no number, in a loop by hand") {
        fails("val w = variable(1.0)\ntrainStep(listOf(w), sgd(0.1)) { (w * w * Double.NaN).sum() }", "NaN", "step 1")
    }

    test("tensors that do not fit") {
        fails("println(variable(1.0, 2.0).matmul(variable(1.0, 2.0, 3.0)))", "2", "3")
        fails("println(variable(1.0, 2.0) + variable(1.0, 2.0, 3.0))", "[2]", "[3]")
        fails("grad(variable(1.0, 2.0), variable(1.0))", "scalar")
    }
})
