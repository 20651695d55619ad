package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to its part of a {@link FilterSet}, one SUBSCRIBE at a time, and checks the messages that try the subscriptions. Confined to
 * the client's event loop; the counts are read once the loop has ended.
 */
final class FilterHolder implements Role {
    private static final int PACKET_BYTES = 1024;

    private final FilterSet filters;
    private final int session;
    private final Target target;
    private final int qos;
    private final int perPacket;
    private final Receipts receipts;
    private final Inbox inbox;
    private @Nullable Client client;
    private @Nullable ClientConnection connection;
    private long next;
    private long sentNs;
    private long distinct;
    private long duplicates;
    private long astray;

    /**
     * Creates a holder that waits for {@link #begin}.
     *
     * @param receipts the messages received by all holders
     */
    FilterHolder(FilterSet filters, int session, Options options, Receipts receipts) {
        this.filters = filters;
        this.session = session;
        this.target = options.target();
        this.qos = options.traffic().subscriptionQos();
        this.perPacket = options.extras().perPacket();
        this.receipts = receipts;
        this.inbox = new Inbox(target.mqtt5(), this::message);
        this.next = filters.first(session);
    }

    /** Returns how many messages arrived at the right session, without duplicates. */
    long distinct() {
        return distinct;
    }

    /** Returns how many messages had arrived before. */
    long duplicates() {
        return duplicates;
    }

    /** Returns how many messages arrived that match none of the session's filters. */
    long astray() {
        return astray;
    }

    /** Starts to subscribe. */
    void begin() {
        subscribe();
        if (connection != null) {
            connection.flush();
        }
    }

    private void subscribe() {
        ClientConnection to = connection;
        long end = Math.min(filters.first(session + 1), next + perPacket);
        if (to == null || next == end) {
            return;
        }
        List<String> texts = new ArrayList<>(perPacket);
        for (; next < end; next++) {
            texts.add(filters.filter(next));
        }
        sentNs = NanoTime.now();
        Packets.subscribe(to.batch(PACKET_BYTES), target.mqtt5(), texts, qos, 0);
    }

    @Override
    public void connected(Client owner, ClientConnection to, Connack connack) {
        client = owner;
        connection = to;
        inbox.connected(connack.sessionPresent());
        owner.ready();
    }

    @Override
    public void packet(int header, ByteBuf in, int start, int end) {
        ClientConnection from = connection;
        if (from == null) {
            return;
        }
        if (header >> 4 == Packets.SUBACK) {
            suback(in, start + 2, end);
        } else {
            inbox.packet(from, header, in, start, end);
        }
    }

    private void suback(ByteBuf in, int start, int end) {
        int at = start;
        if (target.mqtt5()) {
            ByteBuf properties = in.slice(at, end - at);
            int length = Packets.readVariable(properties);
            at += properties.readerIndex() + length;
        }
        int granted = 0;
        int others = 0;
        for (; at < end; at++) {
            if (in.getUnsignedByte(at) == qos) {
                granted++;
            } else {
                others++;
            }
        }
        requireClient().stats().subscribed(granted, others, sentNs, NanoTime.now());
        subscribe();
    }

    private void message(int header, ByteBuf in, int topic, int properties, int payload, int end) {
        Client owner = requireClient();
        if (!Stamp.present(in, payload, end) || Stamp.stream(in, payload) != Stamp.stream(filters.run(), 0)) {
            owner.stats().foreign();
            return;
        }
        long number = Stamp.sequence(in, payload);
        long filter = filters.sampled(number);
        if (filter < filters.first(session) || filter >= filters.first(session + 1)) {
            astray++;
        } else if (receipts.add(number)) {
            distinct++;
            owner.stats().delivered(Stamp.timeNs(in, payload), NanoTime.now());
        } else {
            duplicates++;
        }
    }

    private Client requireClient() {
        Client known = client;
        if (known == null) {
            throw new IllegalStateException("A packet came before CONNACK");
        }
        return known;
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
