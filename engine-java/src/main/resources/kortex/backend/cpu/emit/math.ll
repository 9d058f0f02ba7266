; Elementary functions in single precision, written so that loops over them vectorise: no branches, no
; tables, no calls. Coefficients are minimax fits (src/test/python/fit_math.py); errors are a few units in
; the last place and held by MathFunctionsTest. Functions are parted by lines of ";;".

;; kx.exp
; Cody and Waite: x = n ln 2 + r, e^x = 2^n e^r. Adding 1.5 * 2^23 rounds n and leaves it in the low bits;
; 2^n is applied in two steps so that results may underflow gradually.
define internal float @kx.exp(float %x) alwaysinline {
  %above = fcmp ogt float %x, 0x4056400000000000
  %x1 = select i1 %above, float 0x4056400000000000, float %x
  %below = fcmp olt float %x1, 0xC05A000000000000
  %x2 = select i1 %below, float 0xC05A000000000000, float %x1
  %t = call float @llvm.fma.f32(float %x2, float 0x3FF7154760000000, float 0x4168000000000000)
  %n = fsub float %t, 0x4168000000000000
  %rh = call float @llvm.fma.f32(float %n, float 0xBFE6300000000000, float %x2)
  %r = call float @llvm.fma.f32(float %n, float 0x3F2BD01060000000, float %rh)
  %p0 = call float @llvm.fma.f32(float 0x3F56A244C0000000, float %r, float 0x3F81239D40000000)
  %p1 = call float @llvm.fma.f32(float %p0, float %r, float 0x3FA5558F20000000)
  %p2 = call float @llvm.fma.f32(float %p1, float %r, float 0x3FC5554920000000)
  %p = call float @llvm.fma.f32(float %p2, float %r, float 0x3FDFFFFFC0000000)
  %r2 = fmul float %r, %r
  %q = call float @llvm.fma.f32(float %p, float %r2, float %r)
  %e = fadd float %q, 1.0
  %bits = bitcast float %t to i32
  %k = sub i32 %bits, 1262485504
  %k1 = ashr i32 %k, 1
  %k2 = sub i32 %k, %k1
  %b1 = add i32 %k1, 127
  %b2 = add i32 %k2, 127
  %s1i = shl i32 %b1, 23
  %s2i = shl i32 %b2, 23
  %s1 = bitcast i32 %s1i to float
  %s2 = bitcast i32 %s2i to float
  %y1 = fmul float %e, %s1
  %y = fmul float %y1, %s2
  ret float %y
}
;; kx.log.near
; log(1 + f) for f in [-1/3, 1/3].
define internal float @kx.log.near(float %f) alwaysinline {
  %p0 = call float @llvm.fma.f32(float 0xBFC0931EA0000000, float %f, float 0x3FC1ED1520000000)
  %p1 = call float @llvm.fma.f32(float %p0, float %f, float 0xBFBF25DD60000000)
  %p2 = call float @llvm.fma.f32(float %p1, float %f, float 0x3FC1EBE640000000)
  %p3 = call float @llvm.fma.f32(float %p2, float %f, float 0xBFC55A7540000000)
  %p4 = call float @llvm.fma.f32(float %p3, float %f, float 0x3FC99D1F20000000)
  %p5 = call float @llvm.fma.f32(float %p4, float %f, float 0xBFCFFFE840000000)
  %p6 = call float @llvm.fma.f32(float %p5, float %f, float 0x3FD5555020000000)
  %p = call float @llvm.fma.f32(float %p6, float %f, float 0xBFE0000000000000)
  %f2 = fmul float %f, %f
  %r = call float @llvm.fma.f32(float %p, float %f2, float %f)
  ret float %r
}
;; kx.log kx.log.near
; x = 2^k m with m in [2/3, 4/3]; log x = k ln 2 + log(1 + f), f = m - 1. Subnormals are scaled first.
define internal float @kx.log(float %x) alwaysinline {
  %tiny = fcmp olt float %x, 0x3810000000000000
  %scaled = fmul float %x, 8388608.0
  %x1 = select i1 %tiny, float %scaled, float %x
  %shift = select i1 %tiny, i32 -23, i32 0
  %bits = bitcast float %x1 to i32
  %d = sub i32 %bits, 1059760811
  %k = ashr i32 %d, 23
  %kb = shl i32 %k, 23
  %mb = sub i32 %bits, %kb
  %m = bitcast i32 %mb to float
  %f = fsub float %m, 1.0
  %r = call float @kx.log.near(float %f)
  %ks = add i32 %k, %shift
  %kf = sitofp i32 %ks to float
  %lo = call float @llvm.fma.f32(float %kf, float 0xBF2BD01060000000, float %r)
  %y0 = call float @llvm.fma.f32(float %kf, float 0x3FE6300000000000, float %lo)
  %big = fcmp uge float %x, 0x7FF0000000000000
  %y1 = select i1 %big, float %x, float %y0
  %zero = fcmp oeq float %x, 0.0
  %y2 = select i1 %zero, float 0xFFF0000000000000, float %y1
  %negative = fcmp olt float %x, 0.0
  %y = select i1 %negative, float 0x7FF8000000000000, float %y2
  ret float %y
}
;; kx.tanh kx.exp
; Near 0 an odd polynomial, elsewhere 1 - 2 / (e^2x + 1).
define internal float @kx.tanh(float %x) alwaysinline {
  %a = call float @llvm.fabs.f32(float %x)
  %s = fmul float %x, %x
  %p0 = call float @llvm.fma.f32(float 0xBF775E1BC0000000, float %s, float 0x3F95226980000000)
  %p1 = call float @llvm.fma.f32(float %p0, float %s, float 0xBFAB83C5A0000000)
  %p2 = call float @llvm.fma.f32(float %p1, float %s, float 0x3FC1107260000000)
  %p = call float @llvm.fma.f32(float %p2, float %s, float 0xBFD5555320000000)
  %xs = fmul float %x, %s
  %near = call float @llvm.fma.f32(float %xs, float %p, float %x)
  %a2 = fadd float %a, %a
  %e = call float @kx.exp(float %a2)
  %e1 = fadd float %e, 1.0
  %w = fdiv float 2.0, %e1
  %far0 = fsub float 1.0, %w
  %small = fcmp olt float %a, 0x3FE4000000000000
  %y0 = select i1 %small, float %near, float %far0
  %y = call float @llvm.copysign.f32(float %y0, float %x)
  ret float %y
}
;; kx.erf
; x P(x^2) / Q(x^2) up to 3.86, where it is 1: no branch to blend, at 5 units in the last place.
define internal float @kx.erf(float %x) alwaysinline {
  %above = fcmp ogt float %x, 0x400EE147A0000000
  %x1 = select i1 %above, float 0x400EE147A0000000, float %x
  %below = fcmp olt float %x1, 0xC00EE147A0000000
  %xc = select i1 %below, float 0xC00EE147A0000000, float %x1
  %s = fmul float %xc, %xc
  %p4 = call float @llvm.fma.f32(float 0x3EC19D5060000000, float %s, float 0x3F32B67CA0000000)
  %p3 = call float @llvm.fma.f32(float %p4, float %s, float 0x3F6E330C80000000)
  %p2 = call float @llvm.fma.f32(float %p3, float %s, float 0x3FAAE36340000000)
  %p1 = call float @llvm.fma.f32(float %p2, float %s, float 0x3FC8186080000000)
  %p = call float @llvm.fma.f32(float %p1, float %s, float 0x3FF20DD740000000)
  %q4 = call float @llvm.fma.f32(float 0x3F0441DCE0000000, float %s, float 0x3F52CE1EE0000000)
  %q3 = call float @llvm.fma.f32(float %q4, float %s, float 0x3F8E54B3E0000000)
  %q2 = call float @llvm.fma.f32(float %q3, float %s, float 0x3FBCFED740000000)
  %q1 = call float @llvm.fma.f32(float %q2, float %s, float 0x3FE0014EE0000000)
  %q = call float @llvm.fma.f32(float %q1, float %s, float 1.0)
  %n = fmul float %xc, %p
  %r = fdiv float %n, %q
  %over = fcmp ogt float %r, 1.0
  %r1 = select i1 %over, float 1.0, float %r
  %under = fcmp olt float %r1, -1.0
  %y = select i1 %under, float -1.0, float %r1
  ret float %y
}

