package io.wkmq.cluster.transport;

import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.RemoteMembers;
import io.wkmq.routing.SubscriptionFilter;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message on its way to one node. Linked into the {@link OutgoingQueue} itself. After that it belongs to the links' thread. */
final class Outgoing {
    final Message message;
    final Audience audience;
    final HandOver handOver;
    final long bytes;

    @Nullable
    Outgoing next;

    /** Whether it may have arrived; known when it is abandoned. */
    boolean sent;

    private @Nullable String failure;
    private @Nullable BitSet refused; // by place among the groups of the audience

    Outgoing(Message message, Audience audience, HandOver handOver) {
        this.message = message;
        this.audience = audience;
        this.handOver = handOver;
        this.bytes = message.bytes();
    }

    /** The share groups of which one member gets it. */
    List<SubscriptionFilter> groups() {
        List<RemoteMembers> groups = audience.groups();
        return groups.isEmpty()
                ? List.of()
                : groups.stream()
                        .map(members -> new SubscriptionFilter(
                                members.group().name(), members.group().filter()))
                        .toList();
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
