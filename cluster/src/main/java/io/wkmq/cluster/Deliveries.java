package io.wkmq.cluster;

import io.wkmq.cluster.transport.Inlet;
import io.wkmq.cluster.transport.Refusals;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RemoteMembers;
import io.wkmq.routing.Router;
import io.wkmq.routing.ShareMember;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.ShardSubscribers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Delivers messages of other nodes to this node's sessions. Also gives a message that a share group's member on another node did
 * not take to another member. Thread-safe.
 */
final class Deliveries implements Inlet, Refusals {
    private volatile @Nullable Router<ShardSubscribers> router;
    private volatile boolean stopped;

    /** Sets the router of the sessions. */
    void serve(Router<ShardSubscribers> serving) {
        router = serving;
    }

    /** Accepts nothing from now on, and leaves messages unanswered. */
    void stop() {
        stopped = true;
    }

    private Router<ShardSubscribers> router() {
        Router<ShardSubscribers> serving = router;
        if (serving == null) {
            throw new IllegalStateException("The sessions of this node are not there yet");
        }
        return serving;
    }

    @Override
    public List<SubscriptionFilter> deliver(
            NodeId from, Message message, boolean plain, List<SubscriptionFilter> groups, HandOver handOver) {
        if (!stopped) {
            return router().deliver(message, plain, groups, handOver);
        }
        if (handOver != HandOver.NONE) {
            handOver.expect(); // never completed, so nothing is acknowledged
        }
        return groups;
    }

    @Override
    public void refused(RemoteMembers members, Message message, HandOver handOver) {
        redispatch(members, members, message, handOver);
    }

    @Override
    public void notReached(RemoteMembers members, Message message, HandOver handOver) {
        redispatch(members, null, message, handOver);
    }

    private void redispatch(RemoteMembers members, @Nullable ShareMember left, Message message, HandOver handOver) {
        if (!router().redispatch(members.group(), message, left, handOver)) {
            handOver.nobody();
        }
    }
}
