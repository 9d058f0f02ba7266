package kortex.dsl

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kortex.backend.reference.ReferenceBackend
import kortex.graph.Evaluator
import kortex.graph.Slice
import kortex.session.Session
import kortex.tensor.DataException
import kortex.tensor.KortexException
import kortex.tensor.ShapeException
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.math.abs
import kotlin.random.Random

/**
 * Random indices, joins, loops, draws and structures: each call gives what plain Kotlin computes, on every backend,
 * or a typed error where it should. A failure names its seed; `-Dfuzz.seed=…` runs others, `-Dfuzz.calls=…` more.
 */
class FuzzSpec : StringSpec({
    val calls = Integer.getInteger("fuzz.calls", 40)
    val first = java.lang.Long.getLong("fuzz.seed", 1L)
    val backends = listOf(Session.open("cpu"), Session.on(ReferenceBackend.create()))
    val watched = Executors.newCachedThreadPool { Thread(it, "fuzz").apply { isDaemon = true } }

    /** A number of random calls on every backend, each of which must end in time. */
    fun fuzz(times: Int = 1, body: (Random) -> Unit) {
        for (seed in first until first + times * calls) {
            withClue("seed $seed") {
                for (backend in backends) {
                    val call = watched.submit {
                        ScopedValue.where(Evaluator.SCOPED, backend).run { body(Random(seed)) }
                    }
                    try {
                        call.get(DEADLINE, TimeUnit.SECONDS)
                    } catch (e: ExecutionException) {
                        throw e.cause ?: e
                    }
                }
            }
        }
    }

    "x[…] takes what NumPy takes, or refuses" {
        fuzz(times = 6) { random ->
            val x = random.nested()
            val index = random.index(x.shape)
            withClue("$index of ${x.shape}") {
                attempt { x.tensor().get(*index.toTypedArray()) } shouldBeLike x.slice(index)
            }
        }
    }

    "x.with(…) replaces what x[…] takes" {
        fuzz(times = 2) { random ->
            val x = random.nested()
            val index = random.index(x.shape)
            withClue("$index of ${x.shape}") {
                attempt { x.tensor().with(*index.toTypedArray(), value = 99) } shouldBeLike x.with(index, 99.0)
                val w = variable(x.tensor())
                attempt { w.also { it.set(*index.toTypedArray(), value = 99) } } shouldBeLike x.with(index, 99.0)
            }
        }
    }

    "index arrays take elements, or name what is out of range" {
        fuzz { random ->
            val x = random.nested()
            val common = random.shape(3)
            val indices = List(1 + random.nextInt(3)) { axis ->
                val n = x.shape.getOrElse(axis) { 1 }.coerceAtLeast(1)
                val low = if (random.nextInt(12) == 0) -n - 1 else -n
                Nested(common.map { if (random.nextInt(5) == 0) 1 else it }) { random.nextInt(low, n).toDouble() }
            }
            val shape = List(common.size) { axis -> indices.map { it.shape[axis] }.broadcast() }
            val fits = indices.size <= x.shape.size
            val inside = fits && indices.withIndex().all { (axis, i) ->
                i.data.all { it >= -x.shape[axis] && it < x.shape[axis] }
            }
            val rest = if (fits) x.shape.drop(indices.size) else emptyList()
            val expected = if (!inside) {
                null
            } else {
                Nested(shape + rest) { position ->
                    val at = position.take(shape.size)
                    x[indices.mapIndexed { axis, i -> i[i.under(at)].toInt().mod(x.shape[axis]) } +
                        position.drop(shape.size)]
                }
            }
            withClue("${indices.map { it.shape }} of ${x.shape}") {
                val tensors = indices.map { it.tensor(i64) }
                val taken = attempt { x.tensor().get(tensors[0], *tensors.drop(1).toTypedArray()) }
                // An index that nothing uses, in a result without elements, may be out of range.
                if (expected != null || (shape + rest).all { it > 0 }) taken shouldBeLike expected
                if (taken is DataException) fits shouldBe true
            }
        }
    }

    "masks take elements in order" {
        fuzz { random ->
            val x = random.nested()
            val rank = random.nextInt(x.shape.size + 1)
            val extents = x.shape.take(rank).map { if (random.nextInt(9) == 0) it + 1 else it }
            val mask = Nested(extents) { random.nextInt(2).toDouble() }
            val taken = attempt { x.tensor()[mask.tensor(bool)] }
            withClue("${mask.shape} of ${x.shape}") {
                if (extents != x.shape.take(rank)) {
                    taken shouldBeLike null
                } else {
                    val where = Nested.positions(extents).filter { mask[it] == 1.0 }
                    val shape = listOf(where.size) + x.shape.drop(rank)
                    taken shouldBeLike Nested(shape) { x[where[it[0]] + it.drop(1)] }
                }
            }
        }
    }

    "parts join, and come apart again" {
        fuzz { random ->
            val shape = random.shape(3, least = 1)
            val axis = random.nextInt(-shape.size - 1, shape.size + 1)
            val along = axis.mod(shape.size)
            val valid = axis in -shape.size until shape.size
            val parts = List(1 + random.nextInt(3)) {
                random.nested(shape.mapIndexed { i, n -> if (i == along) random.nextInt(4) else n })
            }
            val ends = parts.runningFold(0) { end, part -> end + part.shape[along] }
            val whole = Nested(shape.mapIndexed { i, n -> if (i == along) ends.last() else n }) { position ->
                val part = parts.indices.last { ends[it] <= position[along] && parts[it].shape[along] > 0 }
                parts[part][position.mapIndexed { i, p -> if (i == along) p - ends[part] else p }]
            }
            withClue("${parts.map { it.shape }} along $axis") {
                val joined = attempt { concat(parts.map { it.tensor() }, axis) }
                joined shouldBeLike whole.takeIf { valid }
                if (joined is Tensor) {
                    val apart = joined.split(parts.map { it.shape[along] }, axis)
                    apart.zip(parts).forEach { (tensor, part) -> tensor shouldBeLike part }
                }
            }
        }
    }

    "stacks have an axis more, which unstack drops" {
        fuzz { random ->
            val shape = random.shape(3)
            val axis = random.nextInt(-shape.size - 2, shape.size + 2)
            val valid = axis in -shape.size - 1..shape.size
            val along = axis.mod(shape.size + 1)
            val parts = List(1 + random.nextInt(3)) { random.nested(shape) }
            val whole = Nested(shape.take(along) + parts.size + shape.drop(along)) { position ->
                parts[position[along]][position.filterIndexed { i, _ -> i != along }]
            }
            withClue("${parts.size} of $shape along $axis") {
                val stacked = attempt { stack(parts.map { it.tensor() }, axis) }
                stacked shouldBeLike whole.takeIf { valid }
                if (stacked is Tensor) {
                    stacked.unstack(axis).zip(parts).forEach { (tensor, part) -> tensor shouldBeLike part }
                }
            }
        }
    }

    "elements move along an axis" {
        fuzz { random ->
            val x = random.nested(random.shape(3, least = 1))
            val axis = random.nextInt(-x.shape.size, x.shape.size)
            val along = axis.mod(x.shape.size)
            val n = x.shape[along]

            fun moved(extent: Int, from: (Int) -> Int) =
                Nested(x.shape.mapIndexed { i, e -> if (i == along) extent else e }) { position ->
                    val at = from(position[along])
                    if (at < 0) 0.0 else x[position.mapIndexed { i, p -> if (i == along) at else p }]
                }
            val shift = random.nextInt(-7, 8)
            val count = random.nextInt(-1, 4)
            val low = random.nextInt(-1, 4)
            val high = random.nextInt(0, 4)
            withClue("${x.shape} along $axis: $shift, $count, $low, $high") {
                val t = x.tensor()
                attempt { t.roll(shift, axis) } shouldBeLike moved(n) { (it - shift).mod(n) }
                attempt { t.repeat(count, axis) } shouldBeLike
                    if (count < 0) null else moved(n * count) { it / count }
                attempt { t.pad(axis, low, high) } shouldBeLike
                    if (low < 0) null else moved(low + n + high) { (it - low).takeIf { at -> at in 0 until n } ?: -1 }
                attempt { t.pad(axis, low, high, edge) } shouldBeLike
                    if (low < 0 || (n == 0 && low + high > 0)) {
                        null
                    } else {
                        moved(low + n + high) { (it - low).coerceIn(0, n - 1) }
                    }
                attempt { t.pad(axis, low, high, wrap) } shouldBeLike
                    if (low !in 0..n || high > n) null else moved(low + n + high) { (it - low).mod(n) }
            }
        }
    }

    "loops do what the same steps do one by one" {
        fuzz { random ->
            val n = random.nextInt(5)
            val shape = random.shape(2)
            val xs = random.nested(listOf(n) + shape).tensor(f64)
            val init = Pair(random.nested(shape).tensor(f64), listOf(random.nested(shape).tensor(f64)))
            val steps = List(3) { random.step() }
            val reverse = random.nextBoolean()

            fun body(c: Pair<Tensor, List<Tensor>>, x: Tensor): Pair<Pair<Tensor, List<Tensor>>, Tensor> {
                val a = steps[0](c.first, x)
                val b = steps[1](c.second[0], a)
                return Pair(Pair(a, listOf(b)), steps[2](a, b))
            }
            val (carry, ys) = scan(init, xs, reverse) { c, x -> body(c, x) }
            var expected = init
            val order = if (reverse) (0 until n).reversed() else (0 until n)
            val outputs = order.associateWith { i ->
                body(expected, xs[i]).also { (next, _) -> expected = next }.second
            }
            carry.first shouldBeLike expected.first.nested()
            carry.second[0] shouldBeLike expected.second[0].nested()
            (0 until n).forEach { i -> ys[i] shouldBeLike outputs.getValue(i).nested() }

            val repeated = iterate(n, init) { body(it, it.first).first }
            var alone = init
            repeat(n) { alone = body(alone, alone.first).first }
            repeated.first shouldBeLike alone.first.nested()

            val chosen = cond(xs.sum() gt 0, { steps[0](xs, xs) }, { steps[1](xs, xs) })
            chosen shouldBeLike steps[if (xs.sum().item() > 0) 0 else 1](xs, xs).nested()
        }
    }

    "a map gives what its members give" {
        fuzz { random ->
            val shape = random.shape(3, least = 1)
            val axis = random.nextInt(-shape.size, shape.size)
            val x = random.nested(shape).tensor(f64)
            val captured = scalar(random.nextInt(3), f64)
            val steps = List(2) { random.step() }
            val reduces = random.nextInt(3) == 0
            fun f(m: Tensor) = steps[1](steps[0](m, captured), m).let { if (reduces) it.sum() else it }
            val out = if (reduces) 0 else random.nextInt(shape.size)
            withClue("$shape along $axis to $out") {
                val n = shape[axis.mod(shape.size)]
                val mapped = attempt { vmap(axis, out, ::f)(x) }
                if (n > 0) {
                    mapped shouldBeLike stack(x.unstack(axis).map(::f), out).nested()
                } else {
                    (mapped as Tensor).shape().size() shouldBe 0L
                }
                attempt { vmap(shape.size, f = ::f)(x) } shouldBeLike null
            }
        }
    }

    "one key gives one tensor, in its bounds" {
        fuzz { random ->
            val shape = random.shape(3).toIntArray()
            val seed = random.nextLong()
            val dtype = random.dtype()
            val low = random.nextInt(-5, 6)
            val high = random.nextInt(-5, 6)
            withClue("${shape.toList()} $dtype from $low to $high by $seed") {
                val uniform = attempt { key(seed).uniform(*shape, low = low, high = high, dtype = dtype) }
                if (!dtype.isFloat || low > high) {
                    uniform shouldBeLike null
                } else {
                    uniform shouldBeLike key(seed).uniform(*shape, low = low, high = high, dtype = dtype).nested()
                    uniform.numbers().forEach { (it >= low && it <= high) shouldBe true }
                }
                val whole =
                    attempt { key(seed).randint(*shape, low = low.toLong(), high = high.toLong(), dtype = dtype) }
                if (!dtype.isInteger || low >= high || (dtype == u8 && low < 0)) {
                    whole shouldBeLike null
                } else {
                    whole.numbers().forEach { (it >= low && it < high) shouldBe true }
                }
                key(seed).permutation(low + 5).numbers().sorted() shouldContainExactly List(low + 5) { it.toDouble() }
                val x = Nested(shape.toList()) { random.nextInt(9).toDouble() }
                val shuffled = attempt { key(seed).shuffled(x.tensor()) }
                if (shape.isEmpty()) {
                    shuffled shouldBeLike null
                } else {
                    shuffled.numbers().sorted() shouldBe x.data.sorted()
                }
            }
        }
    }

    "structures come back as they went in" {
        fuzz { random ->
            val leaves = mutableListOf<Nested>()
            val x = random.structure(3, leaves)
            val all = { s: Any -> Tree<Any>().leaves(s) }
            fun f(s: Any): Tensor = all(s).fold(scalar(0, f64)) { sum, leaf -> sum + (leaf * leaf).sum() }
            if (leaves.isNotEmpty()) {
                val g = grad<Any>(::f)(x)
                formOf(g) shouldBe formOf(x)
                all(g).zip(leaves).forEach { (d, leaf) -> d shouldBeLike Nested(leaf.shape) { 2 * leaf[it] } }
                val (value, dy) = valueAndGrad<Any> { s -> checkpoint(s, ::f) }(x)
                value.item() shouldBe leaves.sumOf { leaf -> leaf.data.sumOf { it * it } }
                formOf(dy) shouldBe formOf(x)
            }
        }
    }
})

