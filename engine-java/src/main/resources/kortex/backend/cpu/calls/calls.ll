; Walks a table of calls. A call is eight words: its kind, then what CallTable puts there.
; run_calls returns the number of the call that it stopped at, or %to when all are done.

%call = type [8 x i64]
%job = type { ptr, ptr, i64, i64 }

declare i32 @omp_get_thread_num()
declare i32 @omp_get_num_threads()
declare void @omp_set_num_threads(i32)
declare void @GOMP_parallel(ptr, ptr, i32, i32)
declare i32 @dnnl_primitive_execute(ptr, ptr, i32, ptr)
declare i32 @dnnl_memory_set_data_handle(ptr, ptr)
declare ptr @memcpy(ptr, ptr, i64)
declare i64 @llvm.umin.i64(i64, i64)

; One part of a kernel's range, the same for each run: part %thread of %threads.
define internal void @share(ptr %job, i64 %thread, i64 %threads) {
  %kernel = load ptr, ptr %job
  %buffersAt = getelementptr %job, ptr %job, i64 0, i32 1
  %extentAt = getelementptr %job, ptr %job, i64 0, i32 2
  %alignAt = getelementptr %job, ptr %job, i64 0, i32 3
  %buffers = load ptr, ptr %buffersAt
  %extent = load i64, ptr %extentAt
  %align = load i64, ptr %alignAt
  %rounded = add i64 %extent, %align
  %last = sub i64 %rounded, 1
  %blocks = udiv i64 %last, %align
  %share = udiv i64 %blocks, %threads
  %rest = urem i64 %blocks, %threads
  %before = mul i64 %thread, %share
  %extra = call i64 @llvm.umin.i64(i64 %thread, i64 %rest)
  %first = add i64 %before, %extra
  %onemore = icmp ult i64 %thread, %rest
  %one = zext i1 %onemore to i64
  %count = add i64 %share, %one
  %after = add i64 %first, %count
  %begin = mul i64 %first, %align
  %bound = mul i64 %after, %align
  %end = call i64 @llvm.umin.i64(i64 %bound, i64 %extent)
  %some = icmp ugt i64 %count, 0
  br i1 %some, label %run, label %done

run:
  call void %kernel(ptr %buffers, i64 %begin, i64 %end)
  br label %done

done:
  ret void
}

; What one thread does of a kernel. A team has always all threads, some perhaps with an empty part:
; OpenMP would end the workers that a smaller team leaves over, and start new ones for the next.
define internal void @part(ptr %job) {
  %thread32 = call i32 @omp_get_thread_num()
  %threads32 = call i32 @omp_get_num_threads()
  %thread = zext i32 %thread32 to i64
  %threads = zext i32 %threads32 to i64
  call void @share(ptr %job, i64 %thread, i64 %threads)
  ret void
}

; What one thread does of several kernels that don't wait for one another. Each begins with another
; thread, so that those of a single block are shared out as well.
define internal void @parts(ptr %pass) {
  %thread32 = call i32 @omp_get_thread_num()
  %threads32 = call i32 @omp_get_num_threads()
  %thread = zext i32 %thread32 to i64
  %threads = zext i32 %threads32 to i64
  call void @pass(ptr %pass, i64 %thread, i64 %threads)
  ret void
}

define internal void @pass(ptr %pass, i64 %thread, i64 %threads) {
entry:
  %jobsAt = getelementptr i64, ptr %pass, i64 1
  %count = load i64, ptr %pass
  %jobs = load ptr, ptr %jobsAt
  br label %loop

loop:
  %i = phi i64 [ 0, %entry ], [ %next, %again ]
  %more = icmp ult i64 %i, %count
  br i1 %more, label %again, label %done

again:
  %job = getelementptr %job, ptr %jobs, i64 %i
  %turned = add i64 %thread, %i
  %turn = urem i64 %turned, %threads
  call void @share(ptr %job, i64 %turn, i64 %threads)
  %next = add i64 %i, 1
  br label %loop

done:
  ret void
}

