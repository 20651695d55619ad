package io.wkmq.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a move of a session (ADR 10) needs on the old node. Thread-safe; callbacks run on the thread of the
 * client's shard, except for {@link #passAll}.
 *
 * <p>A session is frozen first: its connection is closed and its timers are suspended, but it continues to collect messages. It
 * stays frozen until it is forgotten, because the new node has all of it, or is thawed, because the move has failed.
 */
public final class SessionMoves {
    private static final long SETTLE_PAUSE_MS = 5;
    private static final int SETTLE_PAUSES_MAX = 200;

    private final Shard[] shards;
    private final Function<String, Shard> shardOf;

    SessionMoves(Shard[] shards, Function<String, Shard> shardOf) {
        this.shards = shards;
        this.shardOf = shardOf;
    }

    /**
     * Freezes the client's session for the node with a newer claim; a session that could not outlive its connection ends. A
     * CONNECT in progress whose claim was granted before is refused.
     *
     * @param claim the epoch of the newer claim, which identifies the freeze in later calls
     * @param frozen receives the epoch of the session's own claim, at least 1; 0 if there is no session to move
     */
    public void freeze(String clientId, long claim, LongConsumer frozen) {
        Shard shard = shardOf.apply(clientId);
        shard.mailbox().post(() -> frozen.accept(shard.admission().freeze(clientId, claim)));
    }

    /** Resumes a session that was not moved. Does nothing if it is no longer frozen under this claim. */
    public void thaw(String clientId, long claim) {
        withFrozen(clientId, claim, leaving -> {
            if (leaving != null) {
                leaving.fail();
            }
        });
    }

    /** Passes the session without its messages to the callback; null if it is no longer frozen under this claim. */
    public void describe(String clientId, long claim, Consumer<@Nullable MovedSession> described) {
        withFrozen(clientId, claim, leaving -> described.accept(leaving == null ? null : leaving.described()));
    }

    /**
     * Passes the session's pending deliveries and QoS 2 receiver state to the callback; null if it is no longer frozen under
     * this claim. Waits up to a second for messages in transit within the node. After that, a message from the client that has
     * not been fully handed over counts as handed over; but if one of the session's own messages is still on its way to another
     * share group member, the callback gets null. Share group messages that arrive later go to other members when the session
     * is forgotten.
     */
    public void messages(String clientId, long claim, Consumer<@Nullable MovedMessages> listed) {
        messages(clientId, claim, listed, SETTLE_PAUSES_MAX);
    }

    private void messages(String clientId, long claim, Consumer<@Nullable MovedMessages> listed, int pauses) {
        withFrozen(clientId, claim, leaving -> {
            if (leaving == null || (pauses == 0 && !leaving.nothingGivenAway())) {
                listed.accept(null);
            } else if (pauses == 0 || leaving.settled()) {
                listed.accept(leaving.list());
            } else {
                shardOf.apply(clientId)
                        .executor()
                        .schedule(() -> messages(clientId, claim, listed, pauses - 1), SETTLE_PAUSE_MS);
            }
        });
    }

    /**
     * Records that the last part of the listed messages is about to be sent. From now on this node cannot be sure to have the
     * only copy, so its copy ends silently if it has to end.
     *
     * @param noted receives whether the session is still frozen under this claim; if not, the part must not be sent
     */
    public void sending(String clientId, long claim, Consumer<Boolean> noted) {
        withFrozen(clientId, claim, leaving -> {
            if (leaving != null) {
                leaving.send();
            }
            noted.accept(leaving != null);
        });
    }

    /**
     * Silently forgets this node's copy of a session that another node has completely.
     *
     * @param claim the epoch of the other node's claim; a CONNECT in progress under an older one is refused
     * @param epoch the epoch of the session that the other node has; a newer session is left alone
     * @param forgotten receives whether the store has forgotten the session too; if not, a retry may succeed
     */
    public void forget(String clientId, long claim, long epoch, Consumer<Boolean> forgotten) {
        Shard shard = shardOf.apply(clientId);
        shard.mailbox().post(() -> {
            if (shard.admission().forget(clientId, claim, epoch)) {
                shard.journal().await(failure -> forgotten.accept(failure == null));
            } else {
                forgotten.accept(false);
            }
        });
    }

    /** Calls back, on any thread, once every message that the shards were routing at this moment has been passed on. */
    public void passAll(Runnable passed) {
        AtomicInteger left = new AtomicInteger(shards.length);
        for (Shard shard : shards) {
            shard.mailbox().post(() -> {
                if (left.decrementAndGet() == 0) {
                    passed.run();
                }
            });
        }
    }

    private void withFrozen(String clientId, long claim, Consumer<@Nullable Leaving> action) {
        Shard shard = shardOf.apply(clientId);
        shard.mailbox().post(() -> {
            Session session = shard.find(clientId);
            Leaving leaving = session == null ? null : session.lifetime().leaving();
            action.accept(leaving != null && leaving.frozenFor(claim) ? leaving : null);
        });
    }
}
