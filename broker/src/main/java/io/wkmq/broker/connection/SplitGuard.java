package io.wkmq.broker.connection;

import io.wkmq.broker.config.ClusterConfig.Netsplit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients may not do while this node is in the smaller part of a split cluster. A cut is known when the nodes beyond it are given
 * up, not before: what was accepted until then stays accepted. Thread-safe.
 */
public final class SplitGuard {
    private static final Logger log = LoggerFactory.getLogger(SplitGuard.class);

    private final Netsplit allowed;
    private final BooleanSupplier changing;
    private final BooleanSupplier majority;
    private volatile boolean minority;

    /**
     * Guards a node that is taken for one of the larger part until the first look.
     *
     * @param changing whether the node is about to change its cluster: meanwhile nothing changes here
     * @param majority whether most of the cluster's nodes are here
     */
    public SplitGuard(Netsplit allowed, BooleanSupplier changing, BooleanSupplier majority) {
        this.allowed = allowed;
        this.changing = changing;
        this.majority = majority;
    }

    /** Finds out in which part the node is. Called often; of no cost where clients may do everything. */
    public synchronized void look() {
        if (allowed.allowsAll() || changing.getAsBoolean()) {
            return;
        }
        boolean now = !majority.getAsBoolean();
        if (now == minority || changing.getAsBoolean()) { // a change that began meanwhile may have been seen
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

    /** Whether nobody may connect now. Why is not said: it may be a stranger who asks. */
    boolean refusesConnects() {
        return minority && !allowed.register();
    }

    /** Why nobody may publish now, or null. */
    @Nullable
    String publishRefusal() {
        return allowed.publish() ? null : refusal("cluster.allow_publish_during_netsplit");
    }

    /** Why nobody may subscribe now, or null. */
    @Nullable
    String subscribeRefusal() {
        return allowed.subscribe() ? null : refusal("cluster.allow_subscribe_during_netsplit");
    }

    private @Nullable String refusal(String key) {
        return minority ? "The node does not see most of its cluster, and " + key + " is off" : null;
    }
}
