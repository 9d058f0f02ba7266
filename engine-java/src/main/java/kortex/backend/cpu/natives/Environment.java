package kortex.backend.cpu.natives;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;

/** The environment of this process as native libraries see it. */
final class Environment {
  private Environment() {}

  /** Sets a variable, which {@link System#getenv} does not see. */
  static void set(String name, String value) {
    CFunction setenv =
        new CFunction("setenv", Linker.nativeLinker().defaultLookup().findOrThrow("setenv"));
    try (Arena arena = Arena.ofConfined()) {
      setenv.call(arena.allocateFrom(name).address(), arena.allocateFrom(value).address(), 1);
    }
  }
}