; Half precision: stored in 16 bits, in registers a float that has been rounded (round), so that widen and
; narrow are exact. Only integer arithmetic: the same bits on every processor, and nothing to link.

;; kx.widen.bf16
define internal float @kx.widen.bf16(i16 %h) alwaysinline {
  %z = zext i16 %h to i32
  %b = shl i32 %z, 16
  %y = bitcast i32 %b to float
  ret float %y
}
;; kx.narrow.bf16
define internal i16 @kx.narrow.bf16(float %x) alwaysinline {
  %b = bitcast float %x to i32
  %s = lshr i32 %b, 16
  %y = trunc i32 %s to i16
  ret i16 %y
}
;; kx.round.bf16
; Adding just under half a unit, or half of one to an odd number, carries where it should.
define internal float @kx.round.bf16(float %x) alwaysinline {
  %b = bitcast float %x to i32
  %s = lshr i32 %b, 16
  %odd = and i32 %s, 1
  %b1 = add i32 %b, 32767
  %b2 = add i32 %b1, %odd
  %quiet = or i32 %b, 4194304
  %nan = fcmp uno float %x, %x
  %b3 = select i1 %nan, i32 %quiet, i32 %b2
  %b4 = and i32 %b3, -65536
  %y = bitcast i32 %b4 to float
  ret float %y
}
;; kx.widen.f16
; Subnormals are counted in units of 2^-24, the last place of a float at 0.5.
define internal float @kx.widen.f16(i16 %h) alwaysinline {
  %z = zext i16 %h to i32
  %m = and i32 %z, 32767
  %s = shl i32 %m, 13
  %normal = add i32 %s, 939524096
  %special = add i32 %s, 1879048192
  %ulps = add i32 %m, 1056964608
  %half = bitcast i32 %ulps to float
  %tiny = fsub float %half, 0.5
  %tinyBits = bitcast float %tiny to i32
  %isTiny = icmp ult i32 %m, 1024
  %isSpecial = icmp uge i32 %m, 31744
  %b0 = select i1 %isTiny, i32 %tinyBits, i32 %normal
  %b1 = select i1 %isSpecial, i32 %special, i32 %b0
  %sign = and i32 %z, 32768
  %signBit = shl i32 %sign, 16
  %b = or i32 %b1, %signBit
  %y = bitcast i32 %b to float
  ret float %y
}
;; kx.narrow.f16
define internal i16 @kx.narrow.f16(float %x) alwaysinline {
  %b = bitcast float %x to i32
  %a = and i32 %b, 2147483647
  %n = sub i32 %a, 939524096
  %normal = lshr i32 %n, 13
  %magnitude = bitcast i32 %a to float
  %shifted = fadd float %magnitude, 0.5
  %shiftedBits = bitcast float %shifted to i32
  %tiny = sub i32 %shiftedBits, 1056964608
  %isTiny = icmp ult i32 %a, 947912704
  %isSpecial = icmp uge i32 %a, 2139095040
  %isNan = icmp ugt i32 %a, 2139095040
  %special = select i1 %isNan, i32 32256, i32 31744
  %h0 = select i1 %isTiny, i32 %tiny, i32 %normal
  %h1 = select i1 %isSpecial, i32 %special, i32 %h0
  %top = lshr i32 %b, 16
  %sign = and i32 %top, 32768
  %h = or i32 %h1, %sign
  %y = trunc i32 %h to i16
  ret i16 %y
}
;; kx.round.f16
define internal float @kx.round.f16(float %x) alwaysinline {
  %b = bitcast float %x to i32
  %a = and i32 %b, 2147483647
  %s = lshr i32 %a, 13
  %odd = and i32 %s, 1
  %a1 = add i32 %a, 4095
  %a2 = add i32 %a1, %odd
  %normal = and i32 %a2, -8192
  %over = icmp uge i32 %normal, 1199570944
  %bounded = select i1 %over, i32 2139095040, i32 %normal
  %magnitude = bitcast i32 %a to float
  %shifted = fadd float %magnitude, 0.5
  %tiny = fsub float %shifted, 0.5
  %tinyBits = bitcast float %tiny to i32
  %isTiny = icmp ult i32 %a, 947912704
  %r0 = select i1 %isTiny, i32 %tinyBits, i32 %bounded
  %isNan = icmp ugt i32 %a, 2139095040
  %r1 = select i1 %isNan, i32 2143289344, i32 %r0
  %sign = and i32 %b, -2147483648
  %r = or i32 %r1, %sign
  %y = bitcast i32 %r to float
  ret float %y
}
;; kx.odd
; The float next to a double whose last bit is 1 where it is not exact: it rounds to any narrower type as the
; double does (rounding to odd).
define internal float @kx.odd(double %x) alwaysinline {
  %f = fptrunc double %x to float
  %back = fpext float %f to double
  %inexact = fcmp one double %back, %x
  %b = bitcast float %f to i32
  %last = and i32 %b, 1
  %even = icmp eq i32 %last, 0
  %move = and i1 %inexact, %even
  %mine = call double @llvm.fabs.f64(double %back)
  %true = call double @llvm.fabs.f64(double %x)
  %beyond = fcmp ogt double %mine, %true
  %step = select i1 %beyond, i32 -1, i32 1
  %moved = add i32 %b, %step
  %r = select i1 %move, i32 %moved, i32 %b
  %y = bitcast i32 %r to float
  ret float %y
}
;; kx.sticky
; An integer of more than 53 bits as one that a double holds and that rounds alike: the bits dropped leave a 1.
define internal i64 @kx.sticky(i64 %x) alwaysinline {
  %low = and i64 %x, 2047
  %carried = add i64 %low, 2047
  %marked = or i64 %x, %carried
  %cut = and i64 %marked, -2048
  %moved = add i64 %x, 9007199254740992
  %long = icmp ugt i64 %moved, 18014398509481984
  %y = select i1 %long, i64 %cut, i64 %x
  ret i64 %y
}
;; kx.expm1
; As exp, with 2^n (e^r - 1) + (2^n - 1), of which half is computed so that 2^n does not overflow early.
define internal float @kx.expm1(float %x) alwaysinline {
  %above = fcmp ogt float %x, 0x4056400000000000
  %x1 = select i1 %above, float 0x4056400000000000, float %x
  %below = fcmp olt float %x1, -20.0
  %x2 = select i1 %below, float -20.0, float %x1
  %t = call float @llvm.fma.f32(float %x2, float 0x3FF7154760000000, float 0x4168000000000000)
  %n = fsub float %t, 0x4168000000000000
  %rh = call float @llvm.fma.f32(float %n, float 0xBFE6300000000000, float %x2)
  %r = call float @llvm.fma.f32(float %n, float 0x3F2BD01060000000, float %rh)
  %p0 = call float @llvm.fma.f32(float 0x3F56A244C0000000, float %r, float 0x3F81239D40000000)
  %p1 = call float @llvm.fma.f32(float %p0, float %r, float 0x3FA5558F20000000)
  %p2 = call float @llvm.fma.f32(float %p1, float %r, float 0x3FC5554920000000)
  %p = call float @llvm.fma.f32(float %p2, float %r, float 0x3FDFFFFFC0000000)
  %r2 = fmul float %r, %r
  %q = call float @llvm.fma.f32(float %p, float %r2, float %r)
  %bits = bitcast float %t to i32
  %k = sub i32 %bits, 1262485505
  %b = add i32 %k, 127
  %si = shl i32 %b, 23
  %s = bitcast i32 %si to float
  %s1 = fsub float %s, 0.5
  %h = call float @llvm.fma.f32(float %s, float %q, float %s1)
  %y0 = fadd float %h, %h
  %zero = fcmp oeq float %x, 0.0
  %y = select i1 %zero, float %x, float %y0
  ret float %y
}
;; kx.log1p kx.log.near
; 1 + x = 2^k m as in log; what the sum lost to rounding is added to f = m - 1.
define internal float @kx.log1p(float %x) alwaysinline {
  %u = fadd float %x, 1.0
  %bits = bitcast float %u to i32
  %d = sub i32 %bits, 1059760811
  %k = ashr i32 %d, 23
  %kb = shl i32 %k, 23
  %mb = sub i32 %bits, %kb
  %m = bitcast i32 %mb to float
  %f0 = fsub float %m, 1.0
  %u1 = fsub float %u, 1.0
  %lost = fsub float %x, %u1
  %large = icmp sgt i32 %k, 60
  %kc = select i1 %large, i32 60, i32 %k
  %sb = sub i32 127, %kc
  %si = shl i32 %sb, 23
  %s = bitcast i32 %si to float
  %f = call float @llvm.fma.f32(float %lost, float %s, float %f0)
  %r = call float @kx.log.near(float %f)
  %kf = sitofp i32 %k to float
  %lo = call float @llvm.fma.f32(float %kf, float 0xBF2BD01060000000, float %r)
  %y0 = call float @llvm.fma.f32(float %kf, float 0x3FE6300000000000, float %lo)
  %big = fcmp uge float %x, 0x7FF0000000000000
  %none = fcmp oeq float %u, 1.0
  %same = or i1 %big, %none
  %y1 = select i1 %same, float %x, float %y0
  %zero = fcmp oeq float %x, -1.0
  %y2 = select i1 %zero, float 0xFFF0000000000000, float %y1
  %negative = fcmp olt float %x, -1.0
  %y = select i1 %negative, float 0x7FF8000000000000, float %y2
  ret float %y
}
;; kx.log2 kx.log.near
; As log, with log2 x = k + log(1 + f) / ln 2.
define internal float @kx.log2(float %x) alwaysinline {
  %tiny = fcmp olt float %x, 0x3810000000000000
  %scaled = fmul float %x, 8388608.0
  %x1 = select i1 %tiny, float %scaled, float %x
  %shift = select i1 %tiny, i32 -23, i32 0
  %bits = bitcast float %x1 to i32
  %d = sub i32 %bits, 1059760811
  %k = ashr i32 %d, 23
  %kb = shl i32 %k, 23
  %mb = sub i32 %bits, %kb
  %m = bitcast i32 %mb to float
  %f = fsub float %m, 1.0
  %r = call float @kx.log.near(float %f)
  %ks = add i32 %k, %shift
  %kf = sitofp i32 %ks to float
  %lo = call float @llvm.fma.f32(float %r, float 0x3E54AE0C00000000, float %kf)
  %y0 = call float @llvm.fma.f32(float %r, float 0x3FF7154760000000, float %lo)
  %big = fcmp uge float %x, 0x7FF0000000000000
  %y1 = select i1 %big, float %x, float %y0
  %zero = fcmp oeq float %x, 0.0
  %y2 = select i1 %zero, float 0xFFF0000000000000, float %y1
  %negative = fcmp olt float %x, 0.0
  %y = select i1 %negative, float 0x7FF8000000000000, float %y2
  ret float %y
}
;; kx.pow
; 2^(y log2 |x|) with the logarithm in double: log2 m = z Q(z^2), z = (m - 1) / (m + 1), m in [1/sqrt 2, sqrt 2].
; Signs and exceptions as IEEE 754 has them.
define internal float @kx.pow(float %x, float %y) alwaysinline {
  %a = call float @llvm.fabs.f32(float %x)
  %ad = fpext float %a to double
  %bits = bitcast double %ad to i64
  %d = sub i64 %bits, 4604544271217802189
  %k = ashr i64 %d, 52
  %kb = shl i64 %k, 52
  %mb = sub i64 %bits, %kb
  %m = bitcast i64 %mb to double
  %num = fsub double %m, 1.0
  %den = fadd double %m, 1.0
  %z = fdiv double %num, %den
  %z2 = fmul double %z, %z
  %q0 = call double @llvm.fma.f64(double 0x3FD5CE85597BDC87, double %z2, double 0x3FDA58D88CCB4123)
  %q1 = call double @llvm.fma.f64(double %q0, double %z2, double 0x3FE27777FE83EC10)
  %q2 = call double @llvm.fma.f64(double %q1, double %z2, double 0x3FEEC709D12D0796)
  %q = call double @llvm.fma.f64(double %q2, double %z2, double 0x40071547652BEDEF)
  %k32 = trunc i64 %k to i32
  %kf = sitofp i32 %k32 to double
  %l0 = call double @llvm.fma.f64(double %z, double %q, double %kf)
  %empty = fcmp oeq float %a, 0.0
  %l1 = select i1 %empty, double 0xFFF0000000000000, double %l0
  %endless = fcmp uge float %a, 0x7FF0000000000000
  %l = select i1 %endless, double %ad, double %l1
  %yd = fpext float %y to double
  %t0 = fmul double %yd, %l
  %above = fcmp ogt double %t0, 200.0
  %t1 = select i1 %above, double 200.0, double %t0
  %below = fcmp olt double %t1, -200.0
  %t = select i1 %below, double -200.0, double %t1
  %tm = fadd double %t, 0x4338000000000000
  %n = fsub double %tm, 0x4338000000000000
  %fd = fsub double %t, %n
  %f = fptrunc double %fd to float
  %p0 = call float @llvm.fma.f32(float 0x3F241FBBC0000000, float %f, float 0x3F55F3E540000000)
  %p1 = call float @llvm.fma.f32(float %p0, float %f, float 0x3F83B2D4C0000000)
  %p2 = call float @llvm.fma.f32(float %p1, float %f, float 0x3FAC6AEE80000000)
  %p3 = call float @llvm.fma.f32(float %p2, float %f, float 0x3FCEBFBDC0000000)
  %p = call float @llvm.fma.f32(float %p3, float %f, float 0x3FE62E4300000000)
  %e = call float @llvm.fma.f32(float %p, float %f, float 1.0)
  %tb = bitcast double %tm to i64
  %ni = trunc i64 %tb to i32
  %n1 = ashr i32 %ni, 1
  %n2 = sub i32 %ni, %n1
  %b1 = add i32 %n1, 127
  %b2 = add i32 %n2, 127
  %s1i = shl i32 %b1, 23
  %s2i = shl i32 %b2, 23
  %s1 = bitcast i32 %s1i to float
  %s2 = bitcast i32 %s2i to float
  %v0 = fmul float %e, %s1
  %v1 = fmul float %v0, %s2
  %yf = call float @llvm.floor.f32(float %y)
  %whole = fcmp oeq float %yf, %y
  %half = fmul float %y, 0.5
  %hf = call float @llvm.floor.f32(float %half)
  %uneven = fcmp une float %hf, %half
  %odd = and i1 %whole, %uneven
  %xb = bitcast float %x to i32
  %signed = icmp slt i32 %xb, 0
  %flip = and i1 %signed, %odd
  %v2 = fneg float %v1
  %v3 = select i1 %flip, float %v2, float %v1
  %under = fcmp olt float %x, 0.0
  %finite = fcmp one float %a, 0x7FF0000000000000
  %part = xor i1 %whole, true
  %u1 = and i1 %under, %finite
  %undefined = and i1 %u1, %part
  %v4 = select i1 %undefined, float 0x7FF8000000000000, float %v3
  %y0 = fcmp oeq float %y, 0.0
  %x1 = fcmp oeq float %x, 1.0
  %o1 = or i1 %y0, %x1
  %ya = call float @llvm.fabs.f32(float %y)
  %yi = fcmp oeq float %ya, 0x7FF0000000000000
  %a1 = fcmp oeq float %a, 1.0
  %o2 = and i1 %yi, %a1
  %unit = or i1 %o1, %o2
  %v = select i1 %unit, float 1.0, float %v4
  ret float %v
}
;; kx.atan
; Odd polynomial up to tan(pi/8); above by (a - 1) / (a + 1) from pi/4, above tan(3 pi/8) by -1/a from pi/2.
define internal float @kx.atan(float %x) alwaysinline {
  %a = call float @llvm.fabs.f32(float %x)
  %big = fcmp ogt float %a, 0x4003504F40000000
  %mid = fcmp ogt float %a, 0x3FDA8279A0000000
  %am = fadd float %a, -1.0
  %ap = fadd float %a, 1.0
  %n0 = select i1 %mid, float %am, float %a
  %d0 = select i1 %mid, float %ap, float 1.0
  %num = select i1 %big, float -1.0, float %n0
  %den = select i1 %big, float %a, float %d0
  %t = fdiv float %num, %den
  %s = fmul float %t, %t
  %p0 = call float @llvm.fma.f32(float 0xBFAF25B320000000, float %s, float 0x3FBB2031E0000000)
  %p1 = call float @llvm.fma.f32(float %p0, float %s, float 0xBFC23B6CA0000000)
  %p2 = call float @llvm.fma.f32(float %p1, float %s, float 0x3FC9991AE0000000)
  %p = call float @llvm.fma.f32(float %p2, float %s, float 0xBFD55554A0000000)
  %ts = fmul float %t, %s
  %r = call float @llvm.fma.f32(float %ts, float %p, float %t)
  %h0 = select i1 %mid, float 0x3FE921FB60000000, float 0.0
  %hi = select i1 %big, float 0x3FF921FB60000000, float %h0
  %l0 = select i1 %mid, float 0xBE5777A5C0000000, float 0.0
  %lo = select i1 %big, float 0xBE6777A5C0000000, float %l0
  %r1 = fadd float %r, %lo
  %y0 = fadd float %hi, %r1
  %y = call float @llvm.copysign.f32(float %y0, float %x)
  ret float %y
}
;; kx.turns
; 2^k 2/pi mod 4 for k = 0 .. 104: 27 bits behind the point, and the rest.
@kx.turns = internal unnamed_addr constant [210 x double] [
  double 0x3FE45F306C000000, double 0x3E2C9C882A53F84F, double 0x3FF45F306C000000, double 0x3E3C9C882A53F84F,
  double 0x40045F306D000000, double 0x3E39391054A7F09D, double 0x3FF17CC1B6000000, double 0x3E327220A94FE13B,
  double 0x40017CC1B7000000, double 0x3E1391054A7F09D6, double 0x3FD7CC1B70000000, double 0x3E2391054A7F09D6,
  double 0x3FE7CC1B70000000, double 0x3E3391054A7F09D6, double 0x3FF7CC1B72000000, double 0x3E1C882A53F84EB0,
  double 0x4007CC1B72000000, double 0x3E2C882A53F84EB0, double 0x3FFF306DC8000000, double 0x3E3C882A53F84EB0,
  double 0x400F306DC9000000, double 0x3E391054A7F09D5F, double 0x400E60DB93000000, double 0x3E3220A94FE13ABF,
  double 0x400CC1B727000000, double 0x3E11054A7F09D5F4, double 0x4009836E4E000000, double 0x3E21054A7F09D5F4,
  double 0x400306DC9C000000, double 0x3E31054A7F09D5F4, double 0x3FE836E4E4000000, double 0x3E0054A7F09D5F48,
  double 0x3FF836E4E4000000, double 0x3E1054A7F09D5F48, double 0x400836E4E4000000, double 0x3E2054A7F09D5F48,
  double 0x40006DC9C8000000, double 0x3E3054A7F09D5F48, double 0x3FBB727220000000, double 0x3DE529FC2757D1F5,
  double 0x3FCB727220000000, double 0x3DF529FC2757D1F5, double 0x3FDB727220000000, double 0x3E0529FC2757D1F5,
  double 0x3FEB727220000000, double 0x3E1529FC2757D1F5, double 0x3FFB727220000000, double 0x3E2529FC2757D1F5,
  double 0x400B727220000000, double 0x3E3529FC2757D1F5, double 0x4006E4E441000000, double 0x3E24A7F09D5F47D5,
  double 0x3FFB939104000000, double 0x3E34A7F09D5F47D5, double 0x400B939105000000, double 0x3E229FC2757D1F53,
  double 0x400727220A000000, double 0x3E329FC2757D1F53, double 0x3FFC9C882A000000, double 0x3E14FE13ABE8FA9A,
  double 0x400C9C882A000000, double 0x3E24FE13ABE8FA9A, double 0x4009391054000000, double 0x3E34FE13ABE8FA9A,
  double 0x40027220A9000000, double 0x3E23F84EAFA3EA6A, double 0x3FE3910548000000, double 0x3E33F84EAFA3EA6A,
  double 0x3FF391054A000000, double 0x3E1FC2757D1F534E, double 0x400391054A000000, double 0x3E2FC2757D1F534E,
  double 0x3FEC882A50000000, double 0x3E3FC2757D1F534E, double 0x3FFC882A52000000, double 0x3E3F84EAFA3EA69C,
  double 0x400C882A53000000, double 0x3E3F09D5F47D4D37, double 0x40091054A7000000, double 0x3E3E13ABE8FA9A6F,
  double 0x400220A94F000000, double 0x3E3C2757D1F534DE, double 0x3FE1054A7C000000, double 0x3E384EAFA3EA69BC,
  double 0x3FF1054A7E000000, double 0x3E309D5F47D4D377, double 0x4001054A7F000000, double 0x3DF3ABE8FA9A6EE0,
  double 0x3FD054A7F0000000, double 0x3E03ABE8FA9A6EE0, double 0x3FE054A7F0000000, double 0x3E13ABE8FA9A6EE0,
  double 0x3FF054A7F0000000, double 0x3E23ABE8FA9A6EE0, double 0x400054A7F0000000, double 0x3E33ABE8FA9A6EE0,
  double 0x3FB529FC20000000, double 0x3E1D5F47D4D37703, double 0x3FC529FC20000000, double 0x3E2D5F47D4D37703,
  double 0x3FD529FC20000000, double 0x3E3D5F47D4D37703, double 0x3FE529FC24000000, double 0x3E3ABE8FA9A6EE07,
  double 0x3FF529FC26000000, double 0x3E357D1F534DDC0E, double 0x400529FC27000000, double 0x3E25F47D4D377037,
  double 0x3FF4A7F09C000000, double 0x3E35F47D4D377037, double 0x4004A7F09D000000, double 0x3E27D1F534DDC0DB,
  double 0x3FF29FC274000000, double 0x3E37D1F534DDC0DB, double 0x40029FC275000000, double 0x3E2F47D4D377036E,
  double 0x3FE4FE13A8000000, double 0x3E3F47D4D377036E, double 0x3FF4FE13AA000000, double 0x3E3E8FA9A6EE06DB,
  double 0x4004FE13AB000000, double 0x3E3D1F534DDC0DB6, double 0x3FF3F84EAE000000, double 0x3E3A3EA69BB81B6C,
  double 0x4003F84EAF000000, double 0x3E347D4D377036D9, double 0x3FEFC2757C000000, double 0x3E21F534DDC0DB63,
  double 0x3FFFC2757C000000, double 0x3E31F534DDC0DB63, double 0x400FC2757D000000, double 0x3E0F534DDC0DB629,
  double 0x400F84EAFA000000, double 0x3E1F534DDC0DB629, double 0x400F09D5F4000000, double 0x3E2F534DDC0DB629,
  double 0x400E13ABE8000000, double 0x3E3F534DDC0DB629, double 0x400C2757D1000000, double 0x3E3EA69BB81B6C53,
  double 0x40084EAFA3000000, double 0x3E3D4D377036D8A5, double 0x40009D5F47000000, double 0x3E3A9A6EE06DB14B,
  double 0x3FC3ABE8F0000000, double 0x3E3534DDC0DB6296, double 0x3FD3ABE8F8000000, double 0x3E24D377036D8A56,
  double 0x3FE3ABE8F8000000, double 0x3E34D377036D8A56, double 0x3FF3ABE8FA000000, double 0x3E234DDC0DB6295A,
  double 0x4003ABE8FA000000, double 0x3E334DDC0DB6295A, double 0x3FED5F47D4000000, double 0x3E1A6EE06DB14ACD,
  double 0x3FFD5F47D4000000, double 0x3E2A6EE06DB14ACD, double 0x400D5F47D4000000, double 0x3E3A6EE06DB14ACD,
  double 0x400ABE8FA9000000, double 0x3E34DDC0DB629599, double 0x40057D1F53000000, double 0x3E2377036D8A5665,
  double 0x3FF5F47D4C000000, double 0x3E3377036D8A5665, double 0x4005F47D4D000000, double 0x3E1BB81B6C52B328,
  double 0x3FF7D1F534000000, double 0x3E2BB81B6C52B328, double 0x4007D1F534000000, double 0x3E3BB81B6C52B328,
  double 0x3FFF47D4D2000000, double 0x3E377036D8A5664F, double 0x400F47D4D3000000, double 0x3E2DC0DB6295993C,
  double 0x400E8FA9A6000000, double 0x3E3DC0DB6295993C, double 0x400D1F534D000000, double 0x3E3B81B6C52B3279,
  double 0x400A3EA69B000000, double 0x3E37036D8A5664F1, double 0x40047D4D37000000, double 0x3E2C0DB6295993C4,
  double 0x3FF1F534DC000000, double 0x3E3C0DB6295993C4, double 0x4001F534DD000000, double 0x3E381B6C52B32788,
  double 0x3FDF534DD8000000, double 0x3E3036D8A5664F11, double 0x3FEF534DDC000000, double 0x3DDB6C52B3278872,
  double 0x3FFF534DDC000000, double 0x3DEB6C52B3278872, double 0x400F534DDC000000, double 0x3DFB6C52B3278872,
  double 0x400EA69BB8000000, double 0x3E0B6C52B3278872, double 0x400D4D3770000000, double 0x3E1B6C52B3278872,
  double 0x400A9A6EE0000000, double 0x3E2B6C52B3278872, double 0x400534DDC0000000, double 0x3E3B6C52B3278872,
  double 0x3FF4D37702000000, double 0x3E36D8A5664F10E4, double 0x4004D37703000000, double 0x3E2B6295993C4390,
  double 0x3FF34DDC0C000000, double 0x3E3B6295993C4390
]
;; kx.sine kx.turns
; sin(x + shift pi/2). x = 2^k y with |y| < 2^24, so y times the table's first number is exact (Payne and Hanek's
; method with a table), and its nearest integer is taken off without error; the rest, in quarters of a turn, is good
; to 2^-56, where no single-precision number comes nearer to a multiple of pi/2 than 2^-30.
define internal float @kx.sine(float %x, i32 %shift) alwaysinline {
  %xb = bitcast float %x to i32
  %e0 = lshr i32 %xb, 23
  %e1 = and i32 %e0, 255
  %k0 = sub i32 %e1, 150
  %inside = icmp slt i32 %k0, 0
  %k1 = select i1 %inside, i32 0, i32 %k0
  %over = icmp sgt i32 %k1, 104
  %k = select i1 %over, i32 104, i32 %k1
  %kz = zext i32 %k to i64
  %eb = sub i64 1023, %kz
  %ei = shl i64 %eb, 52
  %scale = bitcast i64 %ei to double
  %xd = fpext float %x to double
  %y = fmul double %xd, %scale
  %i = shl i64 %kz, 1
  %j = or i64 %i, 1
  %ph = getelementptr inbounds [210 x double], ptr @kx.turns, i64 0, i64 %i
  %pl = getelementptr inbounds [210 x double], ptr @kx.turns, i64 0, i64 %j
  %hi = load double, ptr %ph
  %lo = load double, ptr %pl
  %whole = fmul double %y, %hi
  %t = fadd double %whole, 0x4338000000000000
  %q = fsub double %t, 0x4338000000000000
  %f0 = fsub double %whole, %q
  %f = call double @llvm.fma.f64(double %y, double %lo, double %f0)
  %rd = fmul double %f, 0x3FF921FB54442D18
  %r = fptrunc double %rd to float
  %s = fmul float %r, %r
  %ps0 = call float @llvm.fma.f32(float 0x3EC6CD87A0000000, float %s, float 0xBF2A00F9E0000000)
  %ps1 = call float @llvm.fma.f32(float %ps0, float %s, float 0x3F81111080000000)
  %ps = call float @llvm.fma.f32(float %ps1, float %s, float 0xBFC5555560000000)
  %rs = fmul float %r, %s
  %sine = call float @llvm.fma.f32(float %rs, float %ps, float %r)
  %pc0 = call float @llvm.fma.f32(float 0xBE9242AEE0000000, float %s, float 0x3EFA011200000000)
  %pc1 = call float @llvm.fma.f32(float %pc0, float %s, float 0xBF56C16B80000000)
  %pc = call float @llvm.fma.f32(float %pc1, float %s, float 0x3FA5555560000000)
  %s2 = fmul float %s, %s
  %c0 = call float @llvm.fma.f32(float %s, float -0.5, float 1.0)
  %cosine = call float @llvm.fma.f32(float %s2, float %pc, float %c0)
  %tb = bitcast double %t to i64
  %ti = trunc i64 %tb to i32
  %n = add i32 %ti, %shift
  %n1 = and i32 %n, 1
  %odd = icmp ne i32 %n1, 0
  %v = select i1 %odd, float %cosine, float %sine
  %n2 = and i32 %n, 2
  %sign = shl i32 %n2, 30
  %vb = bitcast float %v to i32
  %yb = xor i32 %vb, %sign
  %w = bitcast i32 %yb to float
  ret float %w
}
;; kx.sin kx.turns kx.sine
define internal float @kx.sin(float %x) alwaysinline {
  %y0 = call float @kx.sine(float %x, i32 0)
  %zero = fcmp oeq float %x, 0.0
  %y = select i1 %zero, float %x, float %y0
  ret float %y
}
;; kx.cos kx.turns kx.sine
define internal float @kx.cos(float %x) alwaysinline {
  %y = call float @kx.sine(float %x, i32 1)
  ret float %y
}
;; kx.stream
; Copies bytes past the caches: a line at a time where lines begin, word by word before and behind.
define internal void @kx.stream(ptr %to, ptr %from, i64 %bytes) noinline {
entry:
  %at = ptrtoint ptr %to to i64
  %neg = sub i64 0, %at
  %gap = and i64 %neg, 63
  %short = icmp ult i64 %bytes, %gap
  %head = select i1 %short, i64 %bytes, i64 %gap
  %left = sub i64 %bytes, %head
  %lines = and i64 %left, -64
  %tail = add i64 %head, %lines
  br label %before
before:
  %i = phi i64 [ 0, %entry ], [ %i1, %word ]
  %more = icmp ult i64 %i, %head
  br i1 %more, label %word, label %middle
word:
  %wf = getelementptr i8, ptr %from, i64 %i
  %wt = getelementptr i8, ptr %to, i64 %i
  %w = load i32, ptr %wf, align 4
  store i32 %w, ptr %wt, align 4
  %i1 = add i64 %i, 4
  br label %before
middle:
  %j = phi i64 [ %head, %before ], [ %j1, %line ]
  %lmore = icmp ult i64 %j, %tail
  br i1 %lmore, label %line, label %behind
line:
  %lf = getelementptr i8, ptr %from, i64 %j
  %lt = getelementptr i8, ptr %to, i64 %j
  %l = load <16 x i32>, ptr %lf, align 4
  store <16 x i32> %l, ptr %lt, align 64, !nontemporal !{i32 1}
  %j1 = add i64 %j, 64
  br label %middle
behind:
  %k = phi i64 [ %tail, %middle ], [ %k1, %last ]
  %kmore = icmp ult i64 %k, %bytes
  br i1 %kmore, label %last, label %done
last:
  %kf = getelementptr i8, ptr %from, i64 %k
  %kt = getelementptr i8, ptr %to, i64 %k
  %kw = load i32, ptr %kf, align 4
  store i32 %kw, ptr %kt, align 4
  %k1 = add i64 %k, 4
  br label %behind
done:
  ret void
}
