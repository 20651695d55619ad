package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Publishes as fast as its pace, its window and the socket allow. After a reconnect that resumes the session it resends what the broker has
 * not acknowledged. Confined to the client's event loop; the counts are read once the loop has ended.
 */
final class Publisher implements Role {
    /** The number of bytes to write before yielding to other tasks of the event loop. */
    private static final int TURN_BYTES = 32 << 10;

    /** Observes acknowledgements. */
    interface Confirmations {
        /**
         * Called when a message is fully acknowledged without being refused.
         *
         * @param in contains the acknowledgement, without its fixed header, from {@code start} to {@code end}
         */
        void confirmed(long sequence, ByteBuf in, int start, int end);
    }

    private final PublishSource source;
    private final int qos;
    private final boolean aliased;
    private final int inflightMax;
    private final long messagesMax;
    private final @Nullable EndToEnd onTheWay;
    private final Confirmations confirmations;
    private final Runnable next = this::nextTurn;
    private @Nullable Window window;
    private @Nullable Client client;
    private @Nullable ClientConnection connection;
    private @Nullable Pace pace;
    private boolean turnDue;
    private boolean answered;
    private boolean named;
    private long sequence;
    private long confirmed;

    /**
     * Creates a publisher that waits for {@link #begin}.
     *
     * @param messagesMax how many messages it sends
     * @param onTheWay bounds the messages in flight to subscribers, or null
     */
    Publisher(PublishSource source, PublishForm form, int inflightMax, long messagesMax, @Nullable EndToEnd onTheWay) {
        this(source, form, inflightMax, messagesMax, onTheWay, (sequence, in, start, end) -> {});
    }

    /**
     * Creates a publisher that reports acknowledgements.
     *
     * @param confirmations called on the client's event loop
     */
    Publisher(
            PublishSource source,
            PublishForm form,
            int inflightMax,
            long messagesMax,
            @Nullable EndToEnd onTheWay,
            Confirmations confirmations) {
        this.source = source;
        this.qos = form.qos();
        this.aliased = form.decorations().alias();
        this.inflightMax = inflightMax;
        this.messagesMax = messagesMax;
        this.onTheWay = onTheWay;
        this.confirmations = confirmations;
    }

    /** Starts to publish. */
    void begin(Pace at) {
        pace = at;
        pump();
    }

    /** Stops publishing. */
    void end() {
        pace = null;
    }

    /** Called every second to write off messages that may have been lost on their way to subscribers. */
    void second() {
        if (onTheWay != null && pace != null) {
            onTheWay.forgive(sequence);
        }
    }

    /** Returns how many messages it has published. */
    long published() {
        return sequence;
    }

    /** Returns how many of them the broker has accepted; with QoS 0 that is unknown, and all count as accepted. */
    long accepted() {
        return qos == 0 ? sequence : confirmed;
    }

    @Override
    public void connected(Client owner, ClientConnection to, Connack connack) {
        if (qos > connack.maximumQos()) {
            to.fail("the broker takes QoS " + connack.maximumQos() + " at most; -q/--qos is " + qos);
            return;
        }
        if (aliased && connack.topicAliasMax() == 0) {
            to.fail("the broker takes no topic aliases; expected one at least for --alias");
            return;
        }
        client = owner;
        connection = to;
        named = false;
        if (onTheWay != null) {
            onTheWay.onOpen(() -> owner.loop().execute(this::pump));
        }
        if (qos > 0) {
            Window open = window == null ? new Window(inflightMax) : window;
            window = open;
            open.limit(connack.receiveMaximum());
            if (connack.sessionPresent()) {
                resend(open, to);
            } else {
                open.clear();
            }
        }
        owner.ready();
        pump();
    }

    /** Resends unacknowledged packets in their original order [MQTT-4.4.0-1]. */
    private void resend(Window open, ClientConnection to) {
        for (int id : open.ids()) {
            if (open.released(id)) {
                Packets.pubrel(to.batch(TURN_BYTES), id);
            } else {
                source.write(to.batch(TURN_BYTES), true, named, id, open.sequence(id), open.timeNs(id));
                named = true;
            }
        }
        to.flush();
    }

    /** Sends the messages that are due, as far as window and socket allow. */
    void pump() {
        ClientConnection to = connection;
        Pace at = pace;
        Client owner = client;
        if (to == null || at == null || owner == null || !to.writable()) {
            return;
        }
        long now = NanoTime.now();
        long end = Math.min(messagesMax, at.due(now));
        long first = sequence;
        int budget = TURN_BYTES;
        while (sequence < end && budget > 0 && windowOpen()) {
            publish(to, at.stampNs(sequence, now));
            budget -= source.size();
        }
        if (sequence > first) {
            owner.stats().published(sequence - first);
            to.flush();
        }
        if (budget <= 0 && sequence < end && !turnDue) {
            turnDue = true;
            owner.loop().execute(next);
        }
    }

    private void nextTurn() {
        turnDue = false;
        pump();
    }

    private boolean windowOpen() {
        return (window == null || window.open()) && (onTheWay == null || onTheWay.open(sequence));
    }

    private void publish(ClientConnection to, long timeNs) {
        int id = window == null ? 0 : window.take(sequence, timeNs);
        source.write(to.batch(TURN_BYTES + source.size()), false, named, id, sequence, timeNs);
        named = true;
        sequence++;
    }

    @Override
    public void packet(int header, ByteBuf in, int start, int end) {
        int type = header >> 4;
        Window open = window;
        ClientConnection to = connection;
        if (open == null
                || to == null
                || (type != Packets.PUBACK && type != Packets.PUBREC && type != Packets.PUBCOMP)) {
            return;
        }
        int id = in.getUnsignedShort(start);
        boolean refused = end - start > 2 && in.getUnsignedByte(start + 2) >= 0x80;
        if (type == Packets.PUBCOMP ? !open.released(id) : !open.published(id)) {
            to.fail("the broker acknowledged packet id " + id + " with a packet of type " + type
                    + ", which is not due for it");
            return;
        }
        answered = true;
        if (refused) {
            requireClient().stats().refused();
            open.free(id);
        } else if (type == Packets.PUBREC) {
            open.release(id);
            Packets.pubrel(to.batch(TURN_BYTES), id);
        } else {
            confirmed++;
            confirmations.confirmed(open.sequence(id), in, start, end);
            requireClient().stats().confirmed(open.timeNs(id), NanoTime.now());
            open.free(id);
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
    public void readComplete() {
        if (answered) {
            answered = false;
            pump();
        }
    }

    @Override
    public void writable() {
        pump();
    }

    @Override
    public void disconnected() {
        connection = null;
    }
}
