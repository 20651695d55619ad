package io.wkmq.cluster;

import io.wkmq.cluster.channels.NodeRegistration;
import io.wkmq.cluster.channels.NodeRegistry;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.RemovalWord;
import io.wkmq.cluster.sessions.EpochClock;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.LocalInterest;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.session.Claimed;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.RoutesKnown;
import io.wkmq.session.SessionDirectory;
import io.wkmq.session.Sessions;
import io.wkmq.session.Will;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A cluster of one that no other node can join: every session lives here. Thread-safe. */
public final class SingleNode implements Cluster {
    private final Node self;
    private final SessionDirectory directory;
    private final Clock clock;

    /**
     * Creates a cluster that consists of this node.
     *
     * @param clock the time of day
     */
    public SingleNode(Node self, Clock clock) {
        this.self = self;
        this.clock = clock;
        this.directory = new EverySessionIsHere(new EpochClock(clock::millis));
    }

    @Override
    public Node self() {
        return self;
    }

    @Override
    public List<Node> running() {
        return List.of(self);
    }

    @Override
    public LocalInterest interest() {
        return LocalInterest.NONE;
    }

    @Override
    public Forwarder forwarder() {
        return Forwarder.NONE;
    }

    @Override
    public SessionDirectory directory() {
        return directory;
    }

    @Override
    public RoutesKnown routesKnown() {
        return RoutesKnown.AT_ONCE;
    }

    @Override
    public void replicate(RetainedMessages retained) {}

    @Override
    public void replicate(RouteTable<?> routes, ShareStrategy strategy) {}

    @Override
    public void serve(Sessions sessions) {}

    @Override
    public Runnable register(NodeRegistry registry) {
        return new NodeRegistration(new Alone(self), registry, clock);
    }

    @Override
    public void serveNoMore() {}

    @Override
    public boolean expectsOthers() {
        return false;
    }

    @Override
    public CompletionStage<Void> open(BooleanSupplier givenUp) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Optional<ClusterNode> administration() {
        return Optional.empty();
    }

    @Override
    public void close() {}

    /** A node that meets no other one and removes none. */
    private record Alone(Node self) implements NodeRegistration.Ground {
        @Override
        public List<String> addresses() {
            return List.of();
        }

        @Override
        public Set<NodeId> here() {
            return Set.of();
        }

        @Override
        public List<RemovalWord> words() {
            return List.of();
        }

        @Override
        public void take(List<RemovalWord> words) {}

        @Override
        public boolean moving() {
            return false;
        }
    }

    /** Issues real epochs since sessions may outlive this configuration: they are compared once the node has peers. */
    private record EverySessionIsHere(EpochClock epochs) implements SessionDirectory {
        @Override
        public CompletionStage<Claimed> claim(
                String clientId, boolean keep, @Nullable Will will, long willDelaySeconds) {
            return CompletableFuture.completedFuture(new Claimed(epochs.next(), null));
        }

        @Override
        public void release(String clientId) {}

        @Override
        public void restored(String clientId, long epoch, boolean mayBeElsewhere) {
            epochs.seen(epoch);
        }

        @Override
        public void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds) {}
    }
}
