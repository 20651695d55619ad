package io.wkmq.cluster;

import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.Forwarder;
import io.wkmq.session.SessionDirectory;
import io.wkmq.session.Will;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A cluster of one: no other node, every session lives here. Immutable. */
public final class SingleNode implements Cluster {
    private final Node self;

    /** A cluster that is this node. */
    public SingleNode(Node self) {
        this.self = self;
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
    public Forwarder forwarder() {
        return Forwarder.NONE;
    }

    @Override
    public SessionDirectory directory() {
        return EverySessionIsHere.INSTANCE;
    }

    @Override
    public void close() {}

    private enum EverySessionIsHere implements SessionDirectory {
        INSTANCE;

        private static final CompletableFuture<Long> CLAIMED = CompletableFuture.completedFuture(1L);

        @Override
        public CompletionStage<Long> claim(String clientId) {
            return CLAIMED;
        }

        @Override
        public void release(String clientId) {}

        @Override
        public void restored(String clientId, long epoch) {}

        @Override
        public void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds) {}
    }
}
