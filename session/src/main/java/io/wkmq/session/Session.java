package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.List;
import java.util.Objects;
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
    private final long createdAtMs;
    private final Outbound outbound;
    private final Subscriptions subscriptions;
    private final SessionWill will;
    private @Nullable Inbound inbound;
    private @Nullable String userName;
    private @Nullable Absence absence; // without a connection
    private long expirySeconds;
    private long connectedAtMs;
    private long epoch; // of the claim that it was last opened under
    private boolean ended;
    private @Nullable Leaving leaving; // once another node was to have it
    private volatile boolean online;
    private volatile boolean durable; // stored, because it may outlive its connection and there is a store

    long fanOutStamp; // of the message that this session was last met for, see FanOut
    int fanOutSlot;

    Session(Shard shard, String clientId, long createdAtMs) {
        this.shard = shard;
        this.clientId = clientId;
        this.createdAtMs = createdAtMs;
        this.outbound = new Outbound(this, shard);
        this.subscriptions = new Subscriptions(this, shard);
        this.will = new SessionWill(this, shard);
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
        return expirySeconds;
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
                durable,
                createdAtMs,
                connectedAtMs,
                absence == null ? 0 : absence.sinceMs(),
                expirySeconds,
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
        if (!ended) {
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
        if (!ended) {
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
        return ended || outbound.link() == null ? ReasonCode.QUOTA_EXCEEDED : outbound.startReplay(request);
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
        if (!cause.publishWill()) {
            will.drop(); // [MQTT-3.14.4-3]
        }
        if (cause.expirySeconds() != DisconnectCause.UNCHANGED && expirySeconds > 0) {
            expirySeconds = Math.min(cause.expirySeconds(), shard.config().expiryMaxSeconds());
        }
        if (expirySeconds == 0) {
            end(ReasonCode.SUCCESS);
            return;
        }
        subscriptions.onlineChanged();
        if (shard.config().sharedRedispatch()) {
            outbound.redispatchQueuedToOnline();
        }
        absent(shard.clock().millis());
        store();
    }

    /** Another connection resumes the session: ends the one it has, if any, or its absence. */
    void giveWay() {
        closeTakenOver();
        if (absence != null) {
            absence.cancel();
            absence = null;
        }
        leaving = null;
        will.drop(); // [MQTT-3.1.3-9]
    }

    private void closeTakenOver() {
        ClientLink link = outbound.link();
        if (link != null) {
            leaveConnection(); // first: a link may report its end while it is closed
            subscriptions.onlineChanged();
            link.close(ReasonCode.SESSION_TAKEN_OVER, null); // [MQTT-3.1.4-3]
            if (will.delaySeconds() == 0) {
                will.publish();
            }
        }
    }

    /** Ends its connection and stops its time: another node, which has that claim, is to have it. */
    void freeze(long claim) {
        closeTakenOver();
        if (absence == null) {
            absence = new Absence(this, shard, shard.clock().millis(), will.delaySeconds());
            store();
        }
        absence.cancel();
        if (leaving == null) {
            leaving = new Leaving();
        }
        leaving.freeze(claim, outbound.sequence());
        shard.mayFollow(this);
    }

    boolean frozen() {
        return leaving != null && leaving.frozen();
    }

    boolean frozenFor(long claim) {
        return leaving != null && leaving.frozenFor(claim);
    }

    /** The other node does not get it. */
    void thaw() {
        if (absence != null) {
            goOn();
            will.guard(); // who had it has taken the client for another node's
            if (leaving != null && leaving.sent()) {
                leaving.notSent();
                store();
            }
        }
    }

    private void goOn() {
        if (absence != null && leaving != null && leaving.frozen()) {
            leaving.thaw();
            absence.arm();
        }
    }

    /** Whether nothing of what its client sent, and nothing that it has given to others, is on its way within the node. */
    boolean settled() {
        return outbound.settled() && (inbound == null || inbound.settled());
    }

    /** What it owes and knows, once it is frozen and settled. What share groups give it from now on it gives to others in the end. */
    MovedMessages leave() {
        Leaving frozen = Objects.requireNonNull(leaving, "only a session that is frozen leaves");
        frozen.listed(outbound.sequence());
        List<MovedMessages.Owed> owed = outbound.owed(frozen.frozenAfter());
        return new MovedMessages(owed, inbound == null ? List.of() : inbound.packetIds());
    }

    /** All that it has left with is about to be sent. */
    void sent() {
        Objects.requireNonNull(leaving, "only a session that is frozen leaves").send();
        store();
    }

    MovedSession described() {
        return new MovedSession(clientId, userName, createdAtMs, expirySeconds, subscriptions.list());
    }

    /** Begins to gather what it will own once it has {@link #arrived}; not what share groups would give to it alone. */
    void arriving(MovedSession moved, long claim) {
        userName = moved.userName();
        expirySeconds = Math.min(moved.expirySeconds(), shard.config().expiryMaxSeconds());
        epoch = claim;
        subscriptions.arriving(moved.subscriptions());
    }

    /** Is this node's from now on, with what the other node had. */
    void arrived(MovedMessages messages) {
        shard.add(this);
        subscriptions.arrived();
        Merge.into(this, messages.deliveries());
        messages.awaitingRelease().forEach(packetId -> inbound().restore(packetId));
        durable = shard.keeps() && expirySeconds > 0;
        absence = new Absence(this, shard, shard.clock().millis(), -1); // time stands still until it is opened
        store();
        if (durable) {
            subscriptions.forEach(subscription -> {
                shard.journal().subscribe(clientId, subscription.filter(), subscription.options());
                subscription.durabilityChanged();
            });
            outbound.storeAll();
            messages.awaitingRelease().forEach(packetId -> shard.journal().awaitRelease(clientId, packetId, null));
        }
    }

    /** One that has {@link #arrived} is not opened for the CONNECT that it has come for: its time goes on. */
    void notOpened() {
        if (absence != null && !ended) {
            absence.arm();
        }
    }

    /** Ends one that has not {@link #arrived}. */
    void discard() {
        leaveRoutes();
        outbound.end();
        shard.dismissSession();
    }

    /** Another node has the client: ends it, without a word to anybody if it was given to another node. */
    void giveUp() {
        if (will.held()) {
            will.drop(); // its client has connected since
        }
        if (mayBeElsewhere()) {
            forgetQuietly();
        } else {
            end(ReasonCode.SESSION_TAKEN_OVER);
        }
    }

    /** Its time is over. */
    void expired() {
        if (mayBeElsewhere()) {
            forgetQuietly();
        } else {
            end(ReasonCode.SUCCESS);
        }
    }

    /** Whether its time was over while it is not known yet whose its will is: that is waited for before it ends. */
    boolean overdue() {
        return will.held() && absence != null && absence.over();
    }

    private boolean mayBeElsewhere() {
        return leaving != null && leaving.sent();
    }

    /** Ends it without a word to anybody: another node has it. What share groups have given it since goes to other members. */
    void forgetQuietly() {
        if (ended) {
            return;
        }
        closeTakenOver(); // its client has come back meanwhile, by a clock that is behind
        leaveRoutes();
        will.drop();
        outbound.forgetAll(leaving == null || leaving.sentUpTo() < 0 ? Long.MAX_VALUE : leaving.sentUpTo());
        shard.remove(this);
        if (durable) {
            forget();
        }
        shard.admission().ended(clientId);
    }

    private void leaveRoutes() {
        ended = true;
        if (absence != null) {
            absence.cancel();
        }
        if (inbound != null) {
            inbound.end();
        }
        subscriptions.leaveAll();
    }

    /**
     * The link is the current one from now on; what is owed is written by {@link #resume}.
     *
     * @param claimedUnder the epoch of the claim that it is opened under
     */
    void connect(ConnectRequest request, ClientLink link, boolean resumed, long claimedUnder) {
        epoch = claimedUnder;
        userName = request.userName();
        will.set(request.will());
        expirySeconds = Math.min(request.expirySeconds(), shard.config().expiryMaxSeconds());
        connectedAtMs = shard.clock().millis();
        boolean stays = shard.keeps() && expirySeconds > 0;
        if (!resumed) {
            durable = stays;
        } else if (durable && !stays) {
            makeVolatile();
        }
        outbound.attach(link, request.receiveMaximum());
        online = true;
        subscriptions.onlineChanged();
        shard.counts().increment(Counts.CONNECTED);
        will.guard();
        store();
    }

    void resume(ClientLink link) {
        if (outbound.link() == link) {
            outbound.pump();
        }
    }

    /** A session that was stored will end with this connection: it must not come back after a crash. */
    private void makeVolatile() {
        durable = false;
        outbound.notDurable();
        forget();
        subscriptions.forEach(Subscription::durabilityChanged);
    }

    /** Closes the connection, if there is one. */
    boolean kick(ReasonCode reason) {
        return kick(reason, null);
    }

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

    private void absent(long sinceMs) {
        if (will.delaySeconds() == 0) {
            will.publish();
        }
        absence = new Absence(this, shard, sinceMs, will.delaySeconds());
        absence.arm();
    }

    /** The will's delay is over, the session goes on; if another node may have it the client may be back there. */
    void willDue() {
        if (mayBeElsewhere()) {
            will.drop();
        } else {
            will.publish();
        }
        store();
    }

    /** Ends the session; its client, if connected, gets the reason. */
    void end(ReasonCode reason) {
        if (ended) {
            return;
        }
        ended = true;
        ClientLink link = outbound.link();
        if (link != null) {
            leaveConnection();
            link.close(reason, null);
        }
        leaveRoutes();
        will.publish(); // the session's end cuts its delay short [MQTT-3.1.2-8]
        outbound.end();
        shard.remove(this);
        if (durable) {
            forget();
        }
        shard.admission().ended(clientId);
    }

    /**
     * Removes the session from the store: not before other members of its share groups have what they get of it, for its
     * copies are what a crash would leave.
     */
    private void forget() {
        shard.admission().leaving(clientId);
        outbound.whenMoved(() -> {
            shard.journal().remove(clientId);
            shard.admission().left(clientId);
        });
    }

    /** Goes on, for the one that was to come in its place has not. Who may have it may have it still. */
    void stays() {
        goOn();
        shard.directory().stays(clientId, epoch);
        will.tell(shard.directory());
    }

    /** Tells a directory that has not been told of it. */
    void tell(SessionDirectory directory) {
        tellRestored(directory);
        will.tell(directory);
    }

    /** Tells a directory that it is here, and whether another node may have it too. */
    void tellRestored(SessionDirectory directory) {
        directory.restored(clientId, epoch, mayBeElsewhere());
    }

    /** Writes what a restart must know of the session itself. */
    private void store() {
        if (durable) {
            long since = absence == null ? 0 : absence.sinceMs();
            long sentUpTo = leaving == null ? -1 : leaving.sentUpTo();
            shard.journal()
                    .put(new StoredSession(
                            clientId,
                            userName,
                            createdAtMs,
                            expirySeconds,
                            since,
                            will.content(),
                            epoch,
                            sentUpTo,
                            mayBeElsewhere()));
        }
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Takes back a session that was stored before a restart; {@link #restored} ends this. */
    void restore(StoredSession stored) {
        userName = stored.userName();
        will.set(stored.will());
        expirySeconds = stored.expirySeconds();
        epoch = stored.epoch();
        leaving = stored.sentUpTo() < 0 ? null : Leaving.restored(stored.sentUpTo(), stored.mayBeElsewhere());
        outbound.restoreSequence(stored.sentUpTo()); // or what comes now would count as sent
        durable = true;
        long sinceMs = stored.disconnectedAtMs() == 0 ? shard.clock().millis() : stored.disconnectedAtMs();
        absence = new Absence(this, shard, sinceMs, will.delaySeconds()); // time stands still yet
    }

    /** Takes back a subscription that was stored before a restart. */
    void restore(SubscribeRequest subscription) {
        subscriptions.subscribe(subscription.filter(), subscription.options());
    }

    /**
     * Everything of the session is back: its absence goes on, or begins if the node ended in the middle of a connection. Another node may
     * have the client, or be about to get it, and have said so before all shards were ready.
     */
    void restored(StoredSession stored) {
        if (ended || absence == null) {
            return;
        }
        if (will.content() != null) {
            will.reclaim();
        } else {
            goOnAbsent();
        }
        if (stored.disconnectedAtMs() == 0 || will.content() == null) {
            store();
        }
    }

    /** Whose the will is that was kept over a restart is known: its time, which stood still for that, goes on. */
    void willDecided() {
        if (!ended) {
            goOnAbsent();
            will.guard();
            store();
        }
    }

    private void goOnAbsent() {
        if (absence != null && !frozen()) {
            absence.cancel();
            absent(absence.sinceMs());
        }
    }

    Shard shard() {
        return shard;
    }

    long epoch() {
        return epoch;
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
        return ended;
    }

    boolean online() {
        return online;
    }

    boolean durable() {
        return durable;
    }
}