private const val DEADLINE = 30L

/** What a call gives, or the typed error that it throws. Anything else that it throws is a bug. */
private fun attempt(call: () -> Tensor): Any =
    try {
        call().also { it.toDoubleArray() }
    } catch (e: KortexException) {
        e.what() shouldNotBe ""
        e.remedy() shouldNotBe ""
        e
    }

private fun Any.numbers(): List<Double> = (this as Tensor).toDoubleArray().toList()

private fun Tensor.nested() = Nested(shape().toArray().map { it.toInt() }, toDoubleArray().toList())

/** Equal to rounding; null stands for a typed error. */
private infix fun Any.shouldBeLike(expected: Nested?) {
    if (expected == null) {
        withClue("should be refused") { (this is KortexException) shouldBe true }
        return
    }
    if (this is KortexException) throw AssertionError("refused, but should be ${expected.data} ${expected.shape}", this)
    val actual = (this as Tensor).nested()
    actual.shape shouldBe expected.shape
    val same = actual.data.zip(expected.data).all { (a, e) ->
        a == e || a.isNaN() && e.isNaN() || abs(a - e) < 1e-9 * (1 + abs(e))
    }
    if (!same) actual.data shouldBe expected.data
}

private fun Nested.tensor(dtype: DType = f32): Tensor =
    Tensor.of(data.toDoubleArray(), *shape.map { it.toLong() }.toLongArray()).cast(dtype)

