package io.wkmq.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the move of a session to another node asks of the node that it leaves. Thread-safe; what is called back comes on the thread of
 * the client's shard, but for {@link #passAll}.
 *
 * <p>A session is frozen first: its connection ends and its time stands still, but it goes on to gather messages. It stays so
 * until it is given up because the other node has all of it, or is thawed because the move has failed.
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
     * Freezes the client's session for the node that has a newer claim; what could not outlive its connection ends. A CONNECT that
     * is under way and has had its claim before is refused.
     *
     * @param claim the epoch of the newer claim, by which the next methods name the freeze
     * @param frozen gets the epoch of the session's own claim, at least 1; 0 if there is none to be had
     */
    public void freeze(String clientId, long claim, LongConsumer frozen) {
        Shard shard = shardOf.apply(clientId);
        shard.mailbox().post(() -> frozen.accept(shard.admission().freeze(clientId, claim)));
    }

    /** The session was not moved: its time goes on. Nothing if it is not frozen under that claim any more. */
    public void thaw(String clientId, long claim) {
        withFrozen(clientId, claim, leaving -> {
            if (leaving != null) {
                leaving.fail();
            }
        });
    }

    /** Calls back with the session without its messages; null if it is not frozen under that claim any more. */
    public void describe(String clientId, long claim, Consumer<@Nullable MovedSession> described) {
        withFrozen(clientId, claim, leaving -> described.accept(leaving == null ? null : leaving.described()));
    }

    /**
     * Calls back with what the session owes up to now, and what it knows of its client's messages; null if it is not frozen under
     * that claim any more. Waits for what is on its way within the node, but not longer than a second: a message of the client that
     * somebody has not taken by then counts as taken; null if one of its own is on its way to another member of a share group. What the
     * session gets by share groups from now on goes to other members when it is forgotten.
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
     * The last part of what was listed is about to be sent: from now on this node does not know any more that it alone has the session,
     * which ends without a word if it has to.
     *
     * @param noted gets whether it is still frozen under that claim: if not it must not be sent
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
     * Another node has all of the client's session: forgets the one here without a word to anybody.
     *
     * @param claim the epoch of the other node's claim: a CONNECT that is under way under an older one is refused
     * @param epoch of the session that the other node has got: a newer one is not concerned
     * @param forgotten gets whether the store has forgotten it too; if it has not, to call again may help
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

    /** Calls back, on any thread, when whatever the shards were routing is where the routes of that time sent it. */
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
