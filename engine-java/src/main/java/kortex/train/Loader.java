package kortex.train;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import kortex.data.Batches;

/** Brings batches into a feed; large ones are collected while the update before them runs. */
final class Loader {
  private final Feed feed;
  private final Executor background;
  private final Feed.Staged[] staged;
  private int next;
  private Optional<Ahead> ahead = Optional.empty();

  /**
   * Batches for a call.
   *
   * @param order the order of the epoch
   * @param first the first batch
   * @param count how many
   */
  record Load(int[] order, Batches.Range first, int count) {}

  private record Ahead(Load load, CompletableFuture<Feed.Staged> batches) {}

  /**
   * Loads on the caller's thread what is small.
   *
   * @param background what is large is collected here
   */
  Loader(Feed feed, Executor background) {
    this.feed = feed;
    this.background = background;
    this.staged =
        feed.isLarge()
            ? new Feed.Staged[] {feed.stage(), feed.stage()}
            : new Feed.Staged[] {feed.stage()};
  }

  /** Whether batches are collected ahead. */
  boolean isLarge() {
    return feed.isLarge();
  }

  /** Puts batches into the feed. */
  void load(Load load) {
    Optional<Ahead> known = ahead;
    ahead = Optional.empty();
    if (known.isPresent() && known.get().load().equals(load)) {
      feed.put(await(known.get().batches()));
    } else {
      known.ifPresent(other -> await(other.batches()));
      feed.put(gather(load, staged[next]));
    }
  }

  /** Begins to collect what will be loaded next. */
  void ahead(Load load) {
    if (isLarge()) {
      next = 1 - next;
      Feed.Staged into = staged[next];
      ahead =
          Optional.of(
              new Ahead(load, CompletableFuture.supplyAsync(() -> gather(load, into), background)));
    }
  }

  private Feed.Staged gather(Load load, Feed.Staged into) {
    feed.gather(load.order(), load.first(), load.count(), into);
    return into;
  }

  private static Feed.Staged await(CompletableFuture<Feed.Staged> batches) {
    try {
      return batches.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
