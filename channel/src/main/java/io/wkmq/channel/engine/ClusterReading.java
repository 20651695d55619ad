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
 * A group as a node has it that has readers of it: knows where its home is. That is the node that has taken the group's cursor last; if it
 * is gone, says that it is not the home, or says nothing for long, this node takes it. Belongs to the engine's loop.
 */
final class ClusterReading {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterReading.class);

    /** What is in front of the node in the cursor's reader. No client can take such a cursor. */
    private static final String READER = "node:";

    private static final long LOOK_MS = 1_000;
    private static final long PAUSE_MS = 200;

    /** After how long a home is given up that is here and does not answer. */
    private static final long HOME_SILENCE_MS = 15_000;

    private final int channel;
    private final ReadingGroup group;
    private final EngineLoop loop;
    private final Nodes nodes;
    private final Set<ClusterSeat> seats = new LinkedHashSet<>();
    private @Nullable Home home;
    private @Nullable Home refused; // which was given up last
    private long heardMs;
    private long homes; // of this node
    private boolean looking;
    private boolean watching;

    /**
     * Where a group has its home.
     *
     * @param hold by which the node has the cursor; below 0 for this node
     */
    record Home(NodeId node, long hold) {}

    /** What a group has to do with its node and others. Stages complete on any thread. */
    interface Nodes {
        /** This node. */
        NodeId self();

        /** Whether another node is here. */
        boolean here(NodeId node);

        /** The group's cursor, as of now; null if there is none. */
        CompletionStage<@Nullable Cursor> cursor();

        /** Tells another node of a seat. */
        CompletionStage<SeatAnswer> ask(NodeId node, SeatReport report);

        /** Has this node be the home: it takes the cursor for that reader, unless it has done so. */
        void settle(String reader);

        /** Tells this node of a seat. */
        CompletionStage<SeatAnswer> askSelf(SeatReport report);

        /** A number that nobody else has. */
        long newId();

        /** A group has no seats any more. */
        void unused(ClusterReading group);
    }

    ClusterReading(int channel, ReadingGroup group, EngineLoop loop, Nodes nodes) {
        this.channel = channel;
        this.group = group;
        this.loop = loop;
        this.nodes = nodes;
    }

    /** Another reader. */
    ClusterSeat join(RecordFetch fetch) {
        ClusterSeat seat = new ClusterSeat(this, loop, fetch);
        keep(seat);
        if (home != null) {
            seat.moved();
        }
        return seat;
    }

    /** A seat has something to say. */
    void keep(ClusterSeat seat) {
        if (seats.add(seat)) {
            look();
            watch();
        }
    }

    /** A seat has nothing to say any more. */
    void forget(ClusterSeat seat) {
        if (seats.remove(seat) && seats.isEmpty()) {
            nodes.unused(this);
        }
    }

    /** Where the group has its home; null if that is not known. */
    @Nullable
    Home home() {
        return home;
    }

    /** Tells a home of a seat. */
    CompletionStage<SeatAnswer> ask(Home of, SeatReport report) {
        return isSelf(of) ? nodes.askSelf(report) : nodes.ask(of.node(), report);
    }

    /** A home has said something. */
    void heard(Home of) {
        if (of.equals(home)) {
            heardMs = loop.nowMs();
        }
    }

    /** A home says that it is none. */
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
        } // else it is looked for again when it is time
    }

    /** Who has the cursor; null if no node has. */
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
            LOG.info("A reader group has lost its home node cursor={} channel={} node={}", group.cursor(), channel, at.node());
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