; Patches: kind (0 a pointer in memory, 1 a memory of oneDNN), target, base, stride. Word "base" is
; where round 0 has its slice.
define internal void @patch(ptr %patches, i64 %count, i64 %index) {
entry:
  %none = icmp eq i64 %count, 0
  br i1 %none, label %done, label %loop

loop:
  %i = phi i64 [ 0, %entry ], [ %next, %again ]
  %p = getelementptr [4 x i64], ptr %patches, i64 %i
  %targetAt = getelementptr i64, ptr %p, i64 1
  %baseAt = getelementptr i64, ptr %p, i64 2
  %strideAt = getelementptr i64, ptr %p, i64 3
  %kind = load i64, ptr %p
  %target = load ptr, ptr %targetAt
  %base = load ptr, ptr %baseAt
  %stride = load i64, ptr %strideAt
  %offset = mul i64 %stride, %index
  %address = getelementptr i8, ptr %base, i64 %offset
  %pointer = icmp eq i64 %kind, 0
  br i1 %pointer, label %store, label %handle

store:
  store ptr %address, ptr %target
  br label %again

handle:
  %status = call i32 @dnnl_memory_set_data_handle(ptr %target, ptr %address)
  br label %again

again:
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done

done:
  ret void
}

; Rounds of a loop: patches, then the calls of its body. False when a call stopped.
define internal i1 @rounds(ptr %e) {
entry:
  %bodyAt = getelementptr i64, ptr %e, i64 1
  %lengthAt = getelementptr i64, ptr %e, i64 2
  %roundsAt = getelementptr i64, ptr %e, i64 3
  %patchesAt = getelementptr i64, ptr %e, i64 4
  %patchCountAt = getelementptr i64, ptr %e, i64 5
  %reverseAt = getelementptr i64, ptr %e, i64 6
  %stoppedAt = getelementptr i64, ptr %e, i64 7
  %body = load ptr, ptr %bodyAt
  %length = load i64, ptr %lengthAt
  %rounds = load i64, ptr %roundsAt
  %patches = load ptr, ptr %patchesAt
  %patchCount = load i64, ptr %patchCountAt
  %reverse = load i64, ptr %reverseAt
  %backward = icmp ne i64 %reverse, 0
  br label %head

head:
  %r = phi i64 [ 0, %entry ], [ %next, %advance ]
  %more = icmp slt i64 %r, %rounds
  br i1 %more, label %round, label %done

round:
  %left = sub i64 %rounds, %r
  %mirrored = sub i64 %left, 1
  %index = select i1 %backward, i64 %mirrored, i64 %r
  call void @patch(ptr %patches, i64 %patchCount, i64 %index)
  %reached = call i64 @run_calls(ptr %body, i64 0, i64 %length)
  %all = icmp eq i64 %reached, %length
  br i1 %all, label %advance, label %stopped

advance:
  %next = add i64 %r, 1
  br label %head

stopped:
  store i64 %reached, ptr %stoppedAt
  ret i1 false

done:
  ret i1 true
}

; Positions of indices; false when one is outside.
define internal i1 @bounded32(ptr %in, ptr %out, i64 %count, i64 %size, i64 %wrap) {
entry:
  %none = icmp eq i64 %count, 0
  br i1 %none, label %done, label %loop

loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %bad = phi i1 [ false, %entry ], [ %worse, %loop ]
  %at = getelementptr i32, ptr %in, i64 %i
  %to = getelementptr i64, ptr %out, i64 %i
  %narrow = load i32, ptr %at, align 4
  %number = sext i32 %narrow to i64
  %below = icmp slt i64 %number, 0
  %shift = select i1 %below, i64 %wrap, i64 0
  %position = add i64 %number, %shift
  store i64 %position, ptr %to, align 8
  %outside = icmp uge i64 %position, %size
  %worse = or i1 %bad, %outside
  %next = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done

done:
  %any = phi i1 [ false, %entry ], [ %worse, %loop ]
  %fine = xor i1 %any, true
  ret i1 %fine
}

define internal i1 @bounded64(ptr %in, ptr %out, i64 %count, i64 %size, i64 %wrap) {
entry:
  %none = icmp eq i64 %count, 0
  br i1 %none, label %done, label %loop

loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %bad = phi i1 [ false, %entry ], [ %worse, %loop ]
  %at = getelementptr i64, ptr %in, i64 %i
  %to = getelementptr i64, ptr %out, i64 %i
  %number = load i64, ptr %at, align 8
  %below = icmp slt i64 %number, 0
  %shift = select i1 %below, i64 %wrap, i64 0
  %position = add i64 %number, %shift
  store i64 %position, ptr %to, align 8
  %outside = icmp uge i64 %position, %size
  %worse = or i1 %bad, %outside
  %next = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done

done:
  %any = phi i1 [ false, %entry ], [ %worse, %loop ]
  %fine = xor i1 %any, true
  ret i1 %fine
}

