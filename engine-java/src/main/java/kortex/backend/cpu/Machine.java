package kortex.backend.cpu;

import java.lang.foreign.Arena;
import kortex.backend.cpu.calls.CallRunner;
import kortex.backend.cpu.onednn.OneDnn;
import kortex.backend.cpu.threads.Team;

/**
 * What runs the steps of a program.
 *
 * @param tables the memory of their calls, which the program owns
 */
record Machine(CallRunner runner, OneDnn dnn, Team team, Arena tables) {}
