package kortex.script.compiler

import kortex.script.host.DependsOn
import kortex.script.host.Import
import kortex.script.host.KortexScript
import kotlin.script.experimental.api.KotlinType
import kotlin.script.experimental.api.ScriptAcceptedLocation
import kotlin.script.experimental.api.ScriptCompilationConfiguration
import kotlin.script.experimental.api.acceptedLocations
import kotlin.script.experimental.api.baseClass
import kotlin.script.experimental.api.compilerOptions
import kotlin.script.experimental.api.defaultImports
import kotlin.script.experimental.api.fileExtension
import kotlin.script.experimental.api.ide
import kotlin.script.experimental.api.refineConfiguration
import kotlin.script.experimental.jvm.jvm
import kotlin.script.experimental.jvm.jvmTarget

/** How IDEs see a `*.nn.kts` file. */
public object KortexScriptConfiguration : ScriptCompilationConfiguration({ kortexScript(ImportedSources()) }) {
    @Suppress("unused")
    private fun readResolve(): Any = KortexScriptConfiguration
}

/** What makes a script a Kortex script; [imported] reads the files that it imports. */
internal fun ScriptCompilationConfiguration.Builder.kortexScript(imported: ImportedSources) {
    fileExtension("nn.kts")
    baseClass(KotlinType(KortexScript::class))
    defaultImports("kortex.dsl.*", "kotlin.math.*", "kortex.script.host.Import", "kortex.script.host.DependsOn")
    compilerOptions("-jvm-target", "25")
    jvm { jvmTarget("25") }
    ide { acceptedLocations(ScriptAcceptedLocation.Everywhere) }
    refineConfiguration {
        onAnnotations(Import::class, DependsOn::class, handler = { refineByAnnotations(it, imported) })
    }
}
