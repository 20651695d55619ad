package io.wkmq.session;

import io.wkmq.routing.Dispatcher;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Match;
import io.wkmq.routing.Message;
import io.wkmq.routing.Router;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The sessions of a node, spread over its shards. Thread-safe, except that {@link #connect} belongs to the client's shard. */
@SuppressWarnings("DoNotCallSuggester") // removed with the first implementation
public final class Sessions implements Dispatcher<ShardSubscribers>, AutoCloseable {
    /** Sessions on these shards; shard {@code i} runs on executor {@code i}. */
    public Sessions(SessionConfig config, List<? extends ShardExecutor> executors, SessionEnvironment environment) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads what the store keeps, before the first connection. Blocks while it reads.
     *
     * @return completes once the sessions are on their shards
     */
    public CompletionStage<Void> restore() {
        throw new UnsupportedOperationException();
    }

    /** The shard on which the client's session lives, for ever. */
    public int shardOf(String clientId) {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens the client's session for a link, takes it over from another link, or makes it. Called on the thread of the
     * client id's shard. Of several for one client id the last one wins, and each before it that succeeds is taken over.
     */
    public void connect(ConnectRequest request, ClientLink link, ConnectCallback callback) {
        throw new UnsupportedOperationException();
    }

    /** Routes a message of the broker itself, or one that another node forwarded, and retains it if it says so. Any thread. */
    public void publish(Message message, HandOver handOver) {
        throw new UnsupportedOperationException();
    }

    /** Routes messages without retaining them: for those that other nodes forward. */
    public Router<ShardSubscribers> router() {
        throw new UnsupportedOperationException();
    }

    /** Calls back with the client's session, if there is one, on its shard's thread. Any thread. */
    public void withSession(String clientId, Consumer<Optional<Session>> action) {
        throw new UnsupportedOperationException();
    }

    /** Calls back with what is known of the client's session, on its shard's thread. Any thread. */
    public void find(String clientId, Consumer<Optional<SessionInfo>> found) {
        throw new UnsupportedOperationException();
    }

    /** Calls back with every session, on the shards' threads, one after the other and some at a time; then {@code done}. */
    public void forEach(Consumer<SessionInfo> each, Runnable done) {
        throw new UnsupportedOperationException();
    }

    /**
     * Closes the client's connection; its session lives on as its expiry says. Any thread.
     *
     * @param done gets, on the shard's thread, whether the client was connected
     */
    public void kick(String clientId, ReasonCode reason, Consumer<Boolean> done) {
        throw new UnsupportedOperationException();
    }

    /**
     * Closes the client's connection and ends its session. Any thread.
     *
     * @param done gets, on the shard's thread, whether there was a session
     */
    public void discard(String clientId, ReasonCode reason, Consumer<Boolean> done) {
        throw new UnsupportedOperationException();
    }

    /** The counters and gauges now. Any thread, without waiting for the shards. */
    public SessionStats stats() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dispatch(Match<ShardSubscribers> match, Message message, HandOver handOver) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dispatchShared(ShareGroup group, ShareMember member, Message message, HandOver handOver) {
        throw new UnsupportedOperationException();
    }

    /** Takes no connection any more. Persistent sessions stay in the store. Close the connections first, the store last. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
