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

/** The sessions of a node, spread over its shards. Thread-safe, except that {@link #connect} must be called on the client's shard. */
public final class Sessions implements AutoCloseable {
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(3);
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    private final Shard[] shards;
    private final Intake intake;
    private final @Nullable SessionStore store;

    /** Creates the sessions' shards; shard {@code i} runs on executor {@code i}. */
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
     * Restores the stored sessions; called before the first connection. Blocks while reading.
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

    /** Returns the shard that owns the client's session; fixed for the life of the process. */
    public int shardOf(String clientId) {
        int hash = clientId.hashCode() * 0x9E37_79B9; // spreads client ids that differ only in their last digits
        return Math.floorMod(hash ^ (hash >>> 16), shards.length);
    }

    private Shard shard(String clientId) {
        return shards[shardOf(clientId)];
    }

    /**
     * Opens the client's session for a link: creates it, resumes it, or takes it over from another link. Called on the thread
     * of the client id's shard. Of concurrent calls for one client id the last wins: a session already opened is taken over, a
     * call still waiting is refused.
     */
    public void connect(ConnectRequest request, ClientLink link, ConnectCallback callback) {
        shard(request.clientId()).connect(request, link, callback);
    }

    /** Routes a message of the broker itself and retains it if its RETAIN flag is set. Channels do not capture it. Any thread. */
    public void publish(Message message, HandOver handOver) {
        intake.give(message, handOver);
    }

    /** Returns the router, which does not retain messages: {@link Router#deliver} takes those forwarded by other nodes. */
    public Router<ShardSubscribers> router() {
        return intake.router();
    }

    /** Passes the client's session, if any, to the callback on its shard's thread. Any thread. */
    public void withSession(String clientId, Consumer<Optional<Session>> action) {
        Shard shard = shard(clientId);
        shard.mailbox().post(() -> action.accept(Optional.ofNullable(shard.find(clientId))));
    }

    /** Passes a snapshot of the client's session, if any, to the callback on its shard's thread. Any thread. */
    public void find(String clientId, Consumer<Optional<SessionInfo>> found) {
        withSession(clientId, session -> found.accept(session.map(Session::info)));
    }

    /**
     * Passes snapshots of all sessions to {@code each}, shard after shard on the shards' threads and in small batches, then
     * runs {@code done}.
     */
    public void forEach(Consumer<SessionInfo> each, Runnable done) {
        new SessionWalk(shards, shard -> {}, session -> each.accept(session.info()), done).start();
    }

    /** Reports all sessions and their wills to a directory, in small batches, then runs {@code done}. Any thread. */
    public void tell(SessionDirectory directory, Runnable done) {
        new SessionWalk(
                        shards,
                        shard -> shard.admission().tell(directory),
                        session -> session.lifetime().tell(directory),
                        done)
                .start();
    }

    /**
     * Closes the client's connection; its session lives on according to its expiry. Any thread.
     *
     * @param done receives, on the shard's thread, whether the client was connected
     */
    public void kick(String clientId, ReasonCode reason, Consumer<Boolean> done) {
        withSession(
                clientId,
                session -> done.accept(session.isPresent() && session.get().kick(reason, null)));
    }

    /**
     * Gives the client up to another node with a newer claim: ends the session and closes the connection if they belong to an
     * older claim, and refuses a CONNECT in progress whose claim was granted before. Any thread.
     *
     * @param epoch the epoch of the newer claim
     * @param done called on the shard's thread once this node no longer serves the client
     */
    public void giveUp(String clientId, long epoch, Runnable done) {
        Shard shard = shard(clientId);
        shard.mailbox().post(() -> {
            shard.admission().giveUp(clientId, epoch);
            done.run();
        });
    }

    /**
     * Starts tracking the sessions that may follow their clients to other nodes; called before a stopping node closes its
     * connections. Any thread.
     */
    public Followers follow() {
        Followers followers = new Followers(shards.length);
        for (Shard shard : shards) {
            shard.mailbox().post(() -> shard.follow(followers));
        }
        return followers;
    }

    /** Returns the operations for moving sessions to other nodes. */
    public SessionMoves moves() {
        return new SessionMoves(shards, this::shard);
    }

    /**
     * Publishes the will of a client whose node has died. Any thread.
     *
     * @param published called on the shard's thread once the will has been passed to sessions, links and channels, which may
     *     still lose it, as nobody waits for them
     */
    public void publishWill(String clientId, Will will, Runnable published) {
        Shard shard = shard(clientId);
        shard.mailbox().post(() -> {
            try {
                Message message = will.message(clientId, shard.clock().millis(), shard.nextMessageNumber());
                intake.take(message, HandOver.NONE, shard, will.userName());
            } finally {
                published.run(); // a bug in routing is not cured by a retry
            }
        });
    }

    /** Returns the current counters and gauges. Any thread; does not wait for the shards. */
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
     * Refuses new connections, lets the shards finish work in progress and waits, at most a few seconds, until it is on disk.
     * Persistent sessions stay in the store. Close the connections first, the store and the shards' threads last; must not be
     * called on a shard's thread.
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

    /** Does what {@link #close} does, without waiting. */
    CompletionStage<Void> drain() {
        return new Draining(shards, intake).start();
    }
}
