package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to all retained messages of a run and checks that each arrives exactly once, with RETAIN set and with its topic. Confined to
 * the client's event loop; the counts are read once the loop has ended.
 */
final class RetainedReader implements Role {
    private static final int SUBSCRIBE_BYTES = 512;

    private final RetainedTopics topics;
    private final Target target;
    private final int qos;
    private final Inbox inbox;
    private final List<Receipts> receipts = new ArrayList<>();
    private @Nullable Client client;
    private @Nullable ClientConnection connection;
    private long subscribedNs;
    private long firstNs;
    private long lastNs;
    private long distinct;
    private long duplicates;
    private long altered;

    RetainedReader(RetainedTopics topics, Options options) {
        this.topics = topics;
        this.target = options.target();
        this.qos = options.traffic().subscriptionQos();
        this.inbox = new Inbox(target.mqtt5(), this::message);
        for (int i = 0; i < topics.publishers(); i++) {
            receipts.add(new Receipts());
        }
    }

    /** Returns how many distinct messages arrived. */
    long distinct() {
        return distinct;
    }

    /** Returns how many messages had arrived before. */
    long duplicates() {
        return duplicates;
    }

    /** Returns how many messages arrived without RETAIN, with another topic, or without belonging to the run. */
    long altered() {
        return altered;
    }

    /** Returns the time from SUBSCRIBE to the first message. */
    long firstNs() {
        return Math.max(0, firstNs - subscribedNs);
    }

    /** Returns the time from SUBSCRIBE to the last message. */
    double seconds() {
        return Math.max(0, lastNs - subscribedNs) / 1e9;
    }

    @Override
    public void connected(Client owner, ClientConnection to, Connack connack) {
        client = owner;
        connection = to;
        inbox.connected(connack.sessionPresent());
        if (subscribedNs == 0) { // a second subscription would deliver everything again
            subscribedNs = NanoTime.now();
            Packets.subscribe(to.batch(SUBSCRIBE_BYTES), target.mqtt5(), List.of(topics.filter()), qos, 0);
        }
    }

    @Override
    public void packet(int header, ByteBuf in, int start, int end) {
        ClientConnection from = connection;
        Client owner = client;
        if (from == null || owner == null) {
            return;
        }
        if (header >> 4 != Packets.SUBACK) {
            inbox.packet(from, header, in, start, end);
        } else if (in.getUnsignedByte(end - 1) == qos) {
            owner.ready();
        } else {
            from.fail("the broker answered the subscription to " + topics.filter() + " with "
                    + in.getUnsignedByte(end - 1) + "; expected QoS " + qos);
        }
    }

    private void message(int header, ByteBuf in, int topic, int properties, int payload, int end) {
        Client owner = client;
        if (owner == null || !Stamp.present(in, payload, end)) {
            altered++;
            return;
        }
        int publisher = Stamp.publisher(Stamp.stream(in, payload));
        long number = Stamp.sequence(in, payload);
        boolean own = Stamp.stream(in, payload) == Stamp.stream(topics.run(), publisher)
                && publisher >= 0
                && publisher < topics.publishers()
                && number >= 0
                && number < topics.share(publisher);
        if (!own || (header & 1) == 0 || !named(in, topic, topics.topic(publisher, number))) {
            altered++;
            return;
        }
        long now = NanoTime.now();
        firstNs = firstNs == 0 ? now : firstNs;
        lastNs = now;
        if (receipts.get(publisher).add(number)) {
            distinct++;
            owner.stats().delivered(Stamp.timeNs(in, payload), now);
        } else {
            duplicates++;
        }
    }

    private static boolean named(ByteBuf in, int start, String expected) {
        int length = in.getUnsignedShort(start);
        return length == expected.length()
                && in.toString(start + 2, length, StandardCharsets.UTF_8).equals(expected);
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
