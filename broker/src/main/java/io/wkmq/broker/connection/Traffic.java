package io.wkmq.broker.connection;

import io.wkmq.broker.packet.Packet;
import java.util.concurrent.atomic.AtomicLongArray;

/** Traffic counters of one event loop. Written by that loop only, hence without contention; readable by any thread. */
final class Traffic {
    private final AtomicLongArray counts = new AtomicLongArray(TrafficCounter.values().length);

    long count(TrafficCounter counter) {
        return counts.getAcquire(index(counter));
    }

    void add(TrafficCounter counter, long amount) {
        int index = index(counter);
        counts.setRelease(index, counts.getPlain(index) + amount);
    }

    @SuppressWarnings("EnumOrdinal") // the array does not outlive the process
    private static int index(TrafficCounter counter) {
        return counter.ordinal();
    }

    void received(Packet.Inbound packet) {
        add(TrafficCounter.PACKETS_RECEIVED, 1);
        add(counterOf(packet), 1);
    }

    private static TrafficCounter counterOf(Packet.Inbound packet) {
        if (packet instanceof Packet.Publish) {
            return TrafficCounter.PUBLISH_RECEIVED;
        } else if (packet instanceof Packet.Puback) {
            return TrafficCounter.PUBACK_RECEIVED;
        } else if (packet instanceof Packet.Pubrec) {
            return TrafficCounter.PUBREC_RECEIVED;
        } else if (packet instanceof Packet.Pubrel) {
            return TrafficCounter.PUBREL_RECEIVED;
        } else if (packet instanceof Packet.Pubcomp) {
            return TrafficCounter.PUBCOMP_RECEIVED;
        } else if (packet instanceof Packet.Pingreq) {
            return TrafficCounter.PINGREQ;
        } else if (packet instanceof Packet.Subscribe) {
            return TrafficCounter.SUBSCRIBE;
        } else if (packet instanceof Packet.Unsubscribe) {
            return TrafficCounter.UNSUBSCRIBE;
        } else if (packet instanceof Packet.Connect) {
            return TrafficCounter.CONNECT;
        } else if (packet instanceof Packet.Disconnect) {
            return TrafficCounter.DISCONNECT_RECEIVED;
        } else {
            return TrafficCounter.AUTH_RECEIVED;
        }
    }

    void sent(Packet.Outbound packet) {
        sent(counterOf(packet));
    }

    void sent(TrafficCounter counter) {
        add(TrafficCounter.PACKETS_SENT, 1);
        add(counter, 1);
    }

    private static TrafficCounter counterOf(Packet.Outbound packet) {
        if (packet instanceof Packet.Puback) {
            return TrafficCounter.PUBACK_SENT;
        } else if (packet instanceof Packet.Pubrec) {
            return TrafficCounter.PUBREC_SENT;
        } else if (packet instanceof Packet.Pubrel) {
            return TrafficCounter.PUBREL_SENT;
        } else if (packet instanceof Packet.Pubcomp) {
            return TrafficCounter.PUBCOMP_SENT;
        } else if (packet instanceof Packet.Pingresp) {
            return TrafficCounter.PINGRESP;
        } else if (packet instanceof Packet.Suback) {
            return TrafficCounter.SUBACK;
        } else if (packet instanceof Packet.Unsuback) {
            return TrafficCounter.UNSUBACK;
        } else if (packet instanceof Packet.Connack) {
            return TrafficCounter.CONNACK;
        } else if (packet instanceof Packet.Disconnect) {
            return TrafficCounter.DISCONNECT_SENT;
        } else {
            return TrafficCounter.AUTH_SENT;
        }
    }
}
