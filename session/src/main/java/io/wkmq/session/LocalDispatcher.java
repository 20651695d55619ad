package io.wkmq.session;

import io.wkmq.routing.Dispatcher;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Match;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.Route;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands a routed message to the shards with subscribers: directly on the caller's own shard, as one mail to each other shard.
 * Thread-safe; messages dispatched by one thread reach each session in order.
 *
 * <p>A full mailbox accepts no QoS 0 messages. It does accept QoS 1 and 2, but the publisher then gets its acknowledgement only
 * after the mail has been opened, so that its Receive Maximum bounds what it can add.
 */
final class LocalDispatcher implements Dispatcher<ShardSubscribers> {
    private final Shard[] shards;

    LocalDispatcher(Shard[] shards) {
        this.shards = shards;
    }

    @Override
    public void dispatch(Match<ShardSubscribers> match, Message message, HandOver handOver) {
        for (int shard : match.shards()) {
            dispatch(shards[shard], match, message, handOver);
        }
    }

    private static void dispatch(Shard shard, Match<ShardSubscribers> match, Message message, HandOver handOver) {
        HeldDeliveries held = held(shard, handOver);
        if (shard.here()) {
            shard.settleHere(shard.deliver(match, message, held), handOver);
            return;
        }
        if (admit(shard, message)) {
            boolean expected = held != null || stores(shard, match, message) || crowded(shard, handOver);
            if (expected) {
                handOver.expect();
            }
            shard.mailbox().post(new Dispatched(shard, handOver, expected) {
                @Override
                int deliver() {
                    return shard.deliver(match, message, held);
                }
            });
        }
    }

    /** Returns whether a subscriber on that shard stores the message. */
    private static boolean stores(Shard shard, Match<ShardSubscribers> match, Message message) {
        if (message.qos() == Qos.AT_MOST_ONCE) {
            return false;
        }
        List<Route<ShardSubscribers>> routes = match.locals();
        for (int i = 0; i < routes.size(); i++) {
            ShardSubscribers subscribers = routes.get(i).local(shard.index());
            if (subscribers != null && subscribers.durable()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void dispatchShared(ShareGroup group, ShareMember member, Message message, HandOver handOver) {
        if (!(member instanceof SharedSubscription subscription)) {
            throw new IllegalArgumentException("The member " + member.clientId() + " of group " + group.name()
                    + " is not one of this node's sessions; expected a local member");
        }
        Shard shard = subscription.session().shard();
        HeldDeliveries held = held(shard, handOver);
        if (shard.here()) {
            shard.settleHere(shard.deliverShared(subscription, message, held, handOver), handOver);
            return;
        }
        if (admit(shard, message)) {
            boolean assured = message.qos() != Qos.AT_MOST_ONCE;
            boolean durable = assured && subscription.durable();
            boolean takesBack = handOver instanceof Redispatch;
            boolean expected = durable || held != null || takesBack || crowded(shard, handOver);
            if (expected) {
                handOver.expect();
            }
            shard.mailbox().post(new Dispatched(shard, handOver, expected) {
                @Override
                int deliver() {
                    return shard.deliverShared(subscription, message, held, expected ? handOver : HandOver.NONE);
                }
            });
        }
    }

    private static @Nullable HeldDeliveries held(Shard shard, HandOver handOver) {
        return handOver instanceof HoldingHandOver holding ? holding.holdFor(shard) : null;
    }

    private static boolean admit(Shard shard, Message message) {
        if (message.qos() == Qos.AT_MOST_ONCE && shard.mailbox().full()) {
            shard.mailbox().dropped();
            return false;
        }
        return true;
    }

    private static boolean crowded(Shard shard, HandOver handOver) {
        return handOver != HandOver.NONE && shard.mailbox().full();
    }

    /** A message being handed to another shard. */
    private abstract static class Dispatched extends Mail {
        private final Shard shard;
        private final HandOver handOver;
        private final boolean expected; // the hand-over waits for this shard

        Dispatched(Shard shard, HandOver handOver, boolean expected) {
            this.shard = shard;
            this.handOver = handOver;
            this.expected = expected;
        }

        abstract int deliver();

        @Override
        void open() {
            boolean delivered = false;
            try {
                int outcome = deliver();
                delivered = true;
                if (expected) {
                    shard.settleExpected(outcome, handOver);
                }
            } finally {
                if (!delivered && expected) {
                    handOver.failed("an internal error, see the log");
                }
            }
        }
    }
}
