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
;; kx.log
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
  %far = call float @llvm.copysign.f32(float %far0, float %x)
  %small = fcmp olt float %a, 0x3FE4000000000000
  %y = select i1 %small, float %near, float %far
  ret float %y
}
;; kx.erf kx.exp
; Near 0 an odd polynomial, elsewhere 1 - e^q(x) with q a polynomial fit of log erfc; 1 from 4 on.
define internal float @kx.erf(float %x) alwaysinline {
  %a = call float @llvm.fabs.f32(float %x)
  %s = fmul float %x, %x
  %p0 = call float @llvm.fma.f32(float 0x3F1496A320000000, float %s, float 0xBF4A3F7000000000)
  %p1 = call float @llvm.fma.f32(float %p0, float %s, float 0x3F75405B20000000)
  %p2 = call float @llvm.fma.f32(float %p1, float %s, float 0xBF9B7F90E0000000)
  %p3 = call float @llvm.fma.f32(float %p2, float %s, float 0x3FBCE2CF80000000)
  %p4 = call float @llvm.fma.f32(float %p3, float %s, float 0xBFD81273E0000000)
  %p = call float @llvm.fma.f32(float %p4, float %s, float 0x3FF20DD740000000)
  %near = fmul float %x, %p
  %over = fcmp ogt float %a, 4.0
  %c = select i1 %over, float 4.0, float %a
  %q0 = call float @llvm.fma.f32(float 0xBEF6C067C0000000, float %c, float 0x3F3CEEADE0000000)
  %q1 = call float @llvm.fma.f32(float %q0, float %c, float 0xBF71398F40000000)
  %q2 = call float @llvm.fma.f32(float %q1, float %c, float 0x3F99D0BD20000000)
  %q3 = call float @llvm.fma.f32(float %q2, float %c, float 0xBFBBC18CE0000000)
  %q4 = call float @llvm.fma.f32(float %q3, float %c, float 0xBFE4434F00000000)
  %q5 = call float @llvm.fma.f32(float %q4, float %c, float 0xBFF212C2C0000000)
  %q = call float @llvm.fma.f32(float %q5, float %c, float 0x3F28B3E9A0000000)
  %e = call float @kx.exp(float %q)
  %far0 = fsub float 1.0, %e
  %far = call float @llvm.copysign.f32(float %far0, float %x)
  %small = fcmp olt float %a, 1.0
  %y = select i1 %small, float %near, float %far
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
