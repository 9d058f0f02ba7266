package kortex.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * An equation of {@link Einsum}, with the columns its labels are at so that errors can show them.
 *
 * @param text as it was written
 * @param inputs the terms before the arrow
 * @param output the term behind it, if there is an arrow
 */
record EinsumEquation(String text, List<Term> inputs, Optional<Term> output) {
  /** Stands for an ellipsis among the labels of a term. */
  private static final char ELLIPSIS = '…';

  /** One label and where it is written. */
  private record Label(char letter, int column) {}

  /** The labels of one operand. */
  record Term(List<Label> labels, int column) {
    private boolean hasEllipsis() {
      return labels.stream().anyMatch(l -> l.letter == ELLIPSIS);
    }
  }

  /**
   * An equation that was applied to operands.
   *
   * @param inputs for each axis of each operand its label: letters as they are, the axes of an
   *     ellipsis as −1 for the last, −2 for the one before
   * @param output the labels of the result
   * @param extents the extent of each label
   */
  record Labelled(List<List<Integer>> inputs, List<Integer> output, Map<Integer, Long> extents) {
    long extent(int label) {
      return extents.getOrDefault(label, 1L);
    }
  }

  static EinsumEquation parse(String text) {
    int arrow = text.indexOf("->");
    String before = arrow < 0 ? text : text.substring(0, arrow);
    List<Term> inputs = new ArrayList<>();
    int start = 0;
    for (String part : before.split(",", -1)) {
      inputs.add(term(text, start, start + part.length()));
      start += part.length() + 1;
    }
    Optional<Term> output =
        arrow < 0 ? Optional.empty() : Optional.of(term(text, arrow + 2, text.length()));
    return new EinsumEquation(text, inputs, output);
  }

  private static Term term(String text, int from, int to) {
    List<Label> labels = new ArrayList<>();
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '.') {
        boolean first = labels.stream().noneMatch(l -> l.letter == ELLIPSIS);
        if (i + 3 > to || !text.startsWith("...", i) || !first) {
          throw wrong(text, i, "a dot", "Write one ellipsis of three dots in a term.");
        }
        labels.add(new Label(ELLIPSIS, i));
        i += 2;
      } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        labels.add(new Label(c, i));
      } else if (c != ' ') {
        throw wrong(text, i, "'" + c + "'", "Use letters for axes, commas, one -> and ellipses.");
      }
    }
    return new Term(labels, from);
  }

  private static ShapeException wrong(String text, int column, String what, String remedy) {
    String mark = "\n  " + text + "\n  " + " ".repeat(column) + "^";
    return new ShapeException("einsum cannot use " + what + " here:" + mark, remedy);
  }

  /** Gives the axes of operands their labels; throws when they do not fit. */
  Labelled label(List<TensorType> operands) {
    if (operands.size() != inputs.size()) {
      throw new ShapeException(
          "einsum \""
              + text
              + "\" has another number of terms ("
              + inputs.size()
              + ") than of operands ("
              + operands.size()
              + ")",
          "Write one term for each operand, with commas between them.");
    }
    Map<Integer, Long> extents = new HashMap<>();
    List<List<Integer>> labelled = new ArrayList<>();
    int widest = 0;
    for (int i = 0; i < operands.size(); i++) {
      Term term = inputs.get(i);
      int dots = ellipsisRank(term, i, operands.get(i));
      widest = Math.max(widest, dots);
      labelled.add(axes(term, i, operands.get(i), dots, extents));
    }
    return new Labelled(labelled, result(widest), extents);
  }

  private int ellipsisRank(Term term, int operand, TensorType type) {
    int letters = term.labels.size() - (term.hasEllipsis() ? 1 : 0);
    int rank = type.shape().rank();
    if (term.hasEllipsis() ? rank < letters : rank != letters) {
      throw wrong(
          text,
          term.column,
          "a term of " + letters + " labels for operand " + (operand + 1) + ", " + type + ",",
          "Give each of its " + rank + " axes a label, or stand ... for some of them.");
    }
    return rank - letters;
  }

  private List<Integer> axes(
      Term term, int operand, TensorType type, int dots, Map<Integer, Long> extents) {
    List<Integer> out = new ArrayList<>();
    for (Label label : term.labels) {
      if (label.letter != ELLIPSIS) {
        fit(label, type.shape().extent(out.size()), operand, type, extents);
        out.add((int) label.letter);
        continue;
      }
      for (int k = -dots; k < 0; k++) {
        long extent = type.shape().extent(out.size());
        long known = extents.getOrDefault(k, 1L);
        extents.put(k, known == 1 ? extent : known);
        if (extent != 1 && known != 1 && extent != known) {
          String axis = "axis " + k + " of the ellipsis";
          throw differ(axis, label.column, extent, operand, type, known);
        }
        out.add(k);
      }
    }
    return out;
  }

  private void fit(Label label, long extent, int operand, TensorType type, Map<Integer, Long> all) {
    Long known = all.putIfAbsent((int) label.letter, extent);
    if (known != null && known != extent) {
      throw differ("label '" + label.letter + "'", label.column, extent, operand, type, known);
    }
  }

  private ShapeException differ(
      String what, int column, long extent, int operand, TensorType type, long known) {
    return wrong(
        text,
        column,
        what
            + " with extent "
            + extent
            + " (operand "
            + (operand + 1)
            + ", "
            + type
            + "), which has extent "
            + known
            + " before,",
        "Give axes of different extents different labels, or swap operands.");
  }

  private List<Integer> result(int dots) {
    List<Integer> ellipsis = new ArrayList<>();
    for (int k = -dots; k < 0; k++) {
      ellipsis.add(k);
    }
    List<Integer> out = new ArrayList<>();
    if (output.isEmpty()) {
      out.addAll(ellipsis);
      occurrences()
          .forEach((letter, count) -> {
            if (count == 1) {
              out.add((int) letter);
            }
          });
      return out;
    }
    for (Label label : output.get().labels) {
      if (label.letter == ELLIPSIS) {
        out.addAll(ellipsis);
      } else if (!occurrences().containsKey(label.letter)) {
        throw wrong(
            text, label.column, "a label that no operand has", "Name axes of the operands.");
      } else if (out.contains((int) label.letter)) {
        throw wrong(text, label.column, "a label again", "Name each axis of the result once.");
      } else {
        out.add((int) label.letter);
      }
    }
    return out;
  }

  /** How often each letter occurs before the arrow, in alphabetical order. */
  private Map<Character, Integer> occurrences() {
    Map<Character, Integer> out = new java.util.TreeMap<>();
    for (Term term : inputs) {
      for (Label label : term.labels) {
        if (label.letter != ELLIPSIS) {
          out.merge(label.letter, 1, Integer::sum);
        }
      }
    }
    return out;
  }
}
