package kortex.drawing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.elk.alg.layered.options.LayeredMetaDataProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeLabelPlacement;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.options.HierarchyHandling;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkLabel;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/** Places a picture with the layered algorithm of the Eclipse Layout Kernel. */
final class Layout {
  /** Each label takes a layer of its own: above this many nodes, labels only show on hovering. */
  private static final int LARGE = 400;

  private final ElkNode root = ElkGraphUtil.createGraph();
  private final List<ElkNode> nodes = new ArrayList<>();
  private final List<ElkNode> groups = new ArrayList<>();
  private final List<ElkEdge> edges = new ArrayList<>();
  private final boolean large;

  /** A place: upper left corner and size. */
  record Box(double x, double y, double width, double height) {}

  /** A point of a line. */
  record Point(double x, double y) {}

  /** Where an edge runs, and the box of its label if there is room for labels. */
  record Route(List<Point> points, Optional<Box> label) {}

  /** Where everything is. */
  record Placed(
      double width, double height, List<Box> nodes, List<Box> groups, List<Route> edges) {}

  /** How large things are: the text decides. */
  interface Sizes {
    Box node(Picture.Node node);

    Box label(Picture.Edge edge);
  }

  private Layout(Picture picture, Sizes sizes) {
    large = picture.nodes().size() > LARGE;
    Map<Integer, ElkNode> homes = new HashMap<>();
    for (Picture.Group group : picture.groups()) {
      ElkNode home = ElkGraphUtil.createNode(root);
      home.setProperty(CoreOptions.PADDING, new ElkPadding(22, 10, 10, 10));
      groups.add(home);
      group.members().forEach(m -> homes.put(m, home));
    }
    for (int i = 0; i < picture.nodes().size(); i++) {
      ElkNode node = ElkGraphUtil.createNode(homes.getOrDefault(i, root));
      Box size = sizes.node(picture.nodes().get(i));
      node.setDimensions(size.width(), size.height());
      nodes.add(node);
    }
    for (Picture.Edge edge : picture.edges()) {
      ElkEdge made = ElkGraphUtil.createSimpleEdge(nodes.get(edge.from()), nodes.get(edge.to()));
      if (!large) {
        label(made, edge.label(), sizes.label(edge));
      }
      edges.add(made);
    }
  }

  private static void label(ElkEdge edge, String text, Box size) {
    ElkLabel label = ElkGraphUtil.createLabel(text, edge);
    label.setDimensions(size.width(), size.height());
    label.setProperty(CoreOptions.EDGE_LABELS_PLACEMENT, EdgeLabelPlacement.CENTER);
  }

  static Placed place(Picture picture, Sizes sizes) {
    return new Layout(picture, sizes).run();
  }

  private Placed run() {
    LayoutMetaDataService.getInstance()
        .registerLayoutMetaDataProviders(new LayeredMetaDataProvider());
    root.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
    root.setProperty(CoreOptions.DIRECTION, Direction.DOWN);
    root.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
    root.setProperty(CoreOptions.HIERARCHY_HANDLING, HierarchyHandling.INCLUDE_CHILDREN);
    root.setProperty(CoreOptions.PADDING, new ElkPadding(12));
    root.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.BRANDES_KOEPF);
    root.setProperty(LayeredOptions.SPACING_NODE_NODE, 28.0);
    root.setProperty(LayeredOptions.SPACING_EDGE_NODE, 16.0);
    root.setProperty(LayeredOptions.SPACING_EDGE_EDGE, 12.0);
    root.setProperty(LayeredOptions.SPACING_EDGE_LABEL, 3.0);
    root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 22.0);
    root.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, 12.0);
    root.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, 10.0);
    root.setProperty(LayeredOptions.RANDOM_SEED, 1);
    if (large) {
      root.setProperty(LayeredOptions.THOROUGHNESS, 1);
    }
    new RecursiveGraphLayoutEngine().layout(root, new BasicProgressMonitor());
    return new Placed(
        root.getWidth(),
        root.getHeight(),
        nodes.stream().map(Layout::box).toList(),
        groups.stream().map(Layout::box).toList(),
        edges.stream().map(Layout::route).toList());
  }

  private static Box box(ElkNode node) {
    Point at = origin(node.getParent());
    return new Box(at.x() + node.getX(), at.y() + node.getY(), node.getWidth(), node.getHeight());
  }

  /** The corner of what a position inside {@code parent} is relative to. */
  private static Point origin(ElkNode parent) {
    double x = 0;
    double y = 0;
    for (ElkNode node = parent; node != null; node = node.getParent()) {
      x += node.getX();
      y += node.getY();
    }
    return new Point(x, y);
  }

  private static Route route(ElkEdge edge) {
    Point at = origin(edge.getContainingNode());
    List<Point> points = new ArrayList<>();
    for (ElkEdgeSection section : edge.getSections()) {
      points.add(new Point(at.x() + section.getStartX(), at.y() + section.getStartY()));
      for (ElkBendPoint bend : section.getBendPoints()) {
        points.add(new Point(at.x() + bend.getX(), at.y() + bend.getY()));
      }
      points.add(new Point(at.x() + section.getEndX(), at.y() + section.getEndY()));
    }
    return new Route(
        points,
        edge.getLabels().stream()
            .findFirst()
            .map(l -> new Box(at.x() + l.getX(), at.y() + l.getY(), l.getWidth(), l.getHeight())));
  }
}
