package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one client, connected or not, and its pending deliveries. Confined to the thread of its shard, which every
 * method asserts. The connection that is the current link calls the packet methods in the order in which packets arrived; once
 * the session has closed its link, or the link has reported {@link #disconnected}, it makes no further calls.
 */
public final class Session {
    private final Shard shard;
    private final String clientId;
    private final Outbound outbound;
    private final Subscriptions subscriptions;
    private final Lifetime lifetime;
    private @Nullable Inbound inbound; // created when first needed
    private @Nullable String userName;
    private volatile boolean online;
    private volatile @Nullable StoredCopy stored; // set if the session may outlive its connection and there is a store

    long fanOutStamp; // of the message that last matched this session, see FanOut
    int fanOutSlot;

    Session(Shard shard, String clientId, @Nullable String userName, long createdAtMs) {
        this.shard = shard;
        this.clientId = clientId;
        this.userName = userName;
        this.outbound = new Outbound(this, shard);
        this.subscriptions = new Subscriptions(this, shard);
        this.lifetime = new Lifetime(this, createdAtMs);
    }

    /** Returns the client id. */
    public String clientId() {
        return clientId;
    }

    /** Returns the user the session belongs to, or null. */
    public @Nullable String userName() {
        return userName;
    }

    /** Returns how long the session outlives its connection: as requested by the client, capped by the configuration. */
    public long expirySeconds() {
        return lifetime.expirySeconds();
    }

    /** Returns the number of QoS 1 and 2 PUBLISHes of this connection whose flow has not ended, which Receive Maximum limits. */
    public int inboundInFlight() {
        assert shard.here();
        return inbound == null ? 0 : inbound.inFlight();
    }

    /** Returns a snapshot of the session. */
    public SessionInfo info() {
        assert shard.here();
        return new SessionInfo(
                clientId,
                userName,
                online,
                durable(),
                lifetime.createdAtMs(),
                lifetime.connectedAtMs(),
                lifetime.absentSinceMs(),
                lifetime.expirySeconds(),
                subscriptions.list(),
                outbound.replayed(),
                outbound.inflightMax(),
                outbound.inflightSize(),
                outbound.queueLength(),
                outbound.queueBytes(),
                inbound == null ? 0 : inbound.awaitingRelease(),
                outbound.delivered(),
                outbound.enqueued(),
                outbound.dropped());
    }

    /**
     * Handles a PUBLISH. QoS 1 and 2 are answered through {@link ClientLink#acknowledge} in order of arrival, each once the
     * message is handed over. A QoS 2 packet id that still awaits its PUBREL is answered again but not routed again.
     */
    public void publish(Publication publication) {
        publish(publication, null);
    }

    /**
     * Handles a PUBLISH addressed to the node itself: it is answered like any other but not routed.
     *
     * @param taker receives the message at once, unless it is a duplicate of one already taken
     */
    public void publishTo(Consumer<Message> taker, Publication publication) {
        publish(publication, taker);
    }

    private void publish(Publication publication, @Nullable Consumer<Message> taker) {
        assert shard.here();
        ClientLink link = outbound.link();
        if (link == null) {
            return; // taken over or ended: nothing from the old connection counts any more
        }
        Counts counts = shard.counts();
        counts.received(publication.qos());
        if (publication.retain()) {
            counts.increment(Counts.RETAINED_RECEIVED);
        }
        Message message = publication.message(clientId, shard.clock().millis(), shard.nextMessageNumber());
        if (publication.qos() != Qos.AT_MOST_ONCE) {
            inbound().publish(publication.packetId(), message, link, taker);
        } else if (taker != null) {
            taker.accept(message);
        } else if (!shard.intake().take(message, HandOver.NONE, shard, userName)) {
            counts.increment(Counts.UNROUTED);
        }
    }

    /**
     * Answers a PUBLISH that the connection rejected with an error, in order of arrival. A QoS 2 packet id becomes free again
     * [MQTT-4.3.3-9].
     */
    public void refuse(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
        assert shard.here();
        ClientLink link = outbound.link();
        if (link != null && qos != Qos.AT_MOST_ONCE) {
            inbound().refuse(qos, packetId, reason, reasonString, link);
        }
    }

    /** Handles a PUBREL; answers through {@link ClientLink#complete}. */
    public void release(int packetId, ReasonCode reason) {
        assert shard.here();
        ClientLink link = outbound.link();
        if (link != null) {
            inbound().release(packetId, link); // whatever the reason code, the flow is over
        }
    }

    /** Handles a PUBACK. */
    public void acknowledged(int packetId, ReasonCode reason) {
        assert shard.here();
        outbound.acknowledged(packetId, reason); // an error ends the flow too [MQTT-4.4.0-2]
    }

    /** Handles a PUBREC; answers through {@link ClientLink#release} unless it reports an error. */
    public void received(int packetId, ReasonCode reason) {
        assert shard.here();
        ClientLink link = outbound.link();
        if (link != null) {
            outbound.received(packetId, reason, link);
        }
    }

    /** Handles a PUBCOMP. */
    public void completed(int packetId) {
        assert shard.here();
        outbound.completed(packetId);
    }

    /**
     * Subscribes; an existing subscription to a filter gets the new options [MQTT-3.8.4-3].
     *
     * @param done receives one reason code per request, in order, on the shard's thread. Called at once or, for a durable
     *     session, once the subscriptions are stored, and in a cluster once the other nodes know of them or the wait for that
     *     has timed out. Retained messages are sent after it returns
     */
    public void subscribe(List<SubscribeRequest> requests, Consumer<List<ReasonCode>> done) {
        assert shard.here();
        if (!ended()) {
            new SubscribeTask(this, shard, requests.size(), done).subscribe(requests);
        }
    }

    /**
     * Unsubscribes. Deliveries already started are completed [MQTT-3.10.4-3].
     *
     * @param done receives one reason code per filter, in order, on the shard's thread: at once or, for a durable session, once
     *     the change is stored
     */
    public void unsubscribe(List<SubscriptionFilter> filters, Consumer<List<ReasonCode>> done) {
        assert shard.here();
        if (!ended()) {
            new SubscribeTask(this, shard, filters.size(), done).unsubscribe(filters);
        }
    }

    /**
     * Replays a channel to the client until it unsubscribes or its connection ends.
     *
     * @return the granted QoS, or an error
     */
    public ReasonCode replay(ReplayRequest request) {
        assert shard.here();
        return ended() || outbound.link() == null ? ReasonCode.QUOTA_EXCEEDED : outbound.startReplay(request);
    }

    /**
     * Sends a QoS 0 message to this client only. The message is never queued: it is sent at once or not at all.
     *
     * @param options the options of the subscription under which it is sent
     * @return false if the connection cannot take it now
     */
    public boolean send(Message message, SubscriptionOptions options) {
        assert shard.here();
        return outbound.sendNow(new Delivery(message, Qos.AT_MOST_ONCE, message.retain(), options.identifiers(), null));
    }

    /** Ends the replay with the given filter; returns false if there is none. */
    public boolean endReplay(String filter) {
        assert shard.here();
        return outbound.endReplay(filter);
    }

    /** Resumes writing after the link has become writable again. */
    public void linkWritable() {
        assert shard.here();
        outbound.pump();
    }

    /** Handles the end of a connection. Ignored if the link is not the current one, as after a takeover. */
    public void disconnected(ClientLink link, DisconnectCause cause) {
        assert shard.here();
        if (outbound.link() != link) {
            return;
        }
        leaveConnection();
        lifetime.disconnected(cause);
        if (lifetime.expirySeconds() == 0) {
            lifetime.end(ReasonCode.SUCCESS);
            return;
        }
        subscriptions.onlineChanged();
        if (shard.config().sharedRedispatch()) {
            outbound.redispatchQueuedToOnline();
        }
        lifetime.absent();
        store();
    }

    /**
     * Makes the link the current one; {@link Outbound#resume} then writes the pending deliveries.
     *
     * @param claimedUnder the epoch of the claim under which the session is opened
     */
    void connect(ConnectRequest request, ClientLink link, boolean resumed, long claimedUnder) {
        userName = request.userName();
        lifetime.connect(request, claimedUnder);
        if (!lifetime.maySurviveNode()) {
            makeVolatile();
        } else if (!resumed) {
            stored = new StoredCopy(this, shard);
        }
        outbound.attach(link, request.receiveMaximum());
        online = true;
        subscriptions.onlineChanged();
        shard.counts().increment(Counts.CONNECTED);
        lifetime.guardWill();
        store();
    }

    /** Deletes the stored copy: the session now ends with its connection and must not come back after a crash. */
    private void makeVolatile() {
        StoredCopy former = stored;
        if (former != null) {
            stored = null;
            outbound.notDurable();
            former.remove();
            subscriptions.forEach(Subscription::durabilityChanged);
        }
    }

    /** Closes the connection; returns false if there is none. */
    boolean kick(ReasonCode reason, @Nullable String reasonString) {
        ClientLink link = outbound.link();
        if (link == null) {
            return false;
        }
        disconnected(link, DisconnectCause.LOST);
        link.close(reason, reasonString);
        return true;
    }

    private void leaveConnection() {
        outbound.detach();
        if (inbound != null) {
            inbound.detach();
        }
        online = false;
        shard.counts().decrement(Counts.CONNECTED);
        shard.mayFollow(this);
    }

    /** Closes the connection, if any, of a session that ends. */
    void closeConnection(ReasonCode reason) {
        ClientLink link = outbound.link();
        if (link != null) {
            leaveConnection();
            link.close(reason, null);
        }
    }

    /** Closes the connection because another one, here or on another node, takes over; returns false if there is none. */
    boolean closeTakenOver() {
        ClientLink link = outbound.link();
        if (link == null) {
            return false;
        }
        leaveConnection(); // first: closing a link may report its end
        subscriptions.onlineChanged();
        link.close(ReasonCode.SESSION_TAKEN_OVER, null); // [MQTT-3.1.4-3]
        return true;
    }

    /** Removes the ended session from the routes and invalidates what its client has sent. */
    void leaveRoutes() {
        if (inbound != null) {
            inbound.end();
        }
        subscriptions.leaveAll();
    }

    /** Completes the session's arrival: this node owns it and has all of the old node's messages. */
    void arrived() {
        lifetime.arrived();
        if (lifetime.maySurviveNode()) {
            StoredCopy made = new StoredCopy(this, shard);
            stored = made;
            made.writeAll();
        }
    }

    /** Restores a session stored before a restart; {@link Lifetime#restored} completes this. */
    void restore(StoredSession kept) {
        outbound.restoreSequence(kept.sentUpTo()); // otherwise new deliveries would count as already sent
        stored = new StoredCopy(this, shard);
        lifetime.restore(kept);
    }

    /** Writes the session's own record to the store, if it is stored. */
    void store() {
        StoredCopy copy = stored;
        if (copy != null) {
            copy.write();
        }
    }

    /** Deletes the ended session from the store. */
    void forget() {
        StoredCopy copy = stored;
        if (copy != null) {
            copy.remove();
        }
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    Shard shard() {
        return shard;
    }

    Lifetime lifetime() {
        return lifetime;
    }

    Outbound outbound() {
        return outbound;
    }

    Inbound inbound() {
        if (inbound == null) {
            inbound = new Inbound(this, shard);
        }
        return inbound;
    }

    boolean ended() {
        return lifetime.ended();
    }

    /** Returns whether the client is connected. Any thread. */
    boolean online() {
        return online;
    }

    /** Returns whether the session is stored. Any thread. */
    boolean durable() {
        return stored != null;
    }
}
