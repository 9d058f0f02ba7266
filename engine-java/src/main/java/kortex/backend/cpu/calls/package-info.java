/**
 * Native calls made one after the other without Java in between: kernels, library primitives,
 * copies, checks, loops and branches, in a table that one native function walks.
 *
 * <p>A {@link kortex.backend.cpu.calls.CallList} collects the calls of a plan and what in them is
 * the address of a buffer; {@link kortex.backend.cpu.calls.CallTable} is that list in native
 * memory; {@link kortex.backend.cpu.calls.CallRunner} runs it, on all threads where a call is worth
 * it.
 *
 * <pre>{@code
 * CallList calls = new CallList();
 * calls.kernel(code, buffers, extent, grain, align);
 * CallTable table = calls.table(arena);
 * table.place(buffer, address);
 * long reached = runner.run(table, 0);     // == table.size() when all is done
 * }</pre>
 *
 * <p>Entry type: {@link kortex.backend.cpu.calls.CallList}. May import {@code
 * kortex.backend.cpu.llvm} and {@code kortex.backend.cpu.natives}.
 */
@NullMarked
package kortex.backend.cpu.calls;

import org.jspecify.annotations.NullMarked;
