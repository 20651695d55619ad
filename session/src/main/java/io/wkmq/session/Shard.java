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
 * The sessions of one event loop and what they share. Belongs to that loop's thread, but for the mailbox, the counters and
 * {@link #here}.
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
    private @Nullable Followers followers; // while the node is being stopped
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

    /** Whether the caller runs on this shard's thread. */
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

    /** Whether there is a store that sessions can outlive the node in. */
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
     * Offers a message of a share group to the member that was picked, or to another one if that has left since.
     *
     * @param handOver waits for this shard, or for nobody
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

    /** Offers a delivery to a session; see {@link Outbound#offer}. What goes wrong there keeps nobody else from his. */
    @SuppressWarnings("IllegalCatch") // whatever it is, it is one session's
    int offer(Session session, Delivery delivery) {
        try {
            return session.outbound().offer(delivery);
        } catch (RuntimeException | Error e) {
            counts.dropped(DropReason.INTERNAL_ERROR);
            dropLog.dropped(session.clientId(), delivery.message(), DropReason.INTERNAL_ERROR, e);
            return delivery.qos() != Qos.AT_MOST_ONCE && session.durable() ? Outbound.REFUSED : 0;
        }
    }

    /** Tells a hand-over how deliveries ended that were made in the call that hands over. */
    void settleHere(int outcome, HandOver handOver) {
        if (outcome != 0 && handOver != HandOver.NONE) {
            handOver.expect();
            settleExpected(outcome, handOver);
        }
    }

    /** Tells a hand-over that expects it how deliveries ended. */
    void settleExpected(int outcome, HandOver handOver) {
        if ((outcome & Outbound.REFUSED) != 0) {
            handOver.failed("a persistent session did not take the message");
        } else if ((outcome & Outbound.STORED) != 0) {
            journal.await(handOver);
        } else {
            handOver.done();
        }
    }

    /** The {@link Message#number} of the next message that is accepted here; never 0. */
    int nextMessageNumber() {
        messageNumber = messageNumber == Message.NUMBER_MAX ? 1 : messageNumber + 1;
        return messageNumber;
    }

    /** A hand-over for a PUBLISH; stays the spare one until {@link #takeSpare}. */
    InboundPublish spare() {
        return spare;
    }

    /** The spare hand-over is in use until it is complete: the next PUBLISH gets another one. */
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

    /** Counts one more session of the node; false if it has as many as it may. */
    boolean admitSession() {
        int max = config.maxSessions();
        int now = nodeSessions.incrementAndGet();
        if (max > 0 && now > max) {
            nodeSessions.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A session that was admitted is not added. */
    void dismissSession() {
        nodeSessions.decrementAndGet();
    }

    /** Adds a session that was admitted. */
    void add(Session session) {
        sessions.put(session.clientId(), session);
        counts.increment(Counts.SESSIONS);
    }

    /** Adds a session that was there before the node was restarted. */
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

    /** The node is being stopped: notes the sessions that may follow their clients to other nodes. */
    void follow(Followers noted) {
        followers = noted;
        sessions.values().stream()
                .filter(session -> session.lifetime().frozen())
                .forEach(noted::add);
        noted.noting();
    }

    /** The session has lost its connection, or another node asks for it. */
    void mayFollow(Session session) {
        if (followers != null && session.expirySeconds() > 0) {
            followers.add(session);
        }
    }

    void dropped(String clientId, Message message, DropReason reason) {
        counts.dropped(reason);
        dropLog.dropped(clientId, message, reason);
    }

    /** Whether the node is being shut down: no session changes any more on its own account. */
    boolean closed() {
        return closed;
    }

    /** Closes the shard, if it is not closed yet, and calls back when everything so far is durable, or will not be. */
    void close(Gate.Waiter flushed) {
        closed = true;
        journal.await(flushed);
    }
}
