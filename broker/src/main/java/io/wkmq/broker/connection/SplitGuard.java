package io.wkmq.broker.connection;

import io.wkmq.broker.config.ClusterConfig.Netsplit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restricts clients while this node is in the minority part of a split cluster. A split is detected when the nodes of the other
 * part are declared dead, not earlier; what was accepted until then stays accepted. Thread-safe.
 */
public final class SplitGuard {
    private static final Logger log = LoggerFactory.getLogger(SplitGuard.class);

    private final Netsplit allowed;
    private final BooleanSupplier changing;
    private final BooleanSupplier majority;
    private volatile boolean minority;

    /**
     * Creates a guard that assumes a majority until the first {@link #look()}.
     *
     * @param changing whether the node is about to change its cluster; the guard's state is frozen meanwhile
     * @param majority whether this node sees most of the cluster's nodes
     */
    public SplitGuard(Netsplit allowed, BooleanSupplier changing, BooleanSupplier majority) {
        this.allowed = allowed;
        this.changing = changing;
        this.majority = majority;
    }

    /** Determines in which part the node is. Called often; free of cost where clients may do everything. */
    public synchronized void look() {
        if (allowed.allowsAll() || changing.getAsBoolean()) {
            return;
        }
        boolean now = !majority.getAsBoolean();
        if (now == minority || changing.getAsBoolean()) { // majority may have been read during a change
            return;
        }
        minority = now;
        if (now) {
            log.warn(
                    "This node does not see most of its cluster, clients may do less connect={} publish={} subscribe={}",
                    allowed.register(),
                    allowed.publish(),
                    allowed.subscribe());
        } else {
            log.info("This node sees most of its cluster again, clients may do everything");
        }
    }

    /** Returns whether CONNECT is refused now. No reason is given, because the client is not authenticated yet. */
    boolean refusesConnects() {
        return minority && !allowed.register();
    }

    /** Returns why PUBLISH is refused now, or null if it is not. */
    @Nullable
    String publishRefusal() {
        return allowed.publish() ? null : refusal("cluster.allow_publish_during_netsplit");
    }

    /** Returns why SUBSCRIBE is refused now, or null if it is not. */
    @Nullable
    String subscribeRefusal() {
        return allowed.subscribe() ? null : refusal("cluster.allow_subscribe_during_netsplit");
    }

    private @Nullable String refusal(String key) {
        return minority ? "The node does not see most of its cluster, and " + key + " is off" : null;
    }
}
