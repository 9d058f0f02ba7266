package kortex.dsl

/** Marks the builders: inside `{ }` only the innermost one answers, so that layers don't land in an outer network. */
@DslMarker
@Target(AnnotationTarget.CLASS, AnnotationTarget.TYPE)
@Retention(AnnotationRetention.BINARY)
public annotation class NnDsl

/** What the axes of a network's input or output mean, as a type. It has no values. */
public sealed interface SignalKind

/** What a network should answer, as a type. It has no values. */
public sealed interface TargetKind

/** Pictures: `[batch, channels, height, width]`. */
public sealed interface Image : SignalKind

/** Vectors of numbers: `[batch, features]`. */
public sealed interface Features : SignalKind

/** One class for each example: `i32[batch]`, counted from 0. */
public sealed interface Classes : TargetKind

/** Numbers for each example, as in regression: `[batch, values]`. */
public sealed interface Values : TargetKind
