package kortex.script.host

import kortex.dsl.params.ScriptParameters
import kortex.script.compiler.KortexScriptConfiguration
import kotlin.script.experimental.annotations.KotlinScript

/**
 * What every `*.nn.kts` script extends; its members are in scope in the script.
 *
 * The annotation is for IDEs: the host builds the same configuration in code.
 */
@KotlinScript(
    displayName = "Kortex script",
    fileExtension = "nn.kts",
    compilationConfiguration = KortexScriptConfiguration::class
)
public abstract class KortexScript {
    /** What was given to the script besides its parameters' flags. */
    public val args: List<String> = ScriptParameters.current()?.arguments.orEmpty()
}

/** Makes the declarations of other scripts usable: `@file:Import("models.nn.kts")`, relative to this script's folder. */
@Target(AnnotationTarget.FILE)
@Repeatable
@Retention(AnnotationRetention.SOURCE)
public annotation class Import(vararg val paths: String)

/** Asks for a library from a repository. Not supported yet: using it is an error that says so. */
@Target(AnnotationTarget.FILE)
@Repeatable
@Retention(AnnotationRetention.SOURCE)
public annotation class DependsOn(vararg val artifacts: String)
