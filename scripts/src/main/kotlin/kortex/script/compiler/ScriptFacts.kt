package kortex.script.compiler

import kortex.dsl.params.DeclaredParam
import kortex.dsl.params.Param
import kortex.script.host.KortexScript
import java.lang.classfile.ClassFile
import java.lang.classfile.ClassModel
import java.lang.classfile.constantpool.MemberRefEntry

/** What the compiled classes of a script tell before it runs: the parameters it declares, and whether it reads `args`. */
internal class ScriptFacts(val params: List<DeclaredParam>, val takesArguments: Boolean) {
    companion object {
        private const val SUFFIX = "\$delegate"
        private val IS_NAME = Regex("is[^a-z].*")
        private val PARAM: String = Param::class.java.descriptorString()
        private val BASE: String = KortexScript::class.java.name.replace('.', '/')

        fun scan(classes: Map<String, ByteArray>): ScriptFacts {
            val models = classes.values.map { ClassFile.of().parse(it) }
            val scripts = models.filter { it.superclass().orElse(null)?.asInternalName() == BASE }
            val names = scripts.mapTo(HashSet()) { it.thisClass().asInternalName() } + BASE
            return ScriptFacts(
                params = models.flatMap(::declared).distinctBy { it.name },
                takesArguments = models.any { readsArguments(it, names) }
            )
        }

        private fun declared(model: ClassModel): List<DeclaredParam> = model.fields()
            .filter { it.fieldType().stringValue() == PARAM && it.fieldName().stringValue().endsWith(SUFFIX) }
            .map { field ->
                val name = field.fieldName().stringValue().removeSuffix(SUFFIX)
                DeclaredParam(name, isSwitch(model, name))
            }

        /** The delegate's field has lost its type argument; the property's getter still returns it. */
        private fun isSwitch(model: ClassModel, name: String): Boolean {
            val getter = if (IS_NAME.matches(name)) name else "get" + name.replaceFirstChar { it.uppercaseChar() }
            return model.methods().any {
                it.methodName().stringValue() == getter && it.methodType().stringValue() == "()Z"
            }
        }

        private fun readsArguments(model: ClassModel, scripts: Set<String>): Boolean = model.constantPool().any {
            it is MemberRefEntry && it.name().stringValue() == "getArgs" && it.owner().asInternalName() in scripts
        }
    }
}
