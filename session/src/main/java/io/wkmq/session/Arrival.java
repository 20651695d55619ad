package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * A session that comes from another node, for a CONNECT that waits for it. The move calls its methods, in this order, on any
 * thread: {@link #begin}, {@link #finish}, {@link #open}; or {@link #fail} or {@link #refuse} instead of what is left. All is done on the client's
 * shard.
 *
 * <p>Between the first two the session gathers what is published, in memory only: the other node does too, and stores it.
 */
public final class Arrival {
    private final Shard shard;
    private final String clientId;
    private final long epoch;
    private final Outcome outcome;
    private @Nullable Session session;
    private boolean here; // it is this node's now
    private boolean over;

    Arrival(Shard shard, String clientId, long epoch, Outcome outcome) {
        this.shard = shard;
        this.clientId = clientId;
        this.epoch = epoch;
        this.outcome = outcome;
    }

    /** Learns how it ended: one of the two is called, once, on the shard's thread. */
    interface Outcome {
        void arrived(Session session);

        /**
         * There is none.
         *
         * @param refusal what to tell the client; null if it gets a new session
         */
        void failed(@Nullable ReasonCode refusal, String reason);
    }

    /** The client id. */
    public String clientId() {
        return clientId;
    }

    /** The epoch of the claim that it comes under. */
    public long epoch() {
        return epoch;
    }

    /**
     * Makes the session, which begins to gather what is published for it.
     *
     * @param known called back, on any thread, when other nodes know of the subscriptions, or too long has been waited for that; not
     *     at all if the arrival is over
     */
    public void begin(MovedSession moved, Runnable known) {
        shard.mailbox().post(() -> {
            if (over || session != null) {
                return;
            }
            if (!shard.admitSession()) {
                over = true;
                String limit = "the node keeps " + shard.config().maxSessions() + " sessions, which is the limit";
                outcome.failed(ReasonCode.QUOTA_EXCEEDED, limit);
                return;
            }
            Session made = new Session(shard, clientId, moved.userName(), moved.createdAtMs());
            session = made;
            made.lifetime().arriving(moved.expirySeconds(), epoch);
            made.subscriptions().arriving(moved.subscriptions()); // it gathers from now on what it will own
            shard.routesKnown().awaitKnown(known);
        });
    }

    /**
     * Puts what the other node has gathered in front of what has come here, takes out what is there twice, and stores it all.
     *
     * @param stored called back, on any thread: from now on this node has the session, whatever becomes of the CONNECT;
     *     not at all if the arrival is over
     */
    public void finish(MovedMessages messages, Runnable stored) {
        shard.mailbox().post(() -> {
            Session arriving = session;
            if (over || here || arriving == null) {
                return;
            }
            if (shard.admission().isLeaving(clientId)) {
                shard.executor()
                        .schedule(() -> finish(messages, stored), 1); // the store must not mix it with a former one
                return;
            }
            Session stale = shard.find(clientId);
            if (stale != null) {
                stale.lifetime().giveUp();
                finish(messages, stored);
                return;
            }
            here = true;
            takeIn(arriving, messages);
            shard.journal().await(failure -> stored(arriving, failure, stored));
        });
    }

    private void takeIn(Session arrived, MovedMessages messages) {
        shard.add(arrived);
        arrived.subscriptions().arrived();
        Merge.into(arrived, messages.deliveries());
        messages.awaitingRelease().forEach(packetId -> arrived.inbound().restore(packetId));
        arrived.arrived();
    }

    private void stored(Session arrived, @Nullable String failure, Runnable stored) {
        if (failure == null && arrived.subscriptions().shared()) {
            shard.routesKnown()
                    .awaitKnown(stored); // so the old node knows to whom to give what comes there by share groups
        } else if (failure == null) {
            stored.run();
        } else if (!over) {
            over = true;
            arrived.lifetime().forgetQuietly();
            outcome.failed(ReasonCode.SERVER_UNAVAILABLE, "the session could not be stored: " + failure);
        }
    }

    /** Opens it for its client: the other node has forgotten it, or is out of reach. */
    public void open() {
        shard.mailbox().post(() -> {
            Session arrived = session;
            if (!over && here && arrived != null) {
                over = true;
                outcome.arrived(arrived);
            }
        });
    }

    /** It does not come: the client gets a new session. */
    public void fail(String reason) {
        shard.mailbox().post(() -> {
            if (!over) {
                abandon();
                outcome.failed(null, reason);
            }
        });
    }

    /** It does not come now, but may later: the client is to try again. */
    public void refuse(String reason) {
        shard.mailbox().post(() -> {
            if (!over) {
                abandon();
                outcome.failed(ReasonCode.SERVER_BUSY, reason);
            }
        });
    }

    /** Nobody waits for it any more. On the shard. */
    void abandon() {
        assert shard.here();
        over = true;
        if (session != null) {
            if (here) {
                session.lifetime().notOpened();
            } else {
                session.lifetime().discard();
            }
        }
    }
}
