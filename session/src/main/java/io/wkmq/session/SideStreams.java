package io.wkmq.session;

import io.wkmq.routing.Qos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client gets besides what is published for it: the retained messages of its new subscriptions, and the channels that it replays;
 * in turn with what is queued. Belongs to the session's shard. A session that has none of both has no such object.
 */
final class SideStreams {
    private static final int SOURCES = 3;

    /** How long messages wait before they look whether the store takes them again. */
    private static final long STORE_RETRY_MS = 1000;

    private final Session session;
    private final Shard shard;
    private final Outbound outbound;
    private @Nullable RetainedStreams retained;
    private @Nullable Replays replays; // of the current connection
    private int turn; // whose it is: the queue, the retained messages, the replays
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

    /** Gets the retained messages of a subscription on the way. */
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

    /** Begins a replay; returns the granted QoS, or why not. */
    ReasonCode start(ReplayRequest request) {
        if (replays == null) {
            replays = new Replays(session, shard, this::mayStart);
        }
        return replays.begin(request);
    }

    /** Ends a replay; false if there is none. */
    boolean endReplay(String filter) {
        return replays != null && replays.end(filter);
    }

    /** The replays that go on. */
    List<SubscribeRequest> replayed() {
        return replays == null ? List.of() : replays.list();
    }

    /** The connection has ended. */
    void detach() {
        if (replays != null) {
            replays.endAll();
            replays = null;
        }
    }

    /** Writes, in turn, what is queued and what there is here, as long as the link takes it. */
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

    /** Whether a message of at most that QoS can be sent now. If the store alone is against it, all is tried again in a while. */
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

    /** Nobody tells that the store is writable again. */
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
