package kortex.graph;

import java.lang.StackWalker.StackFrame;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The user's line that made a node. Finding it costs about a microsecond, so every node has one;
 * the text is made when someone reads it. It is no part of the structure of a graph: computations
 * written on different lines share a plan.
 */
public final class Origin {
  /** No line: made by code that is not the user's. */
  public static final Origin NONE = new Origin(null, "", false);

  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final ScopedValue<Origin> INHERITED = ScopedValue.newInstance();

  private final @Nullable StackFrame frame;
  private final String text;
  private final boolean gradient;

  private Origin(@Nullable StackFrame frame, String text, boolean gradient) {
    this.frame = frame;
    this.text = text;
    this.gradient = gradient;
  }

  /** A place that is known already, such as the declaration of a layer. */
  public static Origin of(String place) {
    return new Origin(null, place, false);
  }

  /** The origin of nodes made now: the one bound by {@link #call}, else the user's line. */
  static Origin current() {
    if (INHERITED.isBound()) {
      return INHERITED.get();
    }
    StackFrame found =
        WALKER.walk(frames -> frames.filter(Origin::isUsers).findFirst().orElse(null));
    return found == null ? NONE : new Origin(found, "", false);
  }

  /** Lists and functions of the libraries may stand between the user's line and the engine. */
  private static boolean isUsers(StackFrame frame) {
    String name = frame.getClassName();
    return switch (name.charAt(0)) {
      case 'j' -> !name.startsWith("java.") && !name.startsWith("jdk.");
      case 'k' -> !name.startsWith("kortex.") && !name.startsWith("kotlin.");
      default -> true;
    };
  }

  /** Lets all nodes that {@code body} makes on this thread have this origin. */
  public <T> T call(Supplier<T> body) {
    return ScopedValue.where(INHERITED, this).call(body::get);
  }

  /** As {@link #call}, for a body without a result. */
  public void run(Runnable body) {
    ScopedValue.where(INHERITED, this).run(body);
  }

  /** The same line, for what a gradient rule makes of its node. */
  public Origin asGradient() {
    return gradient ? this : new Origin(frame, text, true);
  }

  /** Whether a gradient rule made the node. */
  public boolean gradient() {
    return gradient;
  }

  /** Written as {@code digits.nn.kts:14}; empty when no line is known. */
  @Override
  public String toString() {
    if (frame == null) {
      return text;
    }
    return frame.getLineNumber() > 0
        ? frame.getFileName() + ":" + frame.getLineNumber()
        : frame.getClassName();
  }
}
