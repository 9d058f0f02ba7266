package kortex.dsl

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.common.messages.MessageRenderer
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream

/** Wrong scripts don't compile, and the compiler says what to do. One call of the compiler checks all of them. */
class WrongScriptsSpec : StringSpec({
    val prelude = """
        import kortex.dsl.*
        private fun nets(): Pair<Network<Image, Features>, Network<Features, Features>> = TODO()
        private fun whole(): Network<Image, Image> = TODO()
        private fun pictures(): Dataset<Image, Classes> = TODO()
        private fun rows(): Dataset<Features, Classes> = TODO()
        private fun numbers(): Dataset<Features, Values> = TODO()
        private fun tagger(): Network<Tokens, Sequence> = TODO()
        private fun reader(): Network<Tokens, Features> = TODO()
        private fun signal(): Network<Sequence, Features> = TODO()
        private fun tagged(): Dataset<Tokens, Labels> = TODO()
        private fun texts(): Dataset<Tokens, Classes> = TODO()
        private fun signals(): Dataset<Sequence, Classes> = TODO()
    """.trimIndent()

    class Wrong(val name: String, val advice: String, val body: String)

    val leak = "cannot be called in this context with an implicit receiver"
    val wrongs = listOf(
        Wrong("DenseOnImage", DENSE_ADVICE, "network(image(1, 8, 8)) { dense(10) }"),
        Wrong("DenseByValue", DENSE_ADVICE, "network(image(1, 8, 8)) { val a = conv2d(4, 3); a.dense(10) }"),
        Wrong("ConvOnFeatures", CONV_ADVICE, "network(features(4)) { conv2d(8, 3); dense(2) }"),
        Wrong(
            "ConvAfterFlatten", CONV_ADVICE,
            "network(image(1, 8, 8)) { flatten { conv2d(8, kernel = 3); dense(2) } }"
        ),
        Wrong("ConvByValue", CONV_ADVICE, "network(features(4)) { val a = dense(8); a.conv2d(8, 3); a }"),
        Wrong("PoolAfterFlatten", POOL_ADVICE, "network(image(1, 8, 8)) { flatten { maxPool2d(2); dense(2) } }"),
        Wrong("FlattenTwice", FLATTEN_ADVICE, "network(image(1, 8, 8)) { flatten { flatten { dense(2) } } }"),
        Wrong("PoolFeatures", FLATTEN_ADVICE, "network(features(4)) { globalAvgPool { dense(2) } }"),
        Wrong("DenseOnTokens", TOKENS_ADVICE, "network(tokens(4, 9)) { dense(10) }"),
        Wrong("DenseOfTokens", TOKENS_ADVICE, "network(tokens(4, 9)) { current.dense(10) }"),
        Wrong("LstmOnTokens", TOKENS_ADVICE, "network(tokens(4, 9)) { lstm(10) }"),
        Wrong("AttentionOnTokens", TOKENS_ADVICE, "network(tokens(4, 9)) { attention(2) }"),
        Wrong("BlockOnTokens", TOKENS_ADVICE, "network(tokens(4, 9)) { transformerBlock(2) }"),
        Wrong("FlattenTokens", TOKENS_ADVICE, "network(tokens(4, 9)) { flatten { dense(2) } }"),
        Wrong("ReluOnTokens", TOKENS_ADVICE, "network(tokens(4, 9)) { relu(); embedding(3) }"),
        Wrong("EmbeddingOfSequence", EMBEDDED_ADVICE, "network(sequence(4, 9)) { embedding(3) }"),
        Wrong("EmbeddingOfFeatures", EMBEDDED_ADVICE, "network(features(4)) { embedding(3) }"),
        Wrong("LstmOnFeatures", SEQUENCE_ADVICE, "network(features(4)) { lstm(3) }"),
        Wrong("LstmBehindLastStep", SEQUENCE_ADVICE, "network(sequence(4, 9)) { lstm(3); lastStep { lstm(3) } }"),
        Wrong("LastStepOfFeatures", SEQUENCE_ADVICE, "network(features(4)) { lastStep { dense(3) } }"),
        Wrong("AttentionOnImage", SEQUENCE_ADVICE, "network(image(1, 8, 8)) { attention(2) }"),
        Wrong("LayerNormOnImage", IMAGE_NORM_ADVICE, "network(image(1, 8, 8)) { layerNorm() }"),
        Wrong("BatchNormOnSequence", SEQUENCE_NORM_ADVICE, "network(sequence(4, 9)) { batchNorm() }"),
        Wrong("BatchNormOfSequence", SEQUENCE_NORM_ADVICE, "network(sequence(4, 9)) { current.batchNorm() }"),
        Wrong("ConvOnSequence", CONV_ADVICE, "network(sequence(4, 9)) { conv2d(8, 3) }"),
        Wrong("PoolOnSequence", POOL_ADVICE, "network(sequence(4, 9)) { maxPool2d(2) }"),
        Wrong("ClassesForSteps", LAST_STEP_ADVICE, "train(tagger(), texts()) { loss = crossEntropy() }"),
        Wrong("LabelsForFeatures", EACH_STEP_ADVICE, "train(reader(), tagged()) { loss = crossEntropy() }"),
        Wrong("MseOfLabels", MSE_ADVICE, "train(tagger(), tagged()) { loss = mse() }"),
        Wrong("MaeOfLabels", VALUE_METRIC_ADVICE, "train(tagger(), tagged()) { metrics { mae() } }"),
        Wrong("TokensOnSignals", TOKENS_NETWORK_ADVICE, "train(reader(), signals())"),
        Wrong("SignalsOnTokens", SEQUENCE_NETWORK_ADVICE, "train(signal(), texts())"),
        Wrong("MseOfClasses", MSE_ADVICE, "train(nets().second, rows()) { loss = mse() }"),
        Wrong(
            "CrossEntropyOfValues", CROSS_ENTROPY_ADVICE,
            "train(nets().second, numbers()) { loss = crossEntropy(0.1) }"
        ),
        Wrong("CrossEntropyOfImages", LOGITS_ADVICE, "train(whole(), pictures()) { loss = crossEntropy() }"),
        Wrong(
            "ImagesOnFeatures", IMAGE_NETWORK_ADVICE,
            "train(nets().first, rows()) { loss = crossEntropy(); epochs = 3 }"
        ),
        Wrong("FeaturesOnImages", FEATURES_NETWORK_ADVICE, "train(nets().second, pictures())"),
        Wrong("AccuracyOfValues", CLASS_METRIC_ADVICE, "train(nets().second, numbers()) { metrics { accuracy() } }"),
        Wrong("MaeOfClasses", VALUE_METRIC_ADVICE, "train(nets().second, rows()) { metrics { mae() } }"),
        Wrong("ValidateOther", "Dataset<Features, Values>", "train(nets().second, rows()) { validate(numbers()) }"),
        Wrong("LayerInOptions", leak, "network(features(4)) { dense(10) { relu() } }"),
        Wrong("SettingInMetrics", leak, "train(nets().second, rows()) { metrics { epochs = 3 } }"),
        Wrong("SettingInOptimizer", leak, "train(nets().second, rows()) { optimizer = adam(1e-3) { batch = 3 } }"),
        Wrong("SettingInEvery", leak, "train(nets().second, rows()) { every(3.steps) { seed = 4 } }"),
        Wrong(
            "LayerInWeight", leak,
            "layer(\"a\") { val g by weight(2) { forward { it }; ones() }; forward { it * g } }"
        ),
        Wrong("GreaterTensor", COMPARE_ADVICE, "println(tensor(1) > 0)"),
        Wrong("SetOfTensor", SET_ADVICE, "val x = tensor(1, 2); x[0] = 5"),
        Wrong("GradAt", TRANSFORM_ADVICE, "val f = { w: Tensor -> w.sum() }; println(grad(f, tensor(1)))"),
        Wrong("VmapAt", TRANSFORM_ADVICE, "println(vmap({ w: Tensor -> w.sum() }, ones(2, 2)))"),
        Wrong("HessianAt", TRANSFORM_ADVICE, "println(hessian({ w: Tensor -> w.sum() }, ones(2)))"),
        Wrong("JacobianAt", TRANSFORM_ADVICE, "println(jacobian({ w -> w * w }, ones(2)))"),
        Wrong("GradOfTensor", GRAD_ADVICE, "val x = tensor(1, 2); println(x.grad)"),
        Wrong("CapitalT", TRANSPOSE_ADVICE, "println(ones(2, 3).T)"),
        Wrong("ShapeInBrackets", EXTENT_ADVICE, "println(ones(2, 3).shape()[0])"),
        Wrong("ShapeProperty", EXTENT_ADVICE, "println(ones(2, 3).shape[0])"),
        Wrong("LowerArgmax", ARGMAX_ADVICE, "println(ones(2, 3).argmax(1))"),
        Wrong("LowerArgmin", ARGMIN_ADVICE, "println(argmin(ones(2, 3)))"),
        Wrong("Range", RANGE_ADVICE, "println(range(3))"),
        Wrong("NormalOfNothing", DRAW_ADVICE, "println(normal(3, 3))"),
        Wrong("NoLayerAtTheEnd", "Unit", "network(features(4)) { repeat(2) { dense(4) } }")
    )
    val folder = tempdir()
    val messages =
        compile(folder, wrongs.associate { it.name to "$prelude\nprivate fun wrong() {\n    ${it.body}\n}\n" })

    for (wrong in wrongs) {
        "${wrong.name}: ${wrong.advice}" {
            val own = messages.lines().filter { "${wrong.name}.kt:" in it }.joinToString("\n")
            withClue("$messages\nfor ${wrong.body}") { own shouldContain wrong.advice }
        }
    }

    "what is right compiles" {
        val right = """
            $prelude
            private fun ImageScope.block(n: Int) { conv2d(n, kernel = 3, padding = same); relu() }
            private fun right() {
                val net: Network<Image, Features> =
                    network(image(1, 8, 8)) { block(4); residual { block(4) }; flatten { dense(10) { bias = false } } }
                train(net, pictures()) {
                    loss = crossEntropy(labelSmoothing = 0.05)
                    optimizer = adamW(cosine(1e-3, warmup = 50.steps)) { weightDecay = 0.01; clipNorm = 1.0 }
                    validate(pictures())
                    metrics { accuracy(); confusionMatrix() }
                    earlyStopping(on = validation.loss, patience = 5, restoreBest = true)
                    every(100.steps) { log(loss, learningRate) }
                }
                train(nets().second, numbers()) { loss = mse(); metrics { mae(); mse() } }
                val tagger: Network<Tokens, Sequence> = network(tokens(time = 8, vocabulary = 20)) {
                    embedding(16, deviation = 0.02) { positions(); repeat(2) { transformerBlock(4) }; dense(20) }
                }
                train(tagger, tagged()) { loss = crossEntropy(0.1); metrics { accuracy(); confusionMatrix() } }
                val reader: Network<Tokens, Features> = network(tokens(8, 20)) {
                    embedding(16) { lstm(32) { bias = false }; relu(); dropout(0.1); lastStep { dense(2) } }
                }
                train(reader, texts()) { loss = crossEntropy() }
                println(reader.evaluate(texts(), crossEntropy()) { accuracy() })
            }
        """.trimIndent()
        compile(tempdir(), mapOf("Right" to right)) shouldBe ""
    }
})

/** The errors of the compiler for files of these contents, one on a line. */
private fun compile(folder: File, sources: Map<String, String>): String {
    val files = sources.map { (name, text) -> folder.resolve("$name.kt").also { it.writeText(text) }.path }
    val path = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
    val needed = path.split(File.pathSeparator).filter { entry ->
        File(entry).isDirectory || listOf("kotlin-stdlib", "kortex").any { it in File(entry).name }
    }
    val errors = ByteArrayOutputStream()
    val code = K2JVMCompiler().exec(
        PrintStream(errors, true), MessageRenderer.PLAIN_FULL_PATHS, "-no-stdlib", "-no-reflect", "-nowarn",
        "-jvm-target", "25", "-cp", needed.joinToString(File.pathSeparator), "-d", folder.resolve("out").path,
        *files.toTypedArray()
    )
    val text = errors.toString()
    check(code == ExitCode.OK || code == ExitCode.COMPILATION_ERROR) { text }
    return text.lines().filter { ": error: " in it }.joinToString("\n")
}
