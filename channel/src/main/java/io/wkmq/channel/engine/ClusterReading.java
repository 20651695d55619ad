package io.wkmq.channel.engine;

import io.wkmq.channel.group.Cursor;
import io.wkmq.channel.sharing.SeatAnswer;
import io.wkmq.channel.sharing.SeatReport;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of readers, as seen by a node that has some of them: tracks the group's home, which hands out the records. The home is the node
 * that last took the group's cursor; if that node is gone, reports that it is not the home, or stays silent for long, this node takes the
 * cursor itself (ADR 17). Confined to the engine's loop.
 */
final class ClusterReading {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterReading.class);

    /** Prefix of a node's id as the reader of a group's cursor. No client can take such a cursor. */
    private static final String READER = "node:";

    private static final long LOOK_MS = 1_000;
    private static final long PAUSE_MS = 200;

    /** How long a home that is present may stay silent before it is given up. */
    private static final long HOME_SILENCE_MS = 15_000;

    private final int channel;
    private final ReadingGroup group;
    private final EngineLoop loop;
    private final Nodes nodes;
    private final Set<ClusterSeat> seats = new LinkedHashSet<>();
    private @Nullable Home home;
    private @Nullable Home refused; // the home given up last
    private long heardMs;
    private long homes; // decremented whenever this node becomes the home, for a unique hold
    private boolean looking;
    private boolean watching;

    /**
     * The home of a group.
     *
     * @param hold by which the node holds the cursor; negative for this node
     */
    record Home(NodeId node, long hold) {}

    /** What a group needs from its own node and from others. Stages complete on any thread. */
    interface Nodes {
        /** Returns this node's id. */
        NodeId self();

        /** Returns whether another node is present. */
        boolean here(NodeId node);

        /** Reads the group's cursor, up to date; null if there is none. */
        CompletionStage<@Nullable Cursor> cursor();

        /** Sends a seat's report to another node. */
        CompletionStage<SeatAnswer> ask(NodeId node, SeatReport report);

        /** Makes this node the home: takes the cursor for the given reader, unless that was done before. */
        void settle(String reader);

        /** Passes a seat's report to this node. */
        CompletionStage<SeatAnswer> askSelf(SeatReport report);

        /** Returns a number that is not used by anybody else. */
        long newId();

        /** Called when a group has no seats any more. */
        void unused(ClusterReading group);
    }

    ClusterReading(int channel, ReadingGroup group, EngineLoop loop, Nodes nodes) {
        this.channel = channel;
        this.group = group;
        this.loop = loop;
        this.nodes = nodes;
    }

    /** Adds a reader. */
    ClusterSeat join(RecordFetch fetch) {
        ClusterSeat seat = new ClusterSeat(this, loop, fetch);
        keep(seat);
        if (home != null) {
            seat.moved();
        }
        return seat;
    }

    /** Keeps a seat that has something to report. */
    void keep(ClusterSeat seat) {
        if (seats.add(seat)) {
            look();
            watch();
        }
    }

    /** Drops a seat that has nothing left to report. */
    void forget(ClusterSeat seat) {
        if (seats.remove(seat) && seats.isEmpty()) {
            nodes.unused(this);
        }
    }

    /** Returns the group's home; null if it is unknown. */
    @Nullable
    Home home() {
        return home;
    }

    /** Sends a seat's report to a home. */
    CompletionStage<SeatAnswer> ask(Home of, SeatReport report) {
        return isSelf(of) ? nodes.askSelf(report) : nodes.ask(of.node(), report);
    }

    /** Notes that a home has answered. */
    void heard(Home of) {
        if (of.equals(home)) {
            heardMs = loop.nowMs();
        }
    }

    /** Notes that a home says that it is none. */
    void notHome(Home of) {
        if (of.equals(home)) {
            home = null;
            refused = of;
            loop.after(PAUSE_MS, this::look);
        }
    }

    private void look() {
        if (looking || home != null || seats.stream().noneMatch(ClusterSeat::stays)) {
            return;
        }
        looking = true;
        nodes.cursor().whenComplete((cursor, failure) -> {
            try {
                loop.execute(() -> found(cursor, Causes.orNull(failure)));
            } catch (RejectedExecutionException e) {
                LOG.debug("The channels are closed, their reader groups stop cursor={}", group.cursor());
            }
        });
    }

    private void found(@Nullable Cursor cursor, @Nullable Throwable failure) {
        looking = false;
        if (failure instanceof ChannelGoneException gone) {
            end(gone);
        } else if (failure == null && seats.stream().anyMatch(ClusterSeat::stays)) {
            Home named = named(cursor);
            boolean other = named != null
                    && !named.equals(refused)
                    && !named.node().equals(nodes.self())
                    && nodes.here(named.node());
            settle(other && named != null ? named : new Home(nodes.self(), --homes));
        } // otherwise the periodic check looks again
    }

    /** Returns the node that holds the cursor; null if none does. */
    private static @Nullable Home named(@Nullable Cursor cursor) {
        if (cursor == null || !cursor.reader().startsWith(READER)) {
            return null;
        }
        try {
            return new Home(new NodeId(UUID.fromString(cursor.reader().substring(READER.length()))), cursor.hold());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void settle(Home found) {
        home = found;
        heardMs = loop.nowMs();
        if (isSelf(found)) {
            nodes.settle(READER + nodes.self());
        }
        LOG.info("A reader group has a home node cursor={} channel={} node={}", group.cursor(), channel, found.node());
        List.copyOf(seats).forEach(ClusterSeat::moved);
    }

    private void watch() {
        if (!watching && !seats.isEmpty()) {
            watching = true;
            loop.after(LOOK_MS, () -> {
                watching = false;
                giveUpIfGone();
                look();
                List.copyOf(seats).forEach(ClusterSeat::look);
                watch();
            });
        }
    }

    private void giveUpIfGone() {
        Home at = home;
        if (at != null && !isSelf(at) && (!nodes.here(at.node()) || loop.nowMs() - heardMs >= HOME_SILENCE_MS)) {
            LOG.info(
                    "A reader group has lost its home node cursor={} channel={} node={}",
                    group.cursor(),
                    channel,
                    at.node());
            home = null;
            refused = at;
        }
    }

    private boolean isSelf(Home of) {
        return of.node().equals(nodes.self());
    }

    private void end(IOException reason) {
        List.copyOf(seats).forEach(seat -> seat.end(reason));
    }

    int channel() {
        return channel;
    }

    String cursor() {
        return group.cursor();
    }

    boolean ordered() {
        return group.ordered();
    }

    long newId() {
        return nodes.newId();
    }
}
