package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message on its way to one node. Linked into the {@link OutgoingQueue} itself. After that it belongs to the links' thread. */
final class Outgoing {
    final Message message;
    final boolean plain;
    final List<SubscriptionFilter> groups;
    final HandOver handOver;
    final long bytes;

    @Nullable
    Outgoing next;

    private @Nullable String failure;
    private @Nullable BitSet refused; // by place in the list of groups

    Outgoing(Message message, boolean plain, List<SubscriptionFilter> groups, HandOver handOver) {
        this.message = message;
        this.plain = plain;
        this.groups = groups;
        this.handOver = handOver;
        this.bytes = message.bytes();
    }

    /** Whether the other node acknowledges it. */
    boolean assured() {
        return message.qos() != Qos.AT_MOST_ONCE;
    }

    /** Notes that a group was refused; false if that was said before. */
    boolean refuse(int index) {
        if (refused == null) {
            refused = new BitSet();
        }
        boolean news = !refused.get(index);
        refused.set(index);
        return news;
    }

    /** Whether that group was refused. */
    boolean refused(int index) {
        return refused != null && refused.get(index);
    }

    /** Notes that the other node could not take it. */
    void fail(String reason) {
        failure = reason;
    }

    /** Tells the hand-over that the other node has acknowledged it, or that it could not take it. */
    void settle() {
        if (failure == null) {
            handOver.done();
        } else {
            handOver.failed(failure);
        }
    }

    boolean failed() {
        return failure != null;
    }
}
