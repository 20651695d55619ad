package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Match;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.RouteTable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one event loop and the state they share. Confined to that loop's thread, except for the mailbox, the counters
 * and {@link #here}.
 */
final class Shard {
    private final int index;
    private final ShardExecutor executor;
    private final SessionConfig config;
    private final SessionEnvironment environment;
    private final Intake intake;
    private final AtomicInteger nodeSessions;
    private final Mailbox mailbox;
    private final Journal journal;
    private final TurnClock clock;
    private final Counts counts = new Counts();
    private final ShardBytes bytes;
    private final DropLog dropLog;
    private final FanOut fanOut;
    private final Admission admission;
    private final OpenSubscribes openSubscribes = new OpenSubscribes();
    private final Map<String, Session> sessions = new HashMap<>();
    private InboundPublish spare = new InboundPublish(this);
    private int messageNumber = ThreadLocalRandom.current().nextInt(Message.NUMBER_MAX);
    private @Nullable Followers followers; // set while the node is stopping
    private boolean closed;

    Shard(
            int index,
            ShardExecutor executor,
            SessionConfig config,
            SessionEnvironment environment,
            Intake intake,
            NodeBytes nodeBytes,
            AtomicInteger nodeSessions) {
        this.index = index;
        this.executor = executor;
        this.config = config;
        this.environment = environment;
        this.intake = intake;
        this.nodeSessions = nodeSessions;
        this.clock = new TurnClock(environment.clock(), executor);
        this.mailbox = new Mailbox(executor, config.mailboxMax());
        SessionStore store = environment.store();
        this.journal = new Journal(store == null ? new VolatileStore() : store, executor, mailbox);
        this.bytes = new ShardBytes(nodeBytes, counts);
        this.dropLog = new DropLog(clock);
        this.fanOut = new FanOut(this);
        this.admission = new Admission(this, environment.directory());
    }

    int index() {
        return index;
    }

    /** Returns whether the caller runs on this shard's thread. */
    boolean here() {
        return executor.inShard();
    }

    ShardExecutor executor() {
        return executor;
    }

    SessionConfig config() {
        return config;
    }

    TurnClock clock() {
        return clock;
    }

    RouteTable<ShardSubscribers> routes() {
        return environment.routes();
    }

    RoutesKnown routesKnown() {
        return environment.routesKnown();
    }

    SessionDirectory directory() {
        return environment.directory();
    }

    Retained retained() {
        return environment.retained();
    }

    /** Returns whether there is a store in which sessions survive the node. */
    boolean keeps() {
        return environment.store() != null;
    }

    Intake intake() {
        return intake;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    Journal journal() {
        return journal;
    }

    Counts counts() {
        return counts;
    }

    Admission admission() {
        return admission;
    }

    OpenSubscribes openSubscribes() {
        return openSubscribes;
    }

    void connect(ConnectRequest request, ClientLink link, ConnectCallback callback) {
        assert here();
        admission.connect(request, link, callback);
    }

    MessageQueue newQueue() {
        return new MessageQueue(config, bytes, counts);
    }

    /** Offers a message to this shard's subscribers; see {@link FanOut}. */
    int deliver(Match<ShardSubscribers> match, Message message, @Nullable HeldDeliveries held) {
        assert here();
        return fanOut.deliver(match, message, held);
    }

    /**
     * Offers a share group message to the picked member, or to another one if that member has left meanwhile.
     *
     * @param handOver a hand-over that waits for this shard, or {@link HandOver#NONE}
     */
    int deliverShared(
            SharedSubscription subscription, Message message, @Nullable HeldDeliveries held, HandOver handOver) {
        assert here();
        if (!subscription.member()) {
            if (!intake.redispatch(subscription.group(), message, subscription, handOver)) {
                handOver.nobody();
            }
            return 0;
        }
        SubscriptionOptions options = subscription.options();
        Delivery delivery = new Delivery(
                message,
                message.qos().min(options.qos()),
                message.retain() && options.retainAsPublished(),
                options.identifiers(),
                subscription);
        delivery.held = held;
        return offer(subscription.session(), delivery);
    }

    /** Offers a delivery to a session; see {@link Outbound#offer}. A failure affects this session only. */
    @SuppressWarnings("IllegalCatch") // whatever it is, it concerns one session
    int offer(Session session, Delivery delivery) {
        try {
            return session.outbound().offer(delivery);
        } catch (RuntimeException | Error e) {
            counts.dropped(DropReason.INTERNAL_ERROR);
            dropLog.dropped(session.clientId(), delivery.message(), DropReason.INTERNAL_ERROR, e);
            return delivery.qos() != Qos.AT_MOST_ONCE && session.durable() ? Outbound.REFUSED : 0;
        }
    }

    /** Reports the outcome of deliveries made within the handing-over call. */
    void settleHere(int outcome, HandOver handOver) {
        if (outcome != 0 && handOver != HandOver.NONE) {
            handOver.expect();
            settleExpected(outcome, handOver);
        }
    }

    /** Reports the outcome of deliveries to a hand-over that expects it. */
    void settleExpected(int outcome, HandOver handOver) {
        if ((outcome & Outbound.REFUSED) != 0) {
            handOver.failed("a persistent session did not take the message");
        } else if ((outcome & Outbound.STORED) != 0) {
            journal.await(handOver);
        } else {
            handOver.done();
        }
    }

    /** Returns the {@link Message#number} for the next message accepted here; never 0. */
    int nextMessageNumber() {
        messageNumber = messageNumber == Message.NUMBER_MAX ? 1 : messageNumber + 1;
        return messageNumber;
    }

    /** Returns a hand-over for a PUBLISH, which stays available for reuse until {@link #takeSpare}. */
    InboundPublish spare() {
        return spare;
    }

    /** Marks the spare hand-over as in use until it completes: the next PUBLISH gets another one. */
    void takeSpare() {
        spare = new InboundPublish(this);
    }

    @Nullable
    Session find(String clientId) {
        return sessions.get(clientId);
    }

    Session[] all() {
        return sessions.values().toArray(new Session[0]);
    }

    /** Counts another session of the node; returns false if the limit has been reached. */
    boolean admitSession() {
        int max = config.maxSessions();
        int now = nodeSessions.incrementAndGet();
        if (max > 0 && now > max) {
            nodeSessions.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Uncounts a session that was admitted but not added. */
    void dismissSession() {
        nodeSessions.decrementAndGet();
    }

    /** Adds an admitted session. */
    void add(Session session) {
        sessions.put(session.clientId(), session);
        counts.increment(Counts.SESSIONS);
    }

    /** Adds a session restored after a restart. */
    void restore(Session session) {
        nodeSessions.incrementAndGet();
        add(session);
        session.lifetime().tellRestored(environment.directory());
    }

    void remove(Session session) {
        sessions.remove(session.clientId(), session);
        nodeSessions.decrementAndGet();
        counts.decrement(Counts.SESSIONS);
        if (followers != null) {
            followers.remove(session);
        }
    }

    /** Starts tracking the sessions that may follow their clients to other nodes, because the node is stopping. */
    void follow(Followers noted) {
        followers = noted;
        sessions.values().stream()
                .filter(session -> session.lifetime().frozen())
                .forEach(noted::add);
        noted.noting();
    }

    /** Tracks a session that has lost its connection or that another node asks for. */
    void mayFollow(Session session) {
        if (followers != null && session.expirySeconds() > 0) {
            followers.add(session);
        }
    }

    void dropped(String clientId, Message message, DropReason reason) {
        counts.dropped(reason);
        dropLog.dropped(clientId, message, reason);
    }

    /** Returns whether the node is shutting down: sessions no longer change on their own. */
    boolean closed() {
        return closed;
    }

    /** Closes the shard unless already closed, and calls back when everything so far is durable or has failed to become so. */
    void close(Gate.Waiter flushed) {
        closed = true;
        journal.await(flushed);
    }
}
