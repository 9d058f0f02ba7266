package kortex.script.host

import kortex.dsl.params.ScriptDirectory
import kortex.dsl.params.ScriptParameters
import java.lang.reflect.InvocationTargetException

/** Runs a compiled script in this JVM: its classes in a loader of their own, imported scripts first and once each. */
public class ScriptRunner(private val script: CompiledScript) {
    private val loader = ScriptLoader(script.classes, ScriptRunner::class.java.classLoader)
    private val instances = HashMap<Class<*>, Any>()

    /** Runs the script with its [parameters]; what it throws comes out as it is. */
    public fun run(parameters: ScriptParameters) {
        val thread = Thread.currentThread()
        val before = thread.contextClassLoader
        thread.contextClassLoader = loader
        try {
            ScriptDirectory.bind(script.sources.first().folder) {
                parameters.bind { instance(loader.loadClass(script.mainClass)) }
            }
        } finally {
            thread.contextClassLoader = before
        }
    }

    /** A script's constructor is its body, and takes the instances of the scripts it imports. */
    private fun instance(type: Class<*>): Any = instances[type] ?: run {
        val constructor = type.constructors.single()
        val imports = constructor.parameterTypes.map { instance(it) }
        try {
            constructor.newInstance(*imports.toTypedArray())
        } catch (wrapped: InvocationTargetException) {
            throw wrapped.targetException
        }
    }.also { instances[type] = it }
}

/** The classes of one script. Its name marks their stack frames. */
internal class ScriptLoader(private val classes: Map<String, ByteArray>, parent: ClassLoader) :
    ClassLoader(NAME, parent) {
    override fun findClass(name: String): Class<*> {
        val bytes = classes[name] ?: throw ClassNotFoundException(name)
        return defineClass(name, bytes, 0, bytes.size)
    }

    companion object {
        const val NAME = "script"
    }
}
