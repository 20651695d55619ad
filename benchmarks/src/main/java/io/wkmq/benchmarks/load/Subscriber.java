package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to one filter, acknowledges and checks what arrives. Belongs to the client's loop; its checks are read after the
 * loop has ended.
 */
final class Subscriber implements Role {
    private static final int ACKS_BYTES = 512;
    private static final int STREAMS_MAX = 1_000_000;

    private final String filter;
    private final int qos;
    private final boolean mqtt5;
    private final StreamSource source;
    private final LongObjectMap<StreamCheck> checks = new LongObjectHashMap<>(4);
    private final BitSet unreleased = new BitSet();
    private @Nullable Client client;
    private @Nullable ClientConnection connection;
    private @Nullable StreamCheck lastCheck;
    private long lastStream;
    private int lowestQos = 2;

    Subscriber(String filter, int qos, boolean mqtt5, StreamSource source) {
        this.filter = filter;
        this.qos = qos;
        this.mqtt5 = mqtt5;
        this.source = source;
    }

    /** The streams of which anything arrived, by {@link Stamp#stream}. */
    LongObjectMap<StreamCheck> checks() {
        return checks;
    }

    /** The lowest QoS of the messages that arrived; 2 if there were none. */
    int lowestQos() {
        return lowestQos;
    }

    @Override
    public void connected(Client owner, ClientConnection to, Connack connack) {
        client = owner;
        connection = to;
        if (!connack.sessionPresent()) {
            unreleased.clear();
        }
        Packets.subscribe(to.batch(ACKS_BYTES), mqtt5, filter, qos);
    }

    @Override
    public void packet(int header, ByteBuf in, int start, int end) {
        ClientConnection from = connection;
        Client owner = client;
        if (from == null || owner == null) {
            return;
        }
        switch (header >> 4) {
            case Packets.PUBLISH -> publish(owner, from, header >> 1 & 3, in, start, end);
            case Packets.PUBREL -> {
                int id = in.getUnsignedShort(start);
                unreleased.clear(id);
                Packets.pubcomp(from.batch(ACKS_BYTES), id);
            }
            case Packets.SUBACK -> suback(owner, from, in.getUnsignedByte(end - 1));
            default -> {}
        }
    }

    private void suback(Client owner, ClientConnection from, int granted) {
        if (granted == qos) {
            owner.ready();
        } else {
            from.fail(
                    "the broker answered the subscription to " + filter + " with " + granted + "; expected QoS " + qos);
        }
    }

    private void publish(Client owner, ClientConnection from, int messageQos, ByteBuf in, int start, int end) {
        int at = start + 2 + in.getUnsignedShort(start);
        int id = 0;
        if (messageQos > 0) {
            id = in.getUnsignedShort(at);
            at += 2;
        }
        if (mqtt5) {
            at = behindProperties(in, at);
        }
        boolean handled = messageQos == 2 && unreleased.get(id);
        if (!handled) {
            arrived(owner, messageQos, in, at, end);
        }
        if (messageQos == 1) {
            Packets.puback(from.batch(ACKS_BYTES), id);
        } else if (messageQos == 2) {
            unreleased.set(id);
            Packets.pubrec(from.batch(ACKS_BYTES), id);
        }
    }

    private static int behindProperties(ByteBuf in, int start) {
        int length = 0;
        int shift = 0;
        int at = start;
        byte part;
        do {
            part = in.getByte(at);
            length |= (part & 0x7F) << shift;
            shift += 7;
            at++;
        } while (part < 0 && shift < 28);
        return at + length;
    }

    private void arrived(Client owner, int messageQos, ByteBuf in, int start, int end) {
        StreamCheck check = Stamp.present(in, start, end) ? check(in, start) : null;
        if (check == null) {
            owner.stats().foreign();
            return;
        }
        lowestQos = Math.min(lowestQos, messageQos);
        check.received(Stamp.sequence(in, start));
        owner.stats().delivered(Stamp.timeNs(in, start), NanoTime.now());
    }

    private @Nullable StreamCheck check(ByteBuf in, int start) {
        long stream = Stamp.stream(in, start);
        if (lastCheck != null && stream == lastStream) {
            return lastCheck;
        }
        StreamCheck check = checks.get(stream);
        if (check == null && checks.size() < STREAMS_MAX) {
            check = source.open(stream, Stamp.sequence(in, start));
            if (check != null) {
                checks.put(stream, check);
            }
        }
        if (check != null) {
            lastCheck = check;
            lastStream = stream;
        }
        return check;
    }

    @Override
    public void readComplete() {}

    @Override
    public void writable() {}

    @Override
    public void disconnected() {
        connection = null;
    }
}
