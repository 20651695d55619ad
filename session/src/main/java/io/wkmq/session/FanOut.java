package io.wkmq.session;

import io.wkmq.routing.Match;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.Route;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Offers a message to the subscribing sessions of one shard, once to each: a session with several matching subscriptions gets
 * one copy with the highest QoS and all identifiers [MQTT-3.3.4-2], [MQTT-3.3.4-4]. Confined to the shard's thread; scratch
 * arrays are reused. Sessions already seen for a message are recognized by a stamp, without allocation.
 */
final class FanOut {
    private static final int SCRATCH_KEPT = 4096;

    private final Shard shard;
    private @Nullable Session[] sessions = new @Nullable Session[16];
    private Qos[] qos = new Qos[16];
    private boolean[] retain = new boolean[16];
    private int[][] identifiers = new int[16][];
    private int met;
    private long stamp;
    private @Nullable Delivery plain; // QoS 0 without flags or identifiers: shared by all sessions

    FanOut(Shard shard) {
        this.shard = shard;
    }

    /**
     * Offers the message to all matching sessions; returns the bitwise OR of {@link Outbound#STORED} and
     * {@link Outbound#REFUSED}.
     *
     * @param held holds back what is stored, or null
     */
    int deliver(Match<ShardSubscribers> match, Message message, @Nullable HeldDeliveries held) {
        List<Route<ShardSubscribers>> routes = match.locals();
        int index = shard.index();
        ShardSubscribers only = null;
        int matching = 0;
        for (int i = 0; i < routes.size(); i++) {
            ShardSubscribers subscribers = routes.get(i).local(index);
            if (subscribers != null) {
                only = subscribers;
                matching++;
            }
        }
        if (only == null) {
            return 0;
        }
        plain = null;
        return matching == 1 ? toAll(only, message, held) : toEachOnce(routes, message, held);
    }

    private int toAll(ShardSubscribers subscribers, Message message, @Nullable HeldDeliveries held) {
        int outcome = 0;
        int size = subscribers.size(); // constant in the loop; a volatile read
        for (int i = 0; i < size; i++) {
            PlainSubscription subscription = subscribers.get(i);
            SubscriptionOptions options = subscription.options();
            if (wanted(subscription, options, message)) {
                boolean flag = message.retain() && options.retainAsPublished();
                outcome |= offer(subscription.session(), message, options.qos(), flag, options.identifiers(), held);
            }
        }
        return outcome;
    }

    private int toEachOnce(List<Route<ShardSubscribers>> routes, Message message, @Nullable HeldDeliveries held) {
        int index = shard.index();
        stamp++;
        met = 0;
        for (int i = 0; i < routes.size(); i++) {
            ShardSubscribers subscribers = routes.get(i).local(index);
            if (subscribers != null) {
                meet(subscribers, message);
            }
        }
        int outcome = 0;
        for (int i = 0; i < met; i++) {
            Session session = sessions[i];
            sessions[i] = null;
            if (session != null) {
                outcome |= offer(session, message, qos[i], retain[i], identifiers[i], held);
            }
        }
        if (sessions.length > SCRATCH_KEPT) {
            resize(SCRATCH_KEPT);
        }
        return outcome;
    }

    private void meet(ShardSubscribers subscribers, Message message) {
        int size = subscribers.size();
        for (int i = 0; i < size; i++) {
            PlainSubscription subscription = subscribers.get(i);
            SubscriptionOptions options = subscription.options();
            if (!wanted(subscription, options, message)) {
                continue;
            }
            boolean flag = message.retain() && options.retainAsPublished();
            Session session = subscription.session();
            if (session.fanOutStamp == stamp) {
                int slot = session.fanOutSlot;
                qos[slot] = qos[slot].max(options.qos());
                retain[slot] |= flag;
                identifiers[slot] = join(identifiers[slot], options.identifiers());
            } else {
                session.fanOutStamp = stamp;
                session.fanOutSlot = met;
                if (met == sessions.length) {
                    resize(met * 2);
                }
                sessions[met] = session;
                qos[met] = options.qos();
                retain[met] = flag;
                identifiers[met] = options.identifiers();
                met++;
            }
        }
    }

    private static boolean wanted(PlainSubscription subscription, SubscriptionOptions options, Message message) {
        // [MQTT-3.8.3-3]
        return !options.noLocal() || !subscription.session().clientId().equals(message.publisher());
    }

    private int offer(
            Session session, Message message, Qos limit, boolean retainFlag, int[] ids, @Nullable HeldDeliveries held) {
        Qos granted = message.qos().min(limit); // [MQTT-3.8.4-8]
        if (granted != Qos.AT_MOST_ONCE || retainFlag || ids.length != 0) {
            Delivery delivery = new Delivery(message, granted, retainFlag, ids, null);
            delivery.held = held;
            return shard.offer(session, delivery);
        }
        if (plain == null) {
            plain = new Delivery(message, granted, false, Delivery.NO_IDENTIFIERS, null);
        }
        return shard.offer(session, plain);
    }

    private static int[] join(int[] some, int[] others) {
        if (some.length == 0 || others.length == 0) {
            return some.length == 0 ? others : some;
        }
        int[] joined = Arrays.copyOf(some, some.length + others.length);
        System.arraycopy(others, 0, joined, some.length, others.length);
        return joined;
    }

    private void resize(int capacity) {
        sessions = Arrays.copyOf(sessions, capacity);
        qos = Arrays.copyOf(qos, capacity);
        retain = Arrays.copyOf(retain, capacity);
        identifiers = Arrays.copyOf(identifiers, capacity);
    }
}
