package kortex.session;

/**
 * The memory of a backend that a computation takes, known before it runs.
 *
 * @param arena for intermediate values and results, at once
 * @param stored for the stored values that it reads and updates
 */
public record Footprint(long arena, long stored) {
  /** All of it. */
  public long bytes() {
    return arena + stored;
  }

  @Override
  public String toString() {
    return Bytes.text(bytes())
        + " ("
        + Bytes.text(stored)
        + " for stored values, "
        + Bytes.text(arena)
        + " for intermediate ones)";
  }
}
