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

/** What layers compute with: everything but [Tokens]. */
public sealed interface Numbers : SignalKind

/** A signal whose last axis can be a score for each class, of which the targets [T] name one. */
public sealed interface Scores<T : TargetKind> : Numbers

/** Pictures: `[batch, channels, height, width]`. */
public sealed interface Image : Numbers

/** Vectors of numbers: `[batch, features]`. */
public sealed interface Features : Scores<Classes>

/** A vector of numbers for each step: `[batch, time, features]`. */
public sealed interface Sequence : Scores<Labels>

/** A name for each step, as text is made of: `[batch, time]` whole numbers from 0 to the vocabulary − 1. */
public sealed interface Tokens : SignalKind

/** One class for each example: `i32[batch]`, counted from 0. */
public sealed interface Classes : TargetKind

/** One class for each step of each example: `i32[batch, time]`, counted from 0. */
public sealed interface Labels : TargetKind

/** Numbers for each example, as in regression: `[batch, values]`. */
public sealed interface Values : TargetKind
