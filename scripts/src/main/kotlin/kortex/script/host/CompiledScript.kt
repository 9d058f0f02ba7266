package kortex.script.host

import kortex.dsl.params.DeclaredParam
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.DataInputStream
import java.io.DataOutputStream
import java.io.IOException
import java.nio.file.Path
import java.util.zip.CRC32

/**
 * A compiled script with everything it was made from, so that whether it is still good is a plain comparison.
 *
 * @property environment the compiler, JDK and jars it was compiled with
 * @property sources the script and all that it imports, the script first
 * @property mainClass the script's class
 * @property params the parameters that the script and its imports declare
 * @property takesArguments whether the script reads `args`
 * @property classes the class files by binary name
 */
public class CompiledScript(
    public val environment: String,
    public val sources: List<ScriptSource>,
    public val mainClass: String,
    public val params: List<DeclaredParam>,
    public val takesArguments: Boolean,
    public val classes: Map<String, ByteArray>
) {
    /** The source that the file [name] of a stack frame stands for. */
    public fun source(name: String?): ScriptSource? = sources.find { it.name == name }

    /** As bytes that [decode] reads and whose damage it notices. */
    public fun encode(): ByteArray {
        val body = ByteArrayOutputStream()
        DataOutputStream(body).use(::write)
        val bytes = body.toByteArray()
        val whole = ByteArrayOutputStream(bytes.size + HEADER)
        DataOutputStream(whole).use {
            it.writeInt(MAGIC)
            it.writeLong(checksum(bytes, 0, bytes.size))
            it.write(bytes)
        }
        return whole.toByteArray()
    }

    private fun write(out: DataOutputStream) {
        out.writeText(environment)
        out.writeList(sources) { writeSource(it) }
        out.writeText(mainClass)
        out.writeList(params) {
            writeText(it.name)
            writeBoolean(it.isSwitch)
        }
        out.writeBoolean(takesArguments)
        out.writeList(classes.entries) { (name, bytes) ->
            writeText(name)
            writeInt(bytes.size)
            write(bytes)
        }
    }

    /** Reads what [encode] wrote. */
    public companion object {
        private const val MAGIC = 0x4b4e4e31
        private const val HEADER = Int.SIZE_BYTES + Long.SIZE_BYTES

        /** The script in [bytes], or null when they are damaged or of another format. */
        public fun decode(bytes: ByteArray): CompiledScript? {
            if (bytes.size < HEADER) return null
            val input = DataInputStream(ByteArrayInputStream(bytes))
            if (input.readInt() != MAGIC) return null
            if (input.readLong() != checksum(bytes, HEADER, bytes.size - HEADER)) return null
            return try {
                read(input)
            } catch (_: IOException) {
                null
            }
        }

        private fun read(input: DataInputStream) = CompiledScript(
            environment = input.readText(),
            sources = input.readList { readSource() },
            mainClass = input.readText(),
            params = input.readList { DeclaredParam(readText(), readBoolean()) },
            takesArguments = input.readBoolean(),
            classes = input.readList { readText() to readNBytes(readInt()) }.toMap()
        )

        private fun checksum(bytes: ByteArray, from: Int, length: Int): Long =
            CRC32().apply { update(bytes, from, length) }.value
    }
}

internal fun DataOutputStream.writeText(text: String) {
    val bytes = text.encodeToByteArray()
    writeInt(bytes.size)
    write(bytes)
}

internal fun DataInputStream.readText(): String = readNBytes(readInt()).decodeToString()

internal inline fun <T> DataOutputStream.writeList(items: Collection<T>, writeItem: DataOutputStream.(T) -> Unit) {
    writeInt(items.size)
    for (item in items) writeItem(item)
}

internal inline fun <T> DataInputStream.readList(readItem: DataInputStream.() -> T): List<T> {
    val size = readInt()
    val items = ArrayList<T>()
    repeat(size) { items += readItem() }
    return items
}

internal fun DataOutputStream.writeSource(source: ScriptSource) {
    writeText(source.name)
    writeText(source.path?.toString().orEmpty())
    writeText(source.text)
}

internal fun DataInputStream.readSource(): ScriptSource {
    val name = readText()
    val path = readText()
    return ScriptSource(name, if (path.isEmpty()) null else Path.of(path), readText())
}
