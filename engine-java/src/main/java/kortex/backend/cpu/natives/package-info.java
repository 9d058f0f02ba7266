/**
 * The native libraries of the CPU backend: found in the class path, extracted once, loaded, called.
 *
 * <p>{@link kortex.backend.cpu.natives.NativeLibraries} is the entry. The shared objects travel
 * inside the runtime jars of the JavaCPP presets, of which nothing else is used: every call goes
 * through {@code java.lang.foreign}. May import {@code kortex.tensor} only.
 *
 * <pre>{@code
 * NativeLibraries libraries = NativeLibraries.open(NativeSettings.fromEnvironment());
 * CFunction version = libraries.function(NativeLibrary.ONEDNN, "dnnl_version");
 * long address = version.call();
 * }</pre>
 */
@NullMarked
package kortex.backend.cpu.natives;

import org.jspecify.annotations.NullMarked;
