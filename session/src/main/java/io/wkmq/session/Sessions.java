package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Router;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of a node, spread over its shards. Thread-safe, except that {@link #connect} belongs to the client's shard. */
public final class Sessions implements AutoCloseable {
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(3);
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    private final Shard[] shards;
    private final Intake intake;
    private final @Nullable SessionStore store;

    /** Sessions on these shards; shard {@code i} runs on executor {@code i}. */
    public Sessions(SessionConfig config, List<? extends ShardExecutor> executors, SessionEnvironment environment) {
        shards = new Shard[executors.size()];
        Router<ShardSubscribers> router =
                new Router<>(environment.routes(), new LocalDispatcher(shards), environment.forwarder());
        intake = new Intake(environment.retained(), environment.channels(), router, environment.clock());
        store = environment.store();
        NodeBytes bytes = new NodeBytes(config.maxNodeQueueBytes());
        AtomicInteger count = new AtomicInteger();
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new Shard(i, executors.get(i), config, environment, intake, bytes, count);
        }
    }

    /**
     * Reads what the store keeps, before the first connection. Blocks while it reads.
     *
     * @return completes once the sessions are on their shards
     */
    public CompletionStage<Void> restore() {
        if (store == null) {
            return CompletableFuture.completedFuture(null);
        }
        Restoration restoration = new Restoration(shards.length, this::shardOf);
        store.restore(restoration);
        return restoration.finish(shards);
    }

    /** The shard on which the client's session lives, for ever. */
    public int shardOf(String clientId) {
        int hash = clientId.hashCode() * 0x9E37_79B9; // spreads client ids that differ in their last digits only
        return Math.floorMod(hash ^ (hash >>> 16), shards.length);
    }

    private Shard shard(String clientId) {
        return shards[shardOf(clientId)];
    }

    /**
     * Opens the client's session for a link, takes it over from another link, or makes it. Called on the thread of the
     * client id's shard. Of several for one client id the last one wins: one that succeeded before it is taken over, one that
     * still waits behind another is refused.
     */
    public void connect(ConnectRequest request, ClientLink link, ConnectCallback callback) {
        shard(request.clientId()).connect(request, link, callback);
    }

    /** Routes a message of the broker itself, and retains it if it says so. No channel gets it. Any thread. */
    public void publish(Message message, HandOver handOver) {
        intake.give(message, handOver);
    }

    /** Routes messages without retaining them: {@link Router#deliver} takes those that other nodes forward. */
    public Router<ShardSubscribers> router() {
        return intake.router();
    }

    /** Calls back with the client's session, if there is one, on its shard's thread. Any thread. */
    public void withSession(String clientId, Consumer<Optional<Session>> action) {
        Shard shard = shard(clientId);
        shard.mailbox().post(() -> action.accept(Optional.ofNullable(shard.find(clientId))));
    }

    /** Calls back with what is known of the client's session, on its shard's thread. Any thread. */
    public void find(String clientId, Consumer<Optional<SessionInfo>> found) {
        withSession(clientId, session -> found.accept(session.map(Session::info)));
    }

    /** Calls back with every session, on the shards' threads, one after the other and some at a time; then {@code done}. */
    public void forEach(Consumer<SessionInfo> each, Runnable done) {
        new SessionWalk(shards, shard -> {}, session -> each.accept(session.info()), done).start();
    }

    /** Tells a directory of every session and its will, some at a time; then {@code done}. Any thread. */
    public void tell(SessionDirectory directory, Runnable done) {
        new SessionWalk(
                        shards,
                        shard -> shard.admission().tell(directory),
                        session -> session.lifetime().tell(directory),
                        done)
                .start();
    }

    /**
     * Closes the client's connection; its session lives on as its expiry says. Any thread.
     *
     * @param done gets, on the shard's thread, whether the client was connected
     */
    public void kick(String clientId, ReasonCode reason, Consumer<Boolean> done) {
        withSession(
                clientId,
                session -> done.accept(session.isPresent() && session.get().kick(reason, null)));
    }

    /**
     * Another node has the client now: ends its session here and closes its connection, if they are of an older claim; a CONNECT
     * that is under way and has had its claim before is refused. Any thread.
     *
     * @param epoch of the newer claim
     * @param done called on the shard's thread when this node does not serve the client any more
     */
    public void giveUp(String clientId, long epoch, Runnable done) {
        Shard shard = shard(clientId);
        shard.mailbox().post(() -> {
            shard.admission().giveUp(clientId, epoch);
            done.run();
        });
    }

    /**
     * Notes from now on which sessions may follow their clients to other nodes: before a node that is being stopped closes its
     * connections. Any thread.
     */
    public Followers follow() {
        Followers followers = new Followers(shards.length);
        for (Shard shard : shards) {
            shard.mailbox().post(() -> shard.follow(followers));
        }
        return followers;
    }

    /** What the moves of sessions to other nodes ask of this one. */
    public SessionMoves moves() {
        return new SessionMoves(shards, this::shard);
    }

    /**
     * Publishes the will of a client whose node has died. Any thread.
     *
     * @param published called on the shard's thread when it has been given to sessions, links and channels; they may still lose it, as
     *     nobody waits for them
     */
    public void publishWill(String clientId, Will will, Runnable published) {
        Shard shard = shard(clientId);
        shard.mailbox().post(() -> {
            try {
                Message message = will.message(clientId, shard.clock().millis(), shard.nextMessageNumber());
                intake.take(message, HandOver.NONE, shard, will.userName());
            } finally {
                published.run(); // a bug in the routing is not mended by trying again
            }
        });
    }

    /** The counters and gauges now. Any thread, without waiting for the shards. */
    public SessionStats stats() {
        Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            long sum = 0;
            for (Shard shard : shards) {
                sum += shard.counts().readDropped(reason);
                if (reason == DropReason.MAILBOX_FULL) {
                    sum += shard.mailbox().droppedCount();
                }
            }
            dropped.put(reason, sum);
        }
        return new SessionStats(
                sum(Counts.SESSIONS),
                sum(Counts.CONNECTED),
                sum(Counts.SUBSCRIPTIONS),
                sum(Counts.SHARED_SUBSCRIPTIONS),
                sum(Counts.QUEUED_MESSAGES),
                sum(Counts.QUEUED_BYTES),
                sum(Counts.REPLAYS),
                sum(Counts.INFLIGHT),
                byQos(Counts.RECEIVED),
                byQos(Counts.SENT),
                sum(Counts.RETAINED_RECEIVED),
                sum(Counts.RETAINED_SENT),
                sum(Counts.UNROUTED),
                sum(Counts.REFUSED),
                dropped);
    }

    private long[] byQos(int counter) {
        return new long[] {sum(counter), sum(counter + 1), sum(counter + 2)};
    }

    private long sum(int counter) {
        long sum = 0;
        for (Shard shard : shards) {
            sum += shard.counts().read(counter);
        }
        return sum;
    }

    /**
     * Takes no connection any more, lets the shards finish what is under way and waits until it is on disk, for a few seconds
     * at most. Persistent sessions stay in the store. Close the connections first, the store and the shards' threads last; not
     * to be called on one of those.
     */
    @Override
    public void close() {
        try {
            drain().toCompletableFuture().get(DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn("The sessions are not done, messages that are not acknowledged may be lost limit={}", DRAIN_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The sessions could not be closed", e);
        }
    }

    /** What {@link #close} does, without waiting. */
    CompletionStage<Void> drain() {
        return new Draining(shards, intake).start();
    }
}
