package kortex.drawing;

/** Colours that also differ in brightness, and to eyes that see no red or green. */
final class Palette {
  static final String TEXT = "#1a1a1a";
  static final String FAINT = "#666666";

  private Palette() {}

  record Colour(String fill, String line) {}

  static Colour of(Picture.Node node) {
    return of(node.kind(), node.backward());
  }

  static Colour of(Picture.Kind kind, boolean backward) {
    return switch (kind) {
      case OP -> backward ? new Colour("#fdebd8", "#c05a00") : new Colour("#e6f0fa", "#2468a8");
      case CONSTANT -> new Colour("#ffffff", "#bbbbbb");
      case DATA -> new Colour("#f0f0f0", "#777777");
      case VARIABLE -> new Colour("#e2f3e5", "#2f7d43");
      case RESULT -> backward ? new Colour("#c05a00", "#c05a00") : new Colour("#2468a8", "#2468a8");
    };
  }
}
