package kortex.script.compiler

import kortex.script.host.CompileOutcome
import kortex.script.host.ForkedCompiler
import java.io.DataInputStream
import java.io.DataOutputStream

/** The compiler as a process of its own: one request on standard input, its outcome on standard output. */
public fun main() {
    val answer = DataOutputStream(System.out.buffered())
    System.setOut(System.err) // so that nothing else gets into the answer
    val request = ForkedCompiler.readRequest(DataInputStream(System.`in`.buffered()))
    val outcome: CompileOutcome = KotlinCompiler(request.classPath).compile(request.source, request.environment)
    ForkedCompiler.writeOutcome(answer, outcome)
    answer.flush()
}
