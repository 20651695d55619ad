package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the broker owes one client, connected or not. Belongs to the thread of its shard: every method asserts that it runs
 * there. The connection that is the current link calls the methods that stand for packets, in the order in which the packets
 * came; once its link was closed by the session, or it reported {@link #disconnected}, it calls nothing any more.
 */
public final class Session {
    private final Shard shard;
    private final String clientId;
    private final Outbound outbound;
    private final Subscriptions subscriptions;
    private final Lifetime lifetime;
    private @Nullable Inbound inbound; // since its client has sent something of QoS 1 or 2
    private @Nullable String userName;
    private volatile boolean online;
    private volatile @Nullable StoredCopy stored; // if it may outlive its connection and there is a store

    long fanOutStamp; // of the message that this session was last met for, see FanOut
    int fanOutSlot;

    Session(Shard shard, String clientId, @Nullable String userName, long createdAtMs) {
        this.shard = shard;
        this.clientId = clientId;
        this.userName = userName;
        this.outbound = new Outbound(this, shard);
        this.subscriptions = new Subscriptions(this, shard);
        this.lifetime = new Lifetime(this, createdAtMs);
    }

    /** The client id. */
    public String clientId() {
        return clientId;
    }

    /** The user the session belongs to, or null. */
    public @Nullable String userName() {
        return userName;
    }

    /** How long the session outlives its connection: what the client asked for, unless the configuration allows less. */
    public long expirySeconds() {
        return lifetime.expirySeconds();
    }

    /** How many QoS 1 and 2 PUBLISHes came on this connection whose flow has not ended: what Receive Maximum limits. */
    public int inboundInFlight() {
        assert shard.here();
        return inbound == null ? 0 : inbound.inFlight();
    }

    /** What is known of it now. */
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
     * Takes a PUBLISH. QoS 1 and 2 are answered by {@link ClientLink#acknowledge} once the message is handed over, in the
     * order in which they came; a QoS 2 packet id that awaits its PUBREL is answered again and not routed again.
     */
    public void publish(Publication publication) {
        publish(publication, null);
    }

    /**
     * Takes a PUBLISH that is for the node itself: it is answered as another one, and nobody else gets it.
     *
     * @param taker gets it at once, unless it is one that was taken before
     */
    public void publishTo(Consumer<Message> taker, Publication publication) {
        publish(publication, taker);
    }

    private void publish(Publication publication, @Nullable Consumer<Message> taker) {
        assert shard.here();
        ClientLink link = outbound.link();
        if (link == null) {
            return; // taken over, or ended: nothing of the old connection counts any more
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
     * Answers a PUBLISH that the connection did not accept: an error in the order of arrival. A QoS 2 packet id is free
     * again [MQTT-4.3.3-9].
     */
    public void refuse(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
        assert shard.here();
        ClientLink link = outbound.link();
        if (link != null && qos != Qos.AT_MOST_ONCE) {
            inbound().refuse(qos, packetId, reason, reasonString, link);
        }
    }

    /** Takes a PUBREL; answers by {@link ClientLink#complete}. */
    public void release(int packetId, ReasonCode reason) {
        assert shard.here();
        ClientLink link = outbound.link();
        if (link != null) {
            inbound().release(packetId, link); // whatever the reason: the flow is over
        }
    }

    /** Takes a PUBACK. */
    public void acknowledged(int packetId, ReasonCode reason) {
        assert shard.here();
        outbound.acknowledged(packetId, reason); // an error is final too [MQTT-4.4.0-2]
    }

    /** Takes a PUBREC; answers by {@link ClientLink#release} unless it reports an error. */
    public void received(int packetId, ReasonCode reason) {
        assert shard.here();
        ClientLink link = outbound.link();
        if (link != null) {
            outbound.received(packetId, reason, link);
        }
    }

    /** Takes a PUBCOMP. */
    public void completed(int packetId) {
        assert shard.here();
        outbound.completed(packetId);
    }

    /**
     * Subscribes; a filter that is subscribed to gets the new options [MQTT-3.8.4-3].
     *
     * @param done gets one reason per request, in order, on the shard's thread: at once; or, of a durable session, once the
     *     subscriptions are stored, and where there are other nodes, once these know of them or too long has been waited. Retained
     *     messages are sent after it returned
     */
    public void subscribe(List<SubscribeRequest> requests, Consumer<List<ReasonCode>> done) {
        assert shard.here();
        if (!ended()) {
            new SubscribeTask(this, shard, requests.size(), done).subscribe(requests);
        }
    }

    /**
     * Unsubscribes. Deliveries that were begun are finished [MQTT-3.10.4-3].
     *
     * @param done gets one reason per filter, in order, on the shard's thread: at once, or for a durable session once that is
     *     stored
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
     * @return the granted QoS, or why not
     */
    public ReasonCode replay(ReplayRequest request) {
        assert shard.here();
        return ended() || outbound.link() == null ? ReasonCode.QUOTA_EXCEEDED : outbound.startReplay(request);
    }

    /**
     * Sends a message of QoS 0 that is for this client alone. Nothing waits: it is sent at once or not at all.
     *
     * @param options of the subscription that it is sent for
     * @return false if the connection does not take it now
     */
    public boolean send(Message message, SubscriptionOptions options) {
        assert shard.here();
        return outbound.sendNow(new Delivery(message, Qos.AT_MOST_ONCE, message.retain(), options.identifiers(), null));
    }

    /** Ends the replay of that filter; false if there is none. */
    public boolean endReplay(String filter) {
        assert shard.here();
        return outbound.endReplay(filter);
    }

    /** The link, which was not writable, is again. */
    public void linkWritable() {
        assert shard.here();
        outbound.pump();
    }

    /** The connection ended. Ignored unless the link is the current one: it was taken over then. */
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
     * The link is the current one from now on; what is owed is written by {@link Outbound#resume}.
     *
     * @param claimedUnder the epoch of the claim that it is opened under
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

    /** A session that was stored will end with this connection: it must not come back after a crash. */
    private void makeVolatile() {
        StoredCopy former = stored;
        if (former != null) {
            stored = null;
            outbound.notDurable();
            former.remove();
            subscriptions.forEach(Subscription::durabilityChanged);
        }
    }

    /** Closes the connection; false if there is none. */
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

    /** Closes the connection, if there is one, of a session that ends. */
    void closeConnection(ReasonCode reason) {
        ClientLink link = outbound.link();
        if (link != null) {
            leaveConnection();
            link.close(reason, null);
        }
    }

    /** Closes the connection of a session that another connection, here or elsewhere, is to have; false if there is none. */
    boolean closeTakenOver() {
        ClientLink link = outbound.link();
        if (link == null) {
            return false;
        }
        leaveConnection(); // first: a link may report its end while it is closed
        subscriptions.onlineChanged();
        link.close(ReasonCode.SESSION_TAKEN_OVER, null); // [MQTT-3.1.4-3]
        return true;
    }

    /** The session has ended: nothing comes to it any more, and nothing of what its client sent counts. */
    void leaveRoutes() {
        if (inbound != null) {
            inbound.end();
        }
        subscriptions.leaveAll();
    }

    /** Is this node's from now on, and has what the other node had. */
    void arrived() {
        lifetime.arrived();
        if (lifetime.maySurviveNode()) {
            StoredCopy made = new StoredCopy(this, shard);
            stored = made;
            made.writeAll();
        }
    }

    /** Takes back a session that was stored before a restart; {@link Lifetime#restored} ends this. */
    void restore(StoredSession kept) {
        outbound.restoreSequence(kept.sentUpTo()); // or what comes now would count as sent
        stored = new StoredCopy(this, shard);
        lifetime.restore(kept);
    }

    /** Has what a restart must know of the session itself stored, if anything is. */
    void store() {
        StoredCopy copy = stored;
        if (copy != null) {
            copy.write();
        }
    }

    /** The session has ended: the store is to forget it. */
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

    /** Whether it has a connection. Any thread may ask. */
    boolean online() {
        return online;
    }

    /** Whether it is stored. Any thread may ask. */
    boolean durable() {
        return stored != null;
    }
}
