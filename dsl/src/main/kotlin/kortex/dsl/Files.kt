package kortex.dsl

import kortex.dsl.params.ScriptDirectory
import kortex.train.Checkpoint
import java.nio.file.Path

/** The folder of the running script, from which all relative paths start; the current folder outside of scripts. */
public val scriptDirectory: Path get() = ScriptDirectory.current()

internal fun fileOf(path: String): Path = scriptDirectory.resolve(path).normalize()

/**
 * Saves all parameters and states as safetensors, replacing an old file as a whole or not at all.
 *
 * @param path relative to the script's folder
 * @throws kortex.tensor.StorageException when the file can't be written
 */
public fun Network<*, *>.save(path: String): Unit = Checkpoint.save(fileOf(path), model)

/**
 * Loads all parameters and states from a file that [save] or a checkpoint made.
 *
 * @param path relative to the script's folder
 * @throws kortex.tensor.DataException that lists every name and shape that doesn't fit; then nothing is loaded
 */
public fun Network<*, *>.load(path: String) {
    Checkpoint.load(fileOf(path), model)
}
