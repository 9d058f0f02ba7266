package kortex.dsl

import kortex.model.Layer
import kortex.model.Site

/** Finds the line of the user's that is running. */
internal object Sites {
    private val WALKER: StackWalker = StackWalker.getInstance()

    /** The first frame outside Kortex, as the place where [layer] was declared. */
    fun of(layer: Layer): Site = WALKER.walk { frames ->
        frames.filter { !it.className.startsWith("kortex.") && it.lineNumber > 0 }.findFirst()
    }.map { Site(it.fileName.orEmpty(), it.lineNumber, layer.toString()) }.orElse(Site.NONE)
}