define i64 @run_calls(ptr %table, i64 %from, i64 %to) {
entry:
  br label %head

head:
  %i = phi i64 [ %from, %entry ], [ %next, %advance ]
  %more = icmp slt i64 %i, %to
  br i1 %more, label %call, label %stop

advance:
  %next = add i64 %i, 1
  br label %head

stop:
  ret i64 %i

call:
  %e = getelementptr %call, ptr %table, i64 %i
  %at1 = getelementptr i64, ptr %e, i64 1
  %at2 = getelementptr i64, ptr %e, i64 2
  %at3 = getelementptr i64, ptr %e, i64 3
  %at4 = getelementptr i64, ptr %e, i64 4
  %at5 = getelementptr i64, ptr %e, i64 5
  %at7 = getelementptr i64, ptr %e, i64 7
  %kind = load i64, ptr %e
  switch i64 %kind, label %stop [
    i64 1, label %here
    i64 2, label %team
    i64 3, label %copy
    i64 4, label %library
    i64 5, label %threads
    i64 6, label %loop
    i64 7, label %branch
    i64 8, label %bounded
    i64 9, label %pass
  ]

here:
  %kernel = load ptr, ptr %at1
  %buffers = load ptr, ptr %at2
  %extent = load i64, ptr %at3
  call void %kernel(ptr %buffers, i64 0, i64 %extent)
  br label %advance

team:
  %size = load i64, ptr %at5
  %size32 = trunc i64 %size to i32
  call void @GOMP_parallel(ptr @part, ptr %at1, i32 %size32, i32 0)
  br label %advance

pass:
  %passSize = load i64, ptr %at5
  %passSize32 = trunc i64 %passSize to i32
  call void @GOMP_parallel(ptr @parts, ptr %at1, i32 %passSize32, i32 0)
  br label %advance

copy:
  %copyTo = load ptr, ptr %at1
  %copyFrom = load ptr, ptr %at2
  %bytes = load i64, ptr %at3
  %copied = call ptr @memcpy(ptr %copyTo, ptr %copyFrom, i64 %bytes)
  br label %advance

library:
  %primitive = load ptr, ptr %at1
  %stream = load ptr, ptr %at2
  %count = load i64, ptr %at3
  %count32 = trunc i64 %count to i32
  %arguments = load ptr, ptr %at4
  %status = call i32 @dnnl_primitive_execute(ptr %primitive, ptr %stream, i32 %count32, ptr %arguments)
  %success = icmp eq i32 %status, 0
  br i1 %success, label %advance, label %failed

failed:
  %status64 = sext i32 %status to i64
  store i64 %status64, ptr %at7
  ret i64 %i

threads:
  %wanted = load i64, ptr %at1
  %wanted32 = trunc i64 %wanted to i32
  call void @omp_set_num_threads(i32 %wanted32)
  br label %advance

loop:
  %looped = call i1 @rounds(ptr %e)
  br i1 %looped, label %advance, label %stop

branch:
  %predicateAt = load ptr, ptr %at1
  %predicate = load i8, ptr %predicateAt
  %yes = icmp ne i8 %predicate, 0
  %thenAt = select i1 %yes, ptr %at2, ptr %at4
  %lengthAt = getelementptr i64, ptr %thenAt, i64 1
  %arm = load ptr, ptr %thenAt
  %length = load i64, ptr %lengthAt
  %reached = call i64 @run_calls(ptr %arm, i64 0, i64 %length)
  %all = icmp eq i64 %reached, %length
  br i1 %all, label %advance, label %armStopped

armStopped:
  store i64 %reached, ptr %at7
  ret i64 %i

bounded:
  %in = load ptr, ptr %at1
  %out = load ptr, ptr %at2
  %numbers = load i64, ptr %at3
  %limit = load i64, ptr %at4
  %wrap = load i64, ptr %at5
  %at6 = getelementptr i64, ptr %e, i64 6
  %width = load i64, ptr %at6
  %wide = icmp eq i64 %width, 8
  br i1 %wide, label %wideBounds, label %narrowBounds

wideBounds:
  %fine64 = call i1 @bounded64(ptr %in, ptr %out, i64 %numbers, i64 %limit, i64 %wrap)
  br i1 %fine64, label %advance, label %stop

narrowBounds:
  %fine32 = call i1 @bounded32(ptr %in, ptr %out, i64 %numbers, i64 %limit, i64 %wrap)
  br i1 %fine32, label %advance, label %stop
}
