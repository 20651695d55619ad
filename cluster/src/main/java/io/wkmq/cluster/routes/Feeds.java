package io.wkmq.cluster.routes;

import io.wkmq.cluster.loop.Line;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.routes.protocol.Interests;
import io.wkmq.cluster.routes.protocol.RouteMessage;
import io.wkmq.cluster.routes.protocol.RouteMessage.Applied;
import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.cluster.routes.protocol.RouteMessage.Ops;
import io.wkmq.cluster.routes.protocol.RouteMessage.Progress;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.routing.Interest;
import io.wkmq.routing.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends this node's routes to the other nodes, and completes waits for a change once all nodes know it. Belongs to one thread,
 * except for {@link #known} and the counters.
 */
final class Feeds {
    private static final Logger log = LoggerFactory.getLogger(Feeds.class);
    private static final long DIGEST_MS = 1_000;

    /** Long enough for a node to confirm something, unless it is unreachable or hung. */
    private static final long SILENT_MS = 200;

    private final OwnRoutes own;
    private final Snapshots snapshots;
    private final Line<RouteMessage> line;
    private final LongSupplier clockMs;
    private final long waitMs;
    private final Predicate<NodeId> reaches;
    private final Map<NodeId, PeerFeed> feeds = new HashMap<>();
    /** The nodes that may come back, for which changes are kept. */
    private final Map<NodeId, Gone> gone = new HashMap<>();

    private final KnownWaits waits = new KnownWaits();
    private final AtomicLong overdue = new AtomicLong();
    private volatile long known = Long.MAX_VALUE;
    private long digestAtMs;

    /**
     * A node that has left.
     *
     * @param needed the last change it has; if it returns as the same process it needs those after this one
     */
    private record Gone(long incarnation, long needed) {}

    /**
     * Creates feeds to no node.
     *
     * @param waitMs the maximum time a caller waits for the other nodes
     * @param reaches whether messages currently reach another node; one that they do not reach is waited for much shorter
     */
    Feeds(
            OwnRoutes own,
            Snapshots snapshots,
            Line<RouteMessage> line,
            LongSupplier clockMs,
            long waitMs,
            Predicate<NodeId> reaches) {
        this.own = own;
        this.snapshots = snapshots;
        this.line = line;
        this.clockMs = clockMs;
        this.waitMs = waitMs;
        this.reaches = reaches;
    }

    /** Returns the newest change known by all nodes that are waited for. Any thread. */
    long known() {
        return known;
    }

    /** Returns how often a node did not confirm in time a change that a caller waited for. Any thread. */
    long overdue() {
        return overdue.get();
    }

    void here(Peer peer) {
        PeerFeed here = feeds.get(peer.id());
        if (here != null && here.peer().incarnation() == peer.incarnation()) {
            return;
        }
        own.keepChanges(true);
        Gone before = gone.remove(peer.id());
        long base = before != null && before.incarnation == peer.incarnation() ? before.needed : -1;
        PeerFeed feed = new PeerFeed(peer, base);
        feeds.put(peer.id(), feed);
        settle();
        digest(feed);
    }

    void gone(Peer peer) {
        PeerFeed feed = feeds.get(peer.id());
        if (feed != null && feed.peer().incarnation() == peer.incarnation()) {
            feeds.remove(peer.id());
            if (feed.needed() >= 0) {
                gone.put(peer.id(), new Gone(peer.incarnation(), feed.needed()));
            }
            settle();
        }
    }

    /** Stops keeping changes for a node that is not expected to come back. */
    void cleaned(Node node) {
        gone.remove(node.id());
    }

    /** Returns whether waits exclude the node. */
    boolean lagging(NodeId node) {
        PeerFeed feed = feeds.get(node);
        return feed == null || feed.lagging();
    }

    /** Runs the callback once all nodes know the change, or the time is over. */
    void await(long seq, Runnable callback) {
        if (known >= seq || !waits.add(seq, clockMs.getAsLong() + waitMs, callback)) {
            callback.run();
        }
    }

    /** Sends pending changes. */
    void flush() {
        own.attend();
        feeds.values().forEach(this::flush);
    }

    private void flush(PeerFeed feed) {
        while (feed.maySend(clockMs.getAsLong())) {
            long first = feed.next();
            List<Interest> changes = own.from(first);
            if (changes == null) {
                digest(feed); // tells it that it has to pull
                return;
            }
            if (changes.isEmpty()) {
                return;
            }
            feed.sent(first + changes.size() - 1);
            line.ask(
                    feed.peer().id(),
                    new Ops(own.incarnation(), first, Interests.of(changes)),
                    Applied.class,
                    applied -> {
                        feed.answered(applied);
                        advanced(feed);
                    },
                    () -> feed.unanswered(clockMs.getAsLong()));
        }
    }

    private void advanced(PeerFeed feed) {
        if (feeds.get(feed.peer().id()) == feed) {
            flush(feed);
            settle();
        }
    }

    private void digest(PeerFeed feed) {
        if (feed.beginDigest()) {
            line.ask(
                    feed.peer().id(),
                    own.digest(),
                    Applied.class,
                    applied -> {
                        feed.endDigest();
                        feed.learn(applied);
                        advanced(feed);
                    },
                    feed::endDigest);
        }
    }

    /** Answers a node that pulls a snapshot. */
    Chunk pull(Pull pull) {
        return snapshots.chunk(pull, clockMs.getAsLong());
    }

    /** Records the progress that a node reports. */
    void progress(NodeId from, Progress progress) {
        PeerFeed feed = feeds.get(from);
        if (feed != null && progress.incarnation() == own.incarnation()) {
            feed.learn(progress.applied());
            advanced(feed);
            digest(feed); // what it reports may be outdated
        }
    }

    /** Sends digests, retries and discards changes that nobody needs. Must be called about every 100 ms. */
    void tick() {
        long now = clockMs.getAsLong();
        if (now >= digestAtMs) {
            digestAtMs = now + DIGEST_MS;
            feeds.values().forEach(this::digest);
        }
        feeds.values().forEach(this::flush);
        giveUp(now);
        snapshots.expire(now);
        long seq = own.seq();
        long oldest = seq - own.limits().goneOpsMax();
        gone.values().removeIf(each -> each.needed < oldest);
        feeds.values().forEach(feed -> feed.forgetBefore(oldest));
        if (feeds.isEmpty() && gone.isEmpty() && snapshots.none()) {
            own.keepChanges(false);
        } else {
            own.trim(LongStream.concat(
                            feeds.values().stream().mapToLong(PeerFeed::needed),
                            gone.values().stream().mapToLong(Gone::needed))
                    .filter(needed -> needed >= 0)
                    .reduce(Math.min(seq, snapshots.base()), Math::min));
        }
    }

    /** Excludes nodes that keep callers waiting too long, until they have caught up. */
    private void giveUp(long now) {
        long late = waits.overdue(now);
        long silent = waits.overdue(now + Math.max(0, waitMs - SILENT_MS));
        if (silent < 0) {
            return;
        }
        for (PeerFeed feed : feeds.values()) {
            boolean silently =
                    feed.known() < silent && !reaches.test(feed.peer().id());
            if ((feed.known() < late || silently) && !feed.lagging()) {
                feed.lag(own.seq());
                overdue.incrementAndGet();
                log.warn(
                        "A node does not confirm this node's routes, SUBSCRIBEs do not wait for it now, node={} limitMs={} reached={}",
                        feed.peer().node().name(),
                        waitMs,
                        !silently);
            }
        }
        settle();
    }

    private void settle() {
        long all = Long.MAX_VALUE;
        for (PeerFeed feed : feeds.values()) {
            if (!feed.lagging()) {
                all = Math.min(all, feed.known());
            }
        }
        known = all;
        waits.known(all);
    }

    /** Ends all waits. */
    void close() {
        feeds.clear();
        settle();
    }
}
