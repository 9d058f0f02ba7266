package kortex.dsl.params

import java.nio.file.Path

/** The folder that the paths in a running script are relative to; the current folder outside the script host. */
public object ScriptDirectory {
    private val CURRENT: ScopedValue<Path> = ScopedValue.newInstance()

    /** The folder for this thread. */
    public fun current(): Path = if (CURRENT.isBound) CURRENT.get() else Path.of("")

    /** Runs [block], in which paths are relative to [directory]: to be called by whatever runs a script. */
    public fun <R> bind(directory: Path, block: () -> R): R =
        ScopedValue.where(CURRENT, directory).call<R, Throwable> { block() }
}