/** The position of this tensor that [position] of a broadcast one has. */
private fun Nested.under(position: List<Int>) = position.mapIndexed { i, p -> if (shape[i] == 1) 0 else p }

private fun List<Int>.broadcast() = firstOrNull { it != 1 } ?: 1

private fun Random.shape(most: Int, least: Int = 0) =
    List(nextInt(least, most + 1)) { listOf(0, 1, 2, 3, 3, 4)[nextInt(6)] }

private fun Random.nested(shape: List<Int> = shape(4)) = Nested(shape) { nextInt(-9, 10).toDouble() }

private fun Random.dtype() = DType.entries[nextInt(DType.entries.size)]

/** An index for each axis, or a few more or fewer; most positions are on their axis. */
private fun Random.index(shape: List<Int>): List<Any> {
    var axis = 0
    val out = mutableListOf<Any>()
    val count = if (nextInt(8) == 0) shape.size + 1 else nextInt(shape.size + 1)
    while (axis < count || out.isEmpty()) {
        val n = shape.getOrElse(axis) { 1 }
        if (nextInt(6) == 0) {
            val known = Slice.ELLIPSIS in out && nextInt(8) > 0
            out += if (nextBoolean() || known) newAxis else ellipsis
        } else {
            out += one(n)
            axis++
        }
    }
    return out
}

