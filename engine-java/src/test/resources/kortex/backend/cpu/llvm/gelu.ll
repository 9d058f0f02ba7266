; y = gelu(x * a + b) + c, elementwise over [begin, end); gelu in its tanh form.
; buffers: x, a, b, c, y. exp is a Cody-Waite reduction and a polynomial of degree 5.

define internal float @exp_(float %x0) alwaysinline {
  %lo = call float @llvm.maxnum.f32(float %x0, float -87.0)
  %x = call float @llvm.minnum.f32(float %lo, float 88.0)
  %t = fmul float %x, 0x3FF7154760000000
  %n = call float @llvm.rint.f32(float %t)
  %r1 = call float @llvm.fma.f32(float %n, float 0xBFE6300000000000, float %x)
  %r = call float @llvm.fma.f32(float %n, float 0x3F2BD01060000000, float %r1)
  %p4 = call float @llvm.fma.f32(float %r, float 0x3F81111120000000, float 0x3FA5555560000000)
  %p3 = call float @llvm.fma.f32(float %r, float %p4, float 0x3FC5555560000000)
  %p2 = call float @llvm.fma.f32(float %r, float %p3, float 0.5)
  %p1 = call float @llvm.fma.f32(float %r, float %p2, float 1.0)
  %p0 = call float @llvm.fma.f32(float %r, float %p1, float 1.0)
  %i = fptosi float %n to i32
  %e = add i32 %i, 127
  %s = shl i32 %e, 23
  %scale = bitcast i32 %s to float
  %y = fmul float %p0, %scale
  ret float %y
}

define internal float @gelu_(float %x) alwaysinline {
  %x2 = fmul float %x, %x
  %k = call float @llvm.fma.f32(float %x2, float 0x3FB2444880000000, float 0x3FF9884540000000)
  %u = fmul float %x, %k
  %m = fneg float %u
  %e = call float @exp_(float %m)
  %d = fadd float %e, 1.0
  %y = fdiv float %x, %d
  ret float %y
}

define void @gelu(ptr %buffers, i64 %begin, i64 %end) {
entry:
  %p1 = getelementptr ptr, ptr %buffers, i64 1
  %p2 = getelementptr ptr, ptr %buffers, i64 2
  %p3 = getelementptr ptr, ptr %buffers, i64 3
  %p4 = getelementptr ptr, ptr %buffers, i64 4
  %x = load ptr, ptr %buffers
  %a = load ptr, ptr %p1
  %b = load ptr, ptr %p2
  %c = load ptr, ptr %p3
  %y = load ptr, ptr %p4
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %loop, label %done

loop:
  %i = phi i64 [ %begin, %entry ], [ %next, %loop ]
  %xp = getelementptr float, ptr %x, i64 %i
  %ap = getelementptr float, ptr %a, i64 %i
  %bp = getelementptr float, ptr %b, i64 %i
  %cp = getelementptr float, ptr %c, i64 %i
  %yp = getelementptr float, ptr %y, i64 %i
  %xv = load float, ptr %xp, !llvm.access.group !1
  %av = load float, ptr %ap, !llvm.access.group !1
  %bv = load float, ptr %bp, !llvm.access.group !1
  %cv = load float, ptr %cp, !llvm.access.group !1
  %z = call float @llvm.fma.f32(float %xv, float %av, float %bv)
  %g = call float @gelu_(float %z)
  %r = fadd float %g, %cv
  store float %r, ptr %yp, !llvm.access.group !1
  %next = add nsw i64 %i, 1
  %more = icmp slt i64 %next, %end
  br i1 %more, label %loop, label %done, !llvm.loop !0

done:
  ret void
}

declare float @llvm.maxnum.f32(float, float)
declare float @llvm.minnum.f32(float, float)
declare float @llvm.rint.f32(float)
declare float @llvm.fma.f32(float, float, float)

; The accesses of one iteration touch nothing another iteration writes: no run-time overlap checks.
!0 = distinct !{!0, !2}
!1 = distinct !{}
!2 = !{!"llvm.loop.parallel_accesses", !1}
