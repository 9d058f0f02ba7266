package declared

import kortex.dsl.*

// Outside kortex, as scripts are: errors must name these lines.

fun ImageScope.convBlock(filters: Int) { conv2d(filters, kernel = 3, padding = same); batchNorm(); relu() }

fun tooLargeKernel() = network(image(1, 8, 8)) {
    conv2d(4, kernel = 9)
    flatten {
        dense(3)
        residual { dense(4) }
    }
}
