package kortex.bench

import kortex.bench.Cost.Bytes
import kortex.bench.Cost.Flops
import kortex.dsl.Tensor
import kortex.dsl.conv2d
import kortex.dsl.gelu
import kortex.dsl.grad
import kortex.dsl.image
import kortex.dsl.matmul
import kortex.dsl.mean
import kortex.dsl.minus
import kortex.dsl.network
import kortex.dsl.pad
import kortex.dsl.plus
import kortex.dsl.softmax
import kortex.dsl.tensor
import kortex.dsl.times
import kortex.dsl.variable
import java.lang.foreign.MemorySegment
import kotlin.math.sqrt

private const val CHAIN = 1 shl 24
private const val ROWS = 4096
private const val COLUMNS = 1024
private const val TABLE = ROWS * COLUMNS
private const val CONV_FLOPS = 2.0 * 8 * 64 * 64 * 9 * 56 * 56

private fun values(stream: Int, vararg shape: Int): Tensor {
    val numbers = Formula(stream).uniform(shape.reduce(Int::times), sqrt(3f))
    return tensor(MemorySegment.ofArray(numbers), *shape)
}

/** [y], and the gradients in [xs] of a scalar whose gradient in [y] is [seed]. */
private fun withGradients(y: Tensor, seed: Tensor, vararg xs: Tensor): List<Tensor> =
    listOf(y) + grad((y * seed).sum(), xs.asList())

private fun gemm(side: Int) =
    SingleOp("E_gemm$side", "product of matrices $side × $side", Flops(2.0 * side * side * side)) {
        listOf(values(0, side, side) matmul values(1, side, side))
    }

/** `(x − mean) / √(variance + 1e-5) · scale + shift` over the last axis. */
private fun layerNorm(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
    val centred = x - x.mean(-1, keepAxes = true)
    return centred * (centred.square().mean(-1, keepAxes = true) + 1e-5).rsqrt() * scale + shift
}

private fun convolution() = network(image(64, 56, 56)) { conv2d(64, kernel = 3, padding = pad(1)) { bias = false } }

/** The single ops; a `b` at the end means: and its gradients. */
internal val SINGLE_OPS: List<SingleOp> = listOf(
    gemm(512),
    gemm(1024),
    gemm(2048),
    SingleOp("E_chain", "gelu(a·x + b) + c, 16 Mi elements", Bytes(8.0 * CHAIN)) {
        listOf((values(0, CHAIN) * 1.1 + 0.2).gelu() + 0.3)
    },
    SingleOp("E_softmax", "softmax of rows, [4096, 1024]", Bytes(8.0 * TABLE)) {
        listOf(values(0, ROWS, COLUMNS).softmax())
    },
    SingleOp("E_softmaxb", "the same and its gradient", Bytes(20.0 * TABLE)) {
        val x = variable(values(0, ROWS, COLUMNS))
        withGradients(x.softmax(), values(1, ROWS, COLUMNS), x)
    },
    SingleOp("E_layernorm", "layer norm of rows, [4096, 1024]", Bytes(8.0 * TABLE)) {
        listOf(layerNorm(values(0, ROWS, COLUMNS), values(1, COLUMNS), values(2, COLUMNS)))
    },
    SingleOp("E_layernormb", "the same and its gradients", Bytes(20.0 * TABLE)) {
        val x = variable(values(0, ROWS, COLUMNS))
        val scale = variable(values(1, COLUMNS))
        val shift = variable(values(2, COLUMNS))
        withGradients(layerNorm(x, scale, shift), values(3, ROWS, COLUMNS), x, scale, shift)
    },
    SingleOp("E_conv", "convolution 64 → 64, 3 × 3, of [8, 64, 56, 56]", Flops(CONV_FLOPS)) {
        listOf(convolution()(values(0, 8, 64, 56, 56)))
    },
    SingleOp("E_convb", "the same and its gradients", Flops(3 * CONV_FLOPS)) {
        val net = convolution()
        val x = variable(values(0, 8, 64, 56, 56))
        withGradients(net(x), values(1, 8, 64, 56, 56), x, net.parameters.single())
    }
)
