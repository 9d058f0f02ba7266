package kortex.tour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The engine in miniature, to be read in one go before the real one: lazy nodes, sealed ops with
 * their gradient rules, reverse mode as a transform of graphs, and an evaluator. Values are
 * matrices of doubles; {@code docs/tour/README.md} says where each part lives in Kortex.
 */
class MiniatureEngineTest {
  /** What is known of a value before it is computed ({@code kortex.tensor.TensorType}). */
  record Shape(int rows, int cols) {}

  /** Numbers that outlive a computation, row by row ({@code kortex.graph.Storage}). */
  static final class Storage {
    final Shape shape;
    double[] data;

    Storage(int rows, int cols, double... data) {
      this.shape = new Shape(rows, cols);
      this.data = data;
    }
  }

  /**
   * What a node computes ({@code kortex.op.Op}). An op says which shape it gives and how gradients
   * flow back through it. It does not know how it is run.
   */
  sealed interface Op {
    /** The shape of the result; throws when the inputs do not fit. */
    Shape infer(List<Shape> in);

    /** The gradient that reaches each input of {@code y}, as graph, from that of {@code y}. */
    List<Node> vjp(Node y, Node g);
  }

  /** Stored numbers. */
  record Read(Storage storage) implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      return storage.shape;
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of();
    }
  }

  /** One number repeated. */
  record Fill(Shape shape, double value) implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      return shape;
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of();
    }
  }

  /** a + b. */
  record Add() implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      return same(in);
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of(g, g);
    }
  }

  /** a · b, elementwise. */
  record Mul() implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      return same(in);
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of(g.mul(y.in(1)), g.mul(y.in(0)));
    }
  }

  /** The hyperbolic tangent, whose derivative is 1 − y². */
  record Tanh() implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      return in.getFirst();
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of(g.mul(fill(y.shape, 1).add(y.mul(y).scale(-1))));
    }
  }

  /** The matrix product. */
  record MatMul() implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      require(in.get(0).cols == in.get(1).rows, in);
      return new Shape(in.get(0).rows, in.get(1).cols);
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of(g.matMul(y.in(1).transpose()), y.in(0).transpose().matMul(g));
    }
  }

  /** Rows become columns. */
  record Transpose() implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      return new Shape(in.getFirst().cols, in.getFirst().rows);
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of(g.transpose());
    }
  }

  /** The sum of all elements, 1 × 1. */
  record Sum() implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      return new Shape(1, 1);
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of(new Node(new Spread(y.in(0).shape), List.of(g)));
    }
  }

  /** The only element of a 1 × 1 value, repeated. */
  record Spread(Shape shape) implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      require(in.getFirst().equals(new Shape(1, 1)), in);
      return shape;
    }

    @Override
    public List<Node> vjp(Node y, Node g) {
      return List.of(g.sum());
    }
  }

  private static Shape same(List<Shape> in) {
    require(in.get(0).equals(in.get(1)), in);
    return in.getFirst();
  }

  private static void require(boolean fits, List<Shape> in) {
    if (!fits) {
      throw new IllegalArgumentException("shapes do not fit: " + in);
    }
  }

  /**
   * One application of an op. Building it checks the shapes and computes nothing ({@code
   * kortex.graph.Node} and, for the methods, {@code kortex.graph.Tensor}).
   */
  static final class Node {
    final Op op;
    final List<Node> inputs;
    final Shape shape;

    Node(Op op, List<Node> inputs) {
      this.op = op;
      this.inputs = inputs;
      this.shape = op.infer(inputs.stream().map(n -> n.shape).toList());
    }

    Node in(int i) {
      return inputs.get(i);
    }

    Node add(Node other) {
      return new Node(new Add(), List.of(this, other));
    }

    Node mul(Node other) {
      return new Node(new Mul(), List.of(this, other));
    }

    Node scale(double factor) {
      return mul(fill(shape, factor));
    }

    Node tanh() {
      return new Node(new Tanh(), List.of(this));
    }

    Node matMul(Node other) {
      return new Node(new MatMul(), List.of(this, other));
    }

    Node transpose() {
      return new Node(new Transpose(), List.of(this));
    }

    Node sum() {
      return new Node(new Sum(), List.of(this));
    }
  }

  static Node read(Storage storage) {
    return new Node(new Read(storage), List.of());
  }

  static Node fill(Shape shape, double value) {
    return new Node(new Fill(shape, value), List.of());
  }

  /** The nodes behind {@code y}, each after its inputs ({@code kortex.graph.Order}). */
  static Set<Node> order(Node y, Set<Node> done) {
    if (!done.contains(y)) {
      y.inputs.forEach(input -> order(input, done));
      done.add(y);
    }
    return done;
  }

  /**
   * Reverse mode ({@code kortex.autodiff.Autodiff}): walks back from {@code y} and adds up what
   * flows to each node. The result is graph, so it has gradients too.
   */
  static Node grad(Node y, Node x) {
    Map<Node, Node> gradients = new HashMap<>();
    gradients.put(y, fill(y.shape, 1));
    for (Node node : new ArrayList<>(order(y, new LinkedHashSet<>())).reversed()) {
      Node g = gradients.get(node);
      if (g != null) {
        List<Node> down = node.op.vjp(node, g);
        for (int i = 0; i < down.size(); i++) {
          gradients.merge(node.in(i), down.get(i), Node::add);
        }
      }
    }
    return gradients.getOrDefault(x, fill(x.shape, 0));
  }

  /**
   * Computes a value ({@code kortex.backend.reference}). The switch has no default: a new op that
   * is not run here does not compile.
   */
  static double[] run(Node y) {
    Map<Node, double[]> values = new HashMap<>();
    for (Node node : order(y, new LinkedHashSet<>())) {
      List<double[]> in = node.inputs.stream().map(values::get).toList();
      double[] out = new double[node.shape.rows * node.shape.cols];
      switch (node.op) {
        case Read read -> out = read.storage().data.clone();
        case Fill fill -> Arrays.fill(out, fill.value());
        case Add add -> Arrays.setAll(out, i -> in.get(0)[i] + in.get(1)[i]);
        case Mul mul -> Arrays.setAll(out, i -> in.get(0)[i] * in.get(1)[i]);
        case Tanh tanh -> Arrays.setAll(out, i -> Math.tanh(in.getFirst()[i]));
        case Sum sum -> out[0] = Arrays.stream(in.getFirst()).sum();
        case Spread spread -> Arrays.fill(out, in.getFirst()[0]);
        case Transpose transpose -> {
          int rows = node.shape.rows;
          int cols = node.shape.cols;
          Arrays.setAll(out, i -> in.getFirst()[i % cols * rows + i / cols]);
        }
        case MatMul matMul -> {
          int inner = node.in(0).shape.cols;
          int cols = node.shape.cols;
          for (int i = 0; i < out.length; i++) {
            for (int k = 0; k < inner; k++) {
              out[i] += in.get(0)[i / cols * inner + k] * in.get(1)[k * cols + i % cols];
            }
          }
        }
      }
      values.put(node, out);
    }
    return values.get(y);
  }

  // The exclusive or of two inputs; the third is always 1, so that no bias is needed.
  private final Storage x = new Storage(4, 3, -1, -1, 1, -1, 1, 1, 1, -1, 1, 1, 1, 1);
  private final Storage target = new Storage(4, 1, -1, 1, 1, -1);
  private final Storage hidden = new Storage(3, 8, random(24));
  private final Storage output = new Storage(8, 1, random(8));

  private static double[] random(int n) {
    Random random = new Random(n);
    double[] out = new double[n];
    Arrays.setAll(out, i -> random.nextGaussian());
    return out;
  }

  private static Node loss(Node x, Node target, Node hidden, Node output) {
    Node y = x.matMul(hidden).tanh().matMul(output);
    Node error = y.add(target.scale(-1));
    return error.mul(error).sum();
  }

  private Node loss(Node hidden) {
    return loss(read(x), read(target), hidden, read(output));
  }

  @Test
  void buildingAnExpressionComputesNothingButChecksShapes() {
    assertThrows(IllegalArgumentException.class, () -> read(x).matMul(read(target)));
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    Node w = read(hidden);
    assertArrayEquals(difference(() -> run(loss(w))[0]), run(grad(loss(w), w)), 1e-6);
    // The gradient is graph, so it can be differentiated once more.
    Node first = grad(loss(w), w);
    Node squared = first.mul(first).sum();
    assertArrayEquals(difference(() -> run(squared)[0]), run(grad(squared, w)), 1e-3);
  }

  /** The slope of {@code f} along each element of {@code hidden}. */
  private double[] difference(java.util.function.DoubleSupplier f) {
    double[] at = hidden.data.clone();
    double[] out = new double[at.length];
    double h = 1e-5;
    for (int i = 0; i < at.length; i++) {
      hidden.data[i] = at[i] + h;
      double above = f.getAsDouble();
      hidden.data[i] = at[i] - h;
      out[i] = (above - f.getAsDouble()) / (2 * h);
      hidden.data[i] = at[i];
    }
    return out;
  }

  @Test
  void learnsTheExclusiveOr() {
    Node w = read(hidden);
    Node v = read(output);
    Node loss = loss(read(x), read(target), w, v);
    // Built once: a training step is an expression for the next value of each parameter.
    Node nextW = w.add(grad(loss, w).scale(-0.02));
    Node nextV = v.add(grad(loss, v).scale(-0.02));
    for (int step = 0; step < 500; step++) {
      double[] newW = run(nextW);
      output.data = run(nextV);
      hidden.data = newW;
    }
    assertTrue(run(loss)[0] < 1e-2, "loss " + run(loss)[0]);
  }
}
