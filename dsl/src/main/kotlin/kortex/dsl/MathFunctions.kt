package kortex.dsl

/** `e^x − 1`, exact near 0. */
public fun expm1(x: Tensor): Tensor = x.expm1()

/** `2^x`. */
public fun exp2(x: Tensor): Tensor = x.exp2()

/** `log(1 + x)`, exact near 0. */
public fun log1p(x: Tensor): Tensor = x.log1p()

/** The logarithm of base 2. */
public fun log2(x: Tensor): Tensor = x.log2()

/** The logarithm of base 10. */
public fun log10(x: Tensor): Tensor = x.log10()

/** The cube root, of negative numbers too. */
public fun cbrt(x: Tensor): Tensor = x.cbrt()

/** `x²`. */
public fun square(x: Tensor): Tensor = x.square()

/** `1 / x`. */
public fun reciprocal(x: Tensor): Tensor = x.reciprocal()

/** `1 / √x`. */
public fun rsqrt(x: Tensor): Tensor = x.rsqrt()

/** The tangent, of radians. */
public fun tan(x: Tensor): Tensor = x.tan()

/** The arcsine, from −π/2 to π/2. */
public fun asin(x: Tensor): Tensor = x.asin()

/** The arccosine, from 0 to π. */
public fun acos(x: Tensor): Tensor = x.acos()

/** The arctangent, from −π/2 to π/2. */
public fun atan(x: Tensor): Tensor = x.atan()

/** The angle of the point ([x], [y]), from −π to π; its gradients at (0, 0) are 0. */
public fun atan2(y: Tensor, x: Tensor): Tensor = y.atan2(x)

/** `√(x² + y²)` without overflow on the way; its gradients at (0, 0) are 0. */
public fun hypot(x: Tensor, y: Tensor): Tensor = x.hypot(y)

/** The hyperbolic sine. */
public fun sinh(x: Tensor): Tensor = x.sinh()

/** The hyperbolic cosine. */
public fun cosh(x: Tensor): Tensor = x.cosh()

/** The inverse hyperbolic sine. */
public fun asinh(x: Tensor): Tensor = x.asinh()

/** The inverse hyperbolic cosine. */
public fun acosh(x: Tensor): Tensor = x.acosh()

/** The inverse hyperbolic tangent. */
public fun atanh(x: Tensor): Tensor = x.atanh()

/** The Gauss error function `2/√π ∫₀ˣ e^(−t²) dt`. */
public fun erf(x: Tensor): Tensor = x.erf()

/** `1 − erf(x)`, exact where that is small. */
public fun erfc(x: Tensor): Tensor = x.erfc()

/** The inverse of [erf], on −1 … 1. */
public fun erfinv(x: Tensor): Tensor = x.erfinv()

/** `log |Γ(x)|`. */
public fun lgamma(x: Tensor): Tensor = x.lgamma()

/** The derivative of [lgamma]. */
public fun digamma(x: Tensor): Tensor = x.digamma()

/**
 * The derivative number [order] of [digamma].
 *
 * @throws kortex.tensor.SettingException for orders below 0 or above 100
 */
public fun polygamma(order: Int, x: Tensor): Tensor = x.polygamma(order)

/** The largest integer not above each element. */
public fun floor(x: Tensor): Tensor = x.floor()

/** The smallest integer not below each element. */
public fun ceil(x: Tensor): Tensor = x.ceil()

/** The nearest integer, the even one of two. */
public fun round(x: Tensor): Tensor = x.round()

/** Each element without what is behind the point. */
public fun trunc(x: Tensor): Tensor = x.trunc()

/** −1, 0 or 1. */
public fun sign(x: Tensor): Tensor = x.sign()

/** Each element to the power of a number; whole powers from 1 to 4 are products. */
public infix fun Tensor.pow(exponent: Number): Tensor = pow(exponent.toDouble())

/** Each element to the power of one of [exponent]; shapes broadcast. */
public infix fun Tensor.pow(exponent: Tensor): Tensor = this.pow(exponent)

/**
 * Each element, or the bound that it is beyond; NaN stays. The gradient is 0 beyond the bounds and 1 on them.
 *
 * @throws kortex.tensor.SettingException when [low] is above [high]
 * @throws kortex.tensor.DTypeException when a bound does not fit the dtype
 */
public fun Tensor.clamp(
    low: Number = Double.NEGATIVE_INFINITY,
    high: Number = Double.POSITIVE_INFINITY
): Tensor = clamp(low, high)

/** What division by a number leaves, of the sign of this, as Java's `%`; Kotlin's `x % 3` has that of the divisor. */
public fun Tensor.remainder(number: Number): Tensor = beside(this, number, Tensor::remainder)

/** The numbers from [start] for [weight] 0 to [end] for 1. */
public fun lerp(start: Tensor, end: Tensor, weight: Number): Tensor = start.lerp(end, weight.toDouble())

/** The numbers from [start] for [weight] 0 to [end] for 1; all broadcast. */
public fun lerp(start: Tensor, end: Tensor, weight: Tensor): Tensor = start.lerp(end, weight)
