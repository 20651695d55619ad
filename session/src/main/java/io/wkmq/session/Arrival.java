package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * A session arriving from another node on behalf of a waiting CONNECT (ADR 10). The move calls, from any thread and in this
 * order, {@link #begin}, {@link #finish} and {@link #open}, or {@link #fail} or {@link #refuse} in place of the remaining
 * steps. All work is done on the client's shard.
 *
 * <p>Between {@code begin} and {@code finish} the session collects published messages in memory only: the old node receives and
 * stores them as well.
 */
public final class Arrival {
    private final Shard shard;
    private final String clientId;
    private final long epoch;
    private final Outcome outcome;
    private @Nullable Session session;
    private boolean here; // this node owns the session
    private boolean over;

    Arrival(Shard shard, String clientId, long epoch, Outcome outcome) {
        this.shard = shard;
        this.clientId = clientId;
        this.epoch = epoch;
        this.outcome = outcome;
    }

    /** Receives the outcome. Exactly one method is called, once, on the shard's thread. */
    interface Outcome {
        void arrived(Session session);

        /**
         * The session did not arrive.
         *
         * @param refusal the reason code for the client; null if the client gets a new session instead
         */
        void failed(@Nullable ReasonCode refusal, String reason);
    }

    /** Returns the client id. */
    public String clientId() {
        return clientId;
    }

    /** Returns the epoch of the claim under which the session arrives. */
    public long epoch() {
        return epoch;
    }

    /**
     * Creates the session, which starts to collect the messages published to it.
     *
     * @param known called on any thread once the other nodes know the subscriptions, or the wait for that has timed out; never
     *     called if the arrival is over
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
            made.subscriptions().arriving(moved.subscriptions()); // collects from now on what it will own
            shard.routesKnown().awaitKnown(known);
        });
    }

    /**
     * Puts the messages of the old node in front of those collected here, removes duplicates, and stores the result.
     *
     * @param stored called on any thread once this node owns the session, whatever becomes of the CONNECT; never called if the
     *     arrival is over
     */
    public void finish(MovedMessages messages, Runnable stored) {
        shard.mailbox().post(() -> {
            Session arriving = session;
            if (over || here || arriving == null) {
                return;
            }
            if (shard.admission().isLeaving(clientId)) {
                shard.executor()
                        .schedule(() -> finish(messages, stored), 1); // wait, so that the store cannot mix up the two
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
                    .awaitKnown(stored); // so the old node knows where to redispatch its share group messages
        } else if (failure == null) {
            stored.run();
        } else if (!over) {
            over = true;
            arrived.lifetime().forgetQuietly();
            outcome.failed(ReasonCode.SERVER_UNAVAILABLE, "the session could not be stored: " + failure);
        }
    }

    /** Opens the session for its client: the old node has forgotten the session or is unreachable. */
    public void open() {
        shard.mailbox().post(() -> {
            Session arrived = session;
            if (!over && here && arrived != null) {
                over = true;
                outcome.arrived(arrived);
            }
        });
    }

    /** Gives up on the session: the client gets a new one. */
    public void fail(String reason) {
        shard.mailbox().post(() -> {
            if (!over) {
                abandon();
                outcome.failed(null, reason);
            }
        });
    }

    /** Gives up for now: the session may still arrive later, so the client is told to try again. */
    public void refuse(String reason) {
        shard.mailbox().post(() -> {
            if (!over) {
                abandon();
                outcome.failed(ReasonCode.SERVER_BUSY, reason);
            }
        });
    }

    /** Abandons the arrival because its CONNECT no longer waits. Called on the shard. */
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
