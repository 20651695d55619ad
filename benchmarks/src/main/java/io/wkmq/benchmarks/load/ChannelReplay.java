package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replays a channel from its first message, at QoS 0, and checks that the sequence numbers have no gaps and that the messages of each
 * publisher of the run are there in order. Confined to the client's event loop; the counts are read once the loop has ended.
 */
final class ChannelReplay implements Role {
    private static final int SUBSCRIBE_BYTES = 512;

    private final String filter;
    private final PlaceReader place;
    private final Inbox inbox = new Inbox(true, this::message);
    private final int run;
    private final long[] next;
    private final Counter last = new Counter();
    private @Nullable Client client;
    private @Nullable ClientConnection connection;
    private long subscribedNs;
    private long lastNs;
    private long count;
    private long own;
    private long missing;
    private long disorders;

    /**
     * Creates a replay that has not started.
     *
     * @param run the run whose messages are checked
     * @param publishers the number of publishers in that run
     */
    ChannelReplay(String channel, int run, int publishers) {
        this.filter = "$ch/" + channel + "@earliest/#";
        this.place = new PlaceReader(channel);
        this.run = run;
        this.next = new long[publishers];
    }

    /** Returns the sequence number of the last message received. Thread-safe. */
    long last() {
        return last.read();
    }

    /** Returns the number of messages received. */
    long count() {
        return count;
    }

    /** Returns how many of them belong to the run, without duplicates. */
    long own() {
        return own;
    }

    /** Returns how many messages are missing between the first and the last one received. */
    long missing() {
        return missing;
    }

    /** Returns how many messages were duplicates, or came after later ones of the channel or of their publisher. */
    long disorders() {
        return disorders;
    }

    /** Returns the time from SUBSCRIBE to the last message. */
    double seconds() {
        return Math.max(0, lastNs - subscribedNs) / 1e9;
    }

    @Override
    public void connected(Client owner, ClientConnection to, Connack connack) {
        client = owner;
        connection = to;
        if (subscribedNs == 0) { // a second replay would only deliver messages out of order
            subscribedNs = NanoTime.now();
            Packets.subscribe(to.batch(SUBSCRIBE_BYTES), true, List.of(filter), 0, 0);
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
        } else if (in.getUnsignedByte(end - 1) == 0) {
            owner.ready();
        } else {
            from.fail("the broker answered the subscription to " + filter + " with " + in.getUnsignedByte(end - 1)
                    + "; expected QoS 0");
        }
    }

    private void message(int header, ByteBuf in, int topic, int properties, int payload, int end) {
        Client owner = client;
        if (owner == null) {
            return;
        }
        long number = place.of(in, properties, payload);
        long before = last.read();
        if (number <= before) { // includes messages without a number
            disorders++;
            return;
        }
        missing += count == 0 ? 0 : number - before - 1;
        count++;
        last.add(number - before);
        if (Stamp.present(in, payload, end)) {
            stamped(Stamp.stream(in, payload), Stamp.sequence(in, payload));
        }
        owner.stats().delivered(0, 0);
    }

    private void stamped(long stream, long sequence) {
        int publisher = Stamp.publisher(stream);
        if (publisher < 0 || publisher >= next.length || stream != Stamp.stream(run, publisher)) {
            return; // belongs to another run
        }
        if (sequence < next[publisher]) {
            disorders++;
        } else {
            next[publisher] = sequence + 1;
            own++;
        }
    }

    @Override
    public void readComplete() {
        lastNs = NanoTime.now();
    }

    @Override
    public void writable() {}

    @Override
    public void disconnected() {
        connection = null;
    }
}
