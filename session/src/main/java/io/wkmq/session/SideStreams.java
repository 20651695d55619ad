package io.wkmq.session;

import io.wkmq.routing.Qos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sources of messages for a client other than live publications: the retained messages for its new subscriptions, and its
 * channel replays. They take turns with the queue. Confined to the session's shard. Exists only while the session has either.
 */
final class SideStreams {
    private static final int SOURCES = 3;

    /** The delay before checking again whether the store accepts messages. */
    private static final long STORE_RETRY_MS = 1000;

    private final Session session;
    private final Shard shard;
    private final Outbound outbound;
    private @Nullable RetainedStreams retained;
    private @Nullable Replays replays; // of the current connection
    private int turn; // whose turn it is: queue, retained messages, or replays
    private boolean pumpScheduled;
    private boolean waitsForStore;

    SideStreams(Session session, Shard shard, Outbound outbound) {
        this.session = session;
        this.shard = shard;
        this.outbound = outbound;
    }

    boolean isEmpty() {
        return retained == null && replays == null;
    }

    /** Starts sending the retained messages of a subscription. */
    void start(Subscription subscription, Retained.Cursor cursor) {
        if (retained == null) {
            retained = new RetainedStreams(session, shard, this::mayStart);
        }
        retained.start(subscription, cursor);
    }

    void stop(Subscription subscription) {
        if (retained != null) {
            retained.stop(subscription);
        }
    }

    /** Starts a replay; returns the granted QoS, or an error. */
    ReasonCode start(ReplayRequest request) {
        if (replays == null) {
            replays = new Replays(session, shard, this::mayStart);
        }
        return replays.begin(request);
    }

    /** Ends a replay; returns false if there is none. */
    boolean endReplay(String filter) {
        return replays != null && replays.end(filter);
    }

    /** Returns the replays in progress. */
    List<SubscribeRequest> replayed() {
        return replays == null ? List.of() : replays.list();
    }

    /** Handles the end of the connection. */
    void detach() {
        if (replays != null) {
            replays.endAll();
            replays = null;
        }
    }

    /** Writes from the queue and these sources in turn, as long as the link is writable. */
    void pump(ClientLink to) {
        if (retained != null) {
            retained.beginTurn();
        }
        boolean more = true;
        while (more && to.writable()) {
            more = sendNext(to);
        }
        if (retained != null && retained.turnOver() && !pumpScheduled) {
            pumpScheduled = true;
            shard.executor().execute(() -> {
                pumpScheduled = false;
                outbound.pump();
            });
        }
    }

    private boolean sendNext(ClientLink to) {
        for (int i = 0; i < SOURCES; i++) {
            int source = (turn + i) % SOURCES;
            if (send(source, to)) {
                turn = (source + 1) % SOURCES;
                return true;
            }
        }
        return false;
    }

    private boolean send(int source, ClientLink to) {
        return switch (source) {
            case 0 -> outbound.sendQueued(to);
            case 1 -> sendRetained(to);
            default -> replays != null && replays.send(to);
        };
    }

    private boolean sendRetained(ClientLink to) {
        RetainedStreams streams = retained;
        if (streams == null) {
            return false;
        }
        if (streams.isEmpty()) {
            retained = null;
            return false;
        }
        return streams.send(to);
    }

    /** Returns whether a message of at most that QoS can be sent now. If only the store prevents it, schedules a retry. */
    private boolean mayStart(Qos max) {
        boolean needsRoom = max != Qos.AT_MOST_ONCE;
        if (!outbound.mayStart(needsRoom)) {
            return false;
        }
        if (needsRoom && session.durable() && !shard.journal().writable()) {
            retryWhenStoreMayTake();
            return false;
        }
        return true;
    }

    /** Retries after a delay, as the store does not notify when it is writable again. */
    private void retryWhenStoreMayTake() {
        if (!waitsForStore) {
            waitsForStore = true;
            shard.executor()
                    .schedule(
                            () -> {
                                waitsForStore = false;
                                outbound.pump();
                            },
                            STORE_RETRY_MS);
        }
    }
}
