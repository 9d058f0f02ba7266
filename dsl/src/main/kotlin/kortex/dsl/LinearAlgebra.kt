package kortex.dsl

import kortex.graph.Matrices

/** The result of [qr]: `val (q, r) = qr(a)`. */
public typealias Qr = Matrices.Qr

/** The result of [svd]: `val (u, s, vt) = svd(a)`. */
public typealias Svd = Matrices.Svd

/** The result of [eigh]: `val (values, vectors) = eigh(a)`. */
public typealias Eigh = Matrices.Eigh

/** The result of [slogdet]: `val (sign, logAbs) = slogdet(a)`. */
public typealias SlogDet = Matrices.SlogDet

/**
 * X of `A · X = B`, for square matrices [a] `[.., n, n]` and right sides [b] `[n]` or `[.., n, k]`; leading axes broadcast.
 *
 * @throws kortex.tensor.NumericException when it is evaluated and a matrix is singular
 */
public fun solve(a: Tensor, b: Tensor): Tensor = a.solve(b)

/**
 * X of `A · X = B` for triangular [a] `[.., n, n]`, of which only one triangle is read; [b] is `[n]` or `[.., n, k]`.
 *
 * @param lower whether the lower triangle is read, or else the upper one
 * @param transposed whether `Aᵀ · X = B` is solved instead
 * @param unit whether the diagonal counts as ones
 * @throws kortex.tensor.NumericException when it is evaluated and an element of the diagonal is 0
 */
public fun triangularSolve(
    a: Tensor,
    b: Tensor,
    lower: Boolean = true,
    transposed: Boolean = false,
    unit: Boolean = false
): Tensor = a.triangularSolve(b, lower, transposed, unit)

/** X of `L · Lᵀ · X = B`, for the [l] of [cholesky] and right sides [b] `[n]` or `[.., n, k]`. */
public fun choleskySolve(l: Tensor, b: Tensor): Tensor = l.choleskySolve(b)

/**
 * The inverses of [a] `[.., n, n]`. To solve a system, [solve] is faster and more accurate.
 *
 * @throws kortex.tensor.NumericException when it is evaluated and a matrix is singular
 */
public fun inverse(a: Tensor): Tensor = a.inverse()

/** The determinants of [a] `[.., n, n]`: `[..]`. At a singular matrix it is 0 and has no gradient. */
public fun det(a: Tensor): Tensor = a.det()

/** Sign and logarithm of the magnitude of the determinants of [a] `[.., n, n]`, which never overflow. */
public fun slogdet(a: Tensor): SlogDet = a.slogDet()

/**
 * The lower triangular L with `L · Lᵀ = A`, for symmetric positive definite [a] `[.., n, n]`; of another matrix its
 * symmetric part counts.
 *
 * @throws kortex.tensor.NumericException when it is evaluated and a matrix is not positive definite
 */
public fun cholesky(a: Tensor): Tensor = a.cholesky()

/**
 * `A = Q · R` for [a] `[.., m, n]`: orthonormal columns `[.., m, k]` and an upper triangle `[.., k, n]` whose diagonal is
 * not negative, with `k = min(m, n)`.
 */
public fun qr(a: Tensor): Qr = a.qr()

/**
 * `A = U · diag(s) · Vᵀ` for [a] `[.., m, n]`: `[.., m, k]`, `[.., k]` falling, and `[.., k, n]`, with `k = min(m, n)`. Among
 * the components of largest magnitude of a column of U the first is positive.
 */
public fun svd(a: Tensor): Svd = a.svd()

/**
 * Eigenvalues `[.., n]`, rising, and eigenvectors, in columns `[.., n, n]`, of symmetric [a] `[.., n, n]`; of another matrix
 * its symmetric part counts. Among the components of largest magnitude of a vector the first is positive.
 */
public fun eigh(a: Tensor): Eigh = a.eigh()

/**
 * The Moore–Penrose inverses of [a] `[.., m, n]`: `[.., n, m]`.
 *
 * @param tolerance singular values of at most this times the largest count as 0; by default the rounding error
 * @throws kortex.tensor.SettingException when [tolerance] is negative
 */
public fun pinv(a: Tensor, tolerance: Double? = null): Tensor = if (tolerance == null) a.pinv() else a.pinv(tolerance)

/**
 * The shortest X of those with the least `|A · X − B|`, for [a] `[.., m, n]` of any rank and [b] `[m]` or `[.., m, k]`.
 */
public fun lstsq(a: Tensor, b: Tensor): Tensor = a.lstsq(b)

/** The number of singular values of [a] above [tolerance] times the largest, as i32; by default above the rounding error. */
public fun matrixRank(a: Tensor, tolerance: Double? = null): Tensor =
    if (tolerance == null) a.matrixRank() else a.matrixRank(tolerance)

/** The product of [exponent] copies of [a] `[.., n, n]`; a negative exponent is that of the inverse. */
public fun matrixPower(a: Tensor, exponent: Int): Tensor = a.matrixPower(exponent)

/** The largest singular value of [a] divided by the smallest: how much a solution magnifies errors. */
public fun cond(a: Tensor): Tensor = a.cond()

/** Orthonormal columns. */
public operator fun Qr.component1(): Tensor = q()

/** The upper triangle. */
public operator fun Qr.component2(): Tensor = r()

/** Orthonormal columns. */
public operator fun Svd.component1(): Tensor = u()

/** Singular values. */
public operator fun Svd.component2(): Tensor = s()

/** Orthonormal rows. */
public operator fun Svd.component3(): Tensor = vt()

/** Eigenvalues. */
public operator fun Eigh.component1(): Tensor = values()

/** Eigenvectors, in columns. */
public operator fun Eigh.component2(): Tensor = vectors()

/** −1, 0 or 1. */
public operator fun SlogDet.component1(): Tensor = sign()

/** The logarithm of the magnitude. */
public operator fun SlogDet.component2(): Tensor = logAbs()
