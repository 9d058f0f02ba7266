package kortex.backend.cpu.llvm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kortex.backend.cpu.natives.NativeLibraries;

/**
 * LLVM as a function from IR text to machine code, for this machine unless told otherwise.
 *
 * <p>Safe for use by several threads, which then compile at the same time. Compilers made from one
 * another by {@code with…} are closed together.
 */
public final class LlvmCompiler implements AutoCloseable {
  private final LlvmApi llvm;
  private final String version;
  private final LlvmTarget target;
  private final Optional<ObjectCache> cache;
  private final LazyDiagnostics diagnostics;
  private final Machines machines;

  private LlvmCompiler(
      LlvmApi llvm, LlvmTarget target, Optional<ObjectCache> cache, Machines machines) {
    this.llvm = llvm;
    this.version = llvm.version();
    this.target = target;
    this.cache = cache;
    this.diagnostics = new LazyDiagnostics(llvm);
    this.machines = machines;
  }

  /** A compiler for this machine that keeps its objects in the cache of {@code libraries}. */
  public static LlvmCompiler open(NativeLibraries libraries) {
    LlvmApi llvm = new LlvmApi(libraries);
    ObjectCache cache =
        new ObjectCache(
            libraries.settings().cache(), ObjectCache.DEFAULT_LIMIT_BYTES, libraries::cacheFailed);
    return new LlvmCompiler(llvm, llvm.host(), Optional.of(cache), new Machines(llvm));
  }

  /** The same compiler for another processor: to test code for machines one does not have. */
  public LlvmCompiler withTarget(LlvmTarget other) {
    llvm.initializeTarget(other.architecture());
    return new LlvmCompiler(llvm, other, cache, machines);
  }

  /** The same compiler with another cache. */
  public LlvmCompiler withCache(ObjectCache other) {
    return new LlvmCompiler(llvm, target, Optional.of(other), machines);
  }

  /** The same compiler without a cache. */
  public LlvmCompiler withoutCache() {
    return new LlvmCompiler(llvm, target, Optional.empty(), machines);
  }

  /** The processor that code is made for. */
  public LlvmTarget target() {
    return target;
  }

  /** LLVM's version, {@code 20.1.7}. */
  public String version() {
    return version;
  }

  /**
   * The ELF object of {@code irText}, from the cache if it was compiled before.
   *
   * @param moduleName a name for error messages; not part of the cache's key
   * @param irText a module without target triple, data layout and target attributes, which are set
   *     here
   * @throws KernelCompileException with LLVM's message, if the text is not a valid module
   */
  public byte[] compile(String moduleName, String irText) {
    return compile(moduleName, irText, Recipe.VECTORS);
  }

  /** As {@link #compile(String, String)}, with as much work as {@code recipe} says. */
  public byte[] compile(String moduleName, String irText, Recipe recipe) {
    if (cache.isEmpty()) {
      return run(moduleName, irText, recipe, Compilation.Output.OBJECT);
    }
    ObjectCache.Key key = ObjectCache.Key.of(keyText(irText, recipe));
    Optional<byte[]> known = cache.get().get(key);
    if (known.isPresent()) {
      return known.get();
    }
    byte[] object = run(moduleName, irText, recipe, Compilation.Output.OBJECT);
    if (recipe == Recipe.VECTORS) {
      cache.get().put(key, object);
    } else {
      cache.get().putLater(key, object); // Somebody waits for the result of an expression.
    }
    return object;
  }

  /** The assembly text of {@code irText}: to look at, and to test that loops were vectorised. */
  public String assembly(String moduleName, String irText) {
    byte[] text = run(moduleName, irText, Recipe.VECTORS, Compilation.Output.ASSEMBLY);
    return new String(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Links one object; its functions may call each other and the C library. */
  public NativeCode link(byte[] object) {
    return link(List.of(object), Map.of());
  }

  /**
   * Links objects together. A linker costs about half a millisecond, so the kernels of a plan are
   * better linked at once than one by one.
   *
   * @param objects results of {@link #compile}, no two of which define the same symbol
   * @param symbols further functions that they may call, by name
   */
  public NativeCode link(List<byte[]> objects, Map<String, MemorySegment> symbols) {
    return new NativeCode(llvm, objects, symbols);
  }

  private byte[] run(String name, String irText, Recipe recipe, Compilation.Output output) {
    try (Compilation compilation =
        new Compilation(llvm, diagnostics.get(), name, target, machines, recipe)) {
      return compilation.run(irText, output);
    }
  }

  private String keyText(String irText, Recipe recipe) {
    return String.join(
        "\n",
        "llvm " + version,
        target.triple(),
        target.cpu(),
        target.features(),
        Integer.toString(target.vectorBits()),
        recipe.passes(),
        Integer.toString(recipe.codeGenLevel()),
        irText);
  }

  /** Frees what is kept between compilations; linked code stays. */
  @Override
  public void close() {
    machines.close();
  }

  /** Made when LLVM first runs: with all kernels cached it never does, and this costs 8 ms. */
  private static final class LazyDiagnostics {
    private final LlvmApi llvm;
    private Optional<Diagnostics> made = Optional.empty();

    LazyDiagnostics(LlvmApi llvm) {
      this.llvm = llvm;
    }

    synchronized Diagnostics get() {
      Diagnostics diagnostics = made.orElseGet(() -> new Diagnostics(llvm));
      made = Optional.of(diagnostics);
      return diagnostics;
    }
  }
}
