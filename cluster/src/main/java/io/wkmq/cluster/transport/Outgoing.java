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

/** A message queued for one node. An intrusive node of the {@link OutgoingQueue}; once polled from it, owned by the links' thread. */
final class Outgoing {
    final Message message;
    final Audience audience;
    final HandOver handOver;
    final long bytes;

    @Nullable
    Outgoing next;

    /** Whether the message may have arrived; set when it is abandoned. */
    boolean sent;

    private @Nullable String failure;
    private @Nullable BitSet refused; // by index among the audience's groups

    Outgoing(Message message, Audience audience, HandOver handOver) {
        this.message = message;
        this.audience = audience;
        this.handOver = handOver;
        this.bytes = message.bytes();
    }

    /** Returns the share groups of which one member each gets the message. */
    List<SubscriptionFilter> groups() {
        List<RemoteMembers> groups = audience.groups();
        return groups.isEmpty()
                ? List.of()
                : groups.stream()
                        .map(members -> new SubscriptionFilter(
                                members.group().name(), members.group().filter()))
                        .toList();
    }

    /** Returns whether the other node acknowledges the message, i.e. whether its QoS is 1 or 2. */
    boolean assured() {
        return message.qos() != Qos.AT_MOST_ONCE;
    }

    /** Records that a share group was refused; returns false if it was recorded before. */
    boolean refuse(int index) {
        if (refused == null) {
            refused = new BitSet();
        }
        boolean news = !refused.get(index);
        refused.set(index);
        return news;
    }

    /** Returns whether a share group was refused. */
    boolean refused(int index) {
        return refused != null && refused.get(index);
    }

    /** Records that the other node failed to take the message. */
    void fail(String reason) {
        failure = reason;
    }

    /** Completes the hand-over, or fails it if the other node failed to take the message. */
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