private fun Random.one(n: Int): Any {
    val a = nextInt(-n - 2, n + 3)
    val b = nextInt(-n - 2, n + 3)
    val by = nextInt(1, 4)
    return when (nextInt(11)) {
        0, 1 -> if (n == 0 || nextInt(12) == 0) a else nextInt(-n, n)
        2 -> a.toLong()
        3 -> a..b
        4 -> a until b
        5 -> a..b step by
        6, 7 -> a downTo b step by
        8 -> from(a) step (if (nextBoolean()) by else -by)
        9 -> until(b) step (if (nextBoolean()) by else -by)
        else -> if (nextBoolean()) all else all step -by
    }
}

private fun Random.step(): (Tensor, Tensor) -> Tensor = listOf<(Tensor, Tensor) -> Tensor>(
    { a, b -> a * 0.5 + b },
    { a, b -> a - b },
    { a, b -> sin(a) * b },
    { a, b -> maximum(a, b) },
    { a, b -> where(a lt b, tanh(a), b) },
    { a, _ -> -a },
    { a, b -> a + b.mean() }
)[nextInt(7)]

private data class Layer(val w: Tensor, val rest: Any, val name: String)

/** Pairs, lists, maps and data classes, nested; its tensors are also added to [leaves]. */
private fun Random.structure(depth: Int, leaves: MutableList<Nested>): Any {
    fun leaf() = nested(shape(2)).also { leaves += it }.tensor(f64)
    fun part() = structure(depth - 1, leaves)
    return when (if (depth == 0) 0 else nextInt(6)) {
        0 -> leaf()
        1 -> Pair(part(), part())
        2 -> List(nextInt(3)) { part() }
        3 -> listOf("a", "b", "c").take(nextInt(4)).associateWith { part() }
        4 -> Layer(leaf(), part(), "dense")
        else -> Triple(part(), nextInt(9), part())
    }
}
