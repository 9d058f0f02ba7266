package kortex.script.host

/** What `nn` tells its caller. A script that calls `exitProcess` chooses its own. */
public object ExitCode {
    /** All is well. */
    public const val OK: Int = 0

    /** The script failed while it ran. */
    public const val FAILED: Int = 1

    /** The command line is wrong: an unknown flag, an ill-typed value, a missing file. */
    public const val USAGE: Int = 2

    /** The machine lacks something, such as a JDK. */
    public const val ENVIRONMENT: Int = 3

    /** The script doesn't compile. */
    public const val COMPILE: Int = 4
}
