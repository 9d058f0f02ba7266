package kortex.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kortex.dsl.params.ScriptDirectory
import kortex.tensor.DataException
import kortex.tensor.StorageException

class DataSpec : StringSpec({
    val folder = tempdir()
    folder.resolve("flowers.csv").writeText(
        "a,b,species\n" + (0 until 10).joinToString("\n") { "$it,${it * it},${if (it % 2 == 0) "rose" else "iris"}" }
    )

    fun <R> inFolder(block: () -> R): R = ScriptDirectory.bind(folder.toPath(), block)

    "paths start in the script's folder" {
        inFolder { scriptDirectory } shouldBe folder.toPath()
        val table = inFolder { csv("flowers.csv") }
        table.size shouldBe 10
        table.columns shouldContainExactly listOf("a", "b", "species")
        shouldThrow<StorageException> { inFolder { csv("flower.csv") } }.remedy() shouldContain "flowers.csv"
    }

    "columns become features, labels and values" {
        val labelled: Dataset<Features, Classes> = inFolder { csv("flowers.csv").features().labels("species") }
        labelled.classes shouldContainExactly listOf("iris", "rose")
        labelled.toString() shouldContain "10 examples of shape [2]"
        val valued: Dataset<Features, Values> = inFolder { csv("flowers.csv").features("a").values("b") }
        valued.all().y.toFloatArray().toList().take(4) shouldBe listOf(0f, 1f, 4f, 9f)
        shouldThrow<DataException> { inFolder { csv("flowers.csv").features().labels("specie") } }
            .remedy() shouldContain "species"
    }

    "columns become the pixels of images" {
        val images: Dataset<Image, Classes> =
            inFolder { csv("flowers.csv").image(channels = 1, height = 1, width = 2, scale = 0.5).labels("species") }
        images.all().x.shape().toString() shouldBe "[10, 1, 1, 2]"
        images.all().x.toFloatArray()[2] shouldBe 0.5f
    }

    "a split is two parts, standardised by the first" {
        val split = inFolder { csv("flowers.csv").features().labels("species").split(train = 0.8, seed = 7) }
        split.train.size to split.test.size shouldBe (8 to 2)
        split.toString() shouldContain "train: Dataset[8 examples"
        val sum = split.standardize().train.all().x.sum(0).toFloatArray()
        sum.forEach { (Math.abs(it) < 1e-4) shouldBe true }
    }

    "lists and arrays are datasets" {
        val labels: Dataset<Features, Classes> = dataset(listOf(listOf(1, 2), listOf(3, 4)), listOf(0, 1))
        val numbers: Dataset<Features, Values> = dataset(listOf(listOf(1.0), listOf(2.0)), listOf(0.5, 1.5))
        val vectors = dataset(listOf(listOf(1.0)), listOf(listOf(0.5, 1.5)))
        val images: Dataset<Image, Classes> = dataset(image(1, 1, 2), floatArrayOf(1f, 2f, 3f, 4f), intArrayOf(0, 1))
        listOf(labels.size, numbers.size, vectors.size, images.size) shouldBe listOf(2, 2, 1, 2)
        numbers.all().y.shape().toString() shouldBe "[2, 1]"
    }

    "batches come in an order for each epoch" {
        val data = dataset(List(10) { listOf(it) }, List(10) { it.toDouble() })
        fun order(batches: kotlin.sequences.Sequence<Batch>) =
            batches.flatMap { (x, _) -> x.toFloatArray().toList() }.toList()
        data.batches(4).map { it.x.shape().extent(0) }.toList() shouldBe listOf(4L, 4L, 2L)
        val first = order(data.batches(4, epoch = 0))
        first shouldNotBe order(data.batches(4, epoch = 1))
        first shouldBe order(data.batches(4, epoch = 0))
        order(data.batches(4, shuffle = false)) shouldBe List(10) { it.toFloat() }
        for ((x, y) in data.batches(3)) x.toFloatArray().toList() shouldBe y.toFloatArray().toList()
    }
})
