package kortex.bench

import kortex.session.Precision

/** A piece of work that is measured, in a process of its own. */
public interface Workload {
    /** Its short name, as in `nn bench steps W3`. */
    public val id: String

    /** What it does, in a few words. */
    public val work: String

    /**
     * Prepares what the first step finds in memory; compiling is part of the first step. Products run in [precision].
     */
    public fun open(precision: Precision = Precision.F32): Prepared
}

/** A workload that is ready for its first step. */
public interface Prepared {
    /** Does the work once, to the end. Returns the loss where there is one. */
    public fun step(): Double?

    /** What is true of the workload and not of its time: `params=195`. */
    public val facts: String get() = ""

    /** What a median time in milliseconds means: `GFLOPs=110.2`. */
    public fun rate(milliseconds: Double): String = ""
}

/** All workloads by their name, in the order of the table. */
internal val WORKLOADS: Map<String, Workload> = (TRAININGS + INFERENCES + SINGLE_OPS).associateBy { it.id }
