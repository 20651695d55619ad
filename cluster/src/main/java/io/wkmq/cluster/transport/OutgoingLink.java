package io.wkmq.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.transport.LinkStatus.State;
import io.wkmq.cluster.transport.protocol.BadFrameException;
import io.wkmq.cluster.transport.protocol.FrameListener;
import io.wkmq.cluster.transport.protocol.FrameWriter;
import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link to one incarnation of another node, from when it joins until it leaves, across consecutive connections. Any thread may
 * call {@link #forward}, {@link #givenUp} and {@link #status}; everything else belongs to the links' thread.
 *
 * <p>If no connection is open for several heartbeats, or if the connection is cut, the node counts as unreachable and is treated as
 * gone until a connection is open again: queued messages are abandoned and new ones are not accepted. Since some of them may have
 * arrived, the link then starts a new stream.
 */
final class OutgoingLink implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(OutgoingLink.class);

    /** The size of a batch: one buffer, and thus one entry of the channel's write queue. */
    private static final int BATCH_BYTES = 64 * 1024;

    private static final int BATCH_BYTES_MIN = 512;

    /** The bytes written before other tasks and sockets get their turn. */
    private static final int TURN_BYTES = 256 * 1024;

    /** How many more heartbeats to wait for a node that is reachable but does not see this one as a member yet. */
    private static final int REFUSED_TICKS_MAX = 5;

    private final Peer peer;
    private final LinkParts parts;
    private final Runnable whenGivenUp;
    private final OutgoingQueue queue;
    private final SendWindow window = new SendWindow();
    private final Dialing dialing;
    private LineWatch line; // of the current connection
    private long stream;

    private volatile boolean closed;
    private volatile Condition condition = new Condition(State.CONNECTING, "");

    private @Nullable OutgoingConnection connection; // has passed its handshake
    private boolean open; // messages may be sent on it
    private long sentUpTo; // the highest number ever sent
    private int downTicks;
    private boolean refusedAsStranger; // since the last heartbeat: reachable, but does not see this node yet
    private int refusedTicks;
    private int lastBatchBytes;

    /** The part of the state that other threads read. */
    private record Condition(State state, String problem) {}

    /**
     * Creates a link that is not connected yet.
     *
     * @param whenGivenUp called on the links' thread each time the node becomes unreachable
     */
    OutgoingLink(Peer peer, LinkParts parts, Runnable whenGivenUp) {
        this.peer = peer;
        this.parts = parts;
        this.whenGivenUp = whenGivenUp;
        this.queue = new OutgoingQueue(parts.settings());
        this.dialing = new Dialing(peer, parts, new Dialed());
        this.line = watch();
        this.stream = parts.random().nextLong();
    }

    private LineWatch watch() {
        return new LineWatch(parts.settings().cutLimit(), System::nanoTime);
    }

    Peer peer() {
        return peer;
    }

    LinkStatus status() {
        Condition now = condition;
        return new LinkStatus(peer, now.state(), now.problem(), queue.bytes());
    }

    /** Queues a message for sending. Any thread; does not block. */
    void forward(Message message, Audience audience, HandOver handOver) {
        Outgoing outgoing = new Outgoing(message, audience, handOver);
        if (givenUp()) {
            parts.abandoned(outgoing, false);
            return;
        }
        if (outgoing.assured()) {
            handOver.expect();
        }
        if (!admit(outgoing)) {
            return;
        }
        if (queue.post(outgoing)) {
            parts.loop().execute(this);
        }
        if (closed) {
            abandonAll(); // the thread may have ended
        }
    }

    /**
     * Reserves queue space for a message. When the queue is full, a message of QoS 0 is dropped, and one of QoS 1 or 2 is accepted
     * and holds back its publisher. So each publisher adds at most one message to a full queue, and resumes once that one, and
     * everything queued before it, is acknowledged. A message that would exceed the hard limit, because of very many publishers or
     * because it has none to hold back, is refused.
     */
    private boolean admit(Outgoing outgoing) {
        if (queue.reserve(outgoing)) {
            return true;
        }
        if (!outgoing.assured()) {
            parts.counts().increment(LinkCounter.DROPPED);
            return false;
        }
        if (queue.reserveMore(outgoing)) {
            if (outgoing.handOver.holdBack()) {
                parts.counts().increment(LinkCounter.HELD_BACK);
            }
            return true;
        }
        parts.counts().increment(LinkCounter.REJECTED);
        outgoing.handOver.failed("the link to node " + peer.node().name() + " is full");
        return false;
    }

    /** Returns whether the node is gone or unreachable. Any thread. */
    boolean givenUp() {
        return closed || condition.state() == State.UNREACHABLE;
    }

    /** Sends queued messages. */
    @Override
    public void run() {
        if (givenUp()) {
            abandonAll();
            return;
        }
        OutgoingConnection to = connection;
        if (to == null || !open) {
            return;
        }
        int left = TURN_BYTES;
        Outgoing next = null;
        while (left > 0 && to.writable() && (next = next()) != null) {
            ByteBuf batch = batch(to, next);
            left -= batch.readableBytes();
            parts.counts().add(LinkCounter.SENT_BYTES, batch.readableBytes());
            to.write(batch);
        }
        if (left < TURN_BYTES) {
            to.flush();
        }
        if (left <= 0) {
            parts.loop().execute(this);
        }
    }

    /** Returns the next message to send; if its QoS is 1 or 2, its number is the one before the cursor. */
    private @Nullable Outgoing next() {
        if (window.behind()) {
            return window.takeNext();
        }
        Outgoing first = queue.poll();
        if (first != null && first.assured()) {
            window.add(first);
            return window.takeNext();
        }
        return first;
    }

    private ByteBuf batch(OutgoingConnection to, Outgoing first) {
        int expected = first.message.payload().length + Math.min(2 * lastBatchBytes, 2 * BATCH_BYTES);
        ByteBuf batch = to.ctx().alloc().directBuffer(BATCH_BYTES_MIN + expected);
        long nowMs = parts.clock().millis();
        long sent = 0;
        long resent = 0;
        Outgoing next = first;
        while (next != null) {
            long seq = window.cursor() - 1;
            FrameWriter.message(batch, seq, next.message, next.audience.plain(), next.groups(), nowMs);
            if (!next.assured()) {
                queue.release(next.bytes);
                sent++;
            } else if (seq > sentUpTo) {
                sentUpTo = seq;
                sent++;
            } else {
                resent++;
            }
            next = batch.readableBytes() < BATCH_BYTES ? next() : null;
        }
        lastBatchBytes = batch.readableBytes();
        parts.counts().add(LinkCounter.SENT, sent);
        parts.counts().add(LinkCounter.RESENT, resent);
        return batch;
    }

    /** Starts connecting. */
    void connect() {
        dialing.connect();
    }

    /** Receives the outcomes of the connection attempts. */
    private final class Dialed implements Dialing.Owner {
        @Override
        public LinkConnection accepted() {
            return new OutgoingConnection(OutgoingLink.this, parts.clock());
        }

        @Override
        public void refused(boolean asStranger) {
            refusedAsStranger = asStranger;
        }

        @Override
        public void failed(String problem) {
            condition = new Condition(condition.state(), problem);
        }
    }

    long stream() {
        return stream;
    }

    long lowest() {
        return window.lowest();
    }

    /** Called when a connection has passed its handshake. */
    void connected(OutgoingConnection present) {
        connection = present;
        if (closed) {
            present.end("The node is not here any more");
        }
    }

    /** Called when the other node has announced up to which number it has received the stream. */
    void opened(OutgoingConnection present, long received) throws BadFrameException {
        if (received == FrameListener.GIVEN_UP && !open) {
            beginAnew(present);
            return;
        }
        if (open || !window.resume(received)) {
            throw new BadFrameException("It opens the stream at " + received + "; expected an opening, once, from "
                    + (window.lowest() - 1) + " on");
        }
        open = true;
        line = watch();
        parts.counts().increment(LinkCounter.OPENED);
        log.info(
                "The link to a node is open node={} address={}",
                peer.node().name(),
                present.ctx().channel().remoteAddress());
        condition = new Condition(State.OPEN, "");
        run();
    }

    /**
     * Starts a new stream because the other node has given this one up and gone on without the messages in flight: those must not
     * arrive late.
     */
    private void beginAnew(OutgoingConnection present) {
        log.info(
                "A node has given this one up meanwhile, what waited for it is abandoned node={}",
                peer.node().name());
        stream = parts.random().nextLong();
        abandonAll();
        present.openStream();
    }

    /** Called when a connection has ended. */
    void lost(OutgoingConnection former, String reason) {
        if (former != connection) {
            return;
        }
        connection = null;
        if (open) {
            open = false;
            downTicks = 0;
            parts.counts().increment(LinkCounter.LOST);
        }
        if (!closed) {
            State state = condition.state();
            if (state == State.OPEN) {
                state = State.CONNECTING;
                log.info(
                        "The link to a node is lost node={} reason=\"{}\"",
                        peer.node().name(),
                        reason);
            }
            condition = new Condition(state, reason);
        }
        dialing.again();
    }

    void acknowledged(long seq) throws BadFrameException {
        if (!window.mayBeAcknowledged(seq)) {
            throw new BadFrameException(
                    "It acknowledges " + seq + "; expected at most " + (window.cursor() - 1) + ", which was sent last");
        }
        if (seq >= window.lowest()) {
            dialing.worked(); // only now: otherwise one message could break every connection without any back-off
        }
        long released = 0;
        for (Outgoing taken = window.acknowledged(seq); taken != null; taken = window.acknowledged(seq)) {
            released += taken.bytes;
            taken.settle();
        }
        queue.release(released);
    }

    void groupRefused(long seq, int index) throws BadFrameException {
        Outgoing outgoing = sent(seq);
        if (outgoing == null) {
            return; // repeated on a new connection, but acknowledged meanwhile
        }
        int groups = outgoing.audience.groups().size();
        if (index >= groups) {
            throw new BadFrameException("It refuses share group " + index + " of " + groups);
        }
        if (outgoing.refuse(index)) {
            parts.counts().increment(LinkCounter.GROUPS_REFUSED);
            parts.refused(outgoing, index);
        }
    }

    void failed(long seq, String reason) throws BadFrameException {
        Outgoing outgoing = sent(seq);
        if (outgoing != null && !outgoing.failed()) {
            parts.counts().increment(LinkCounter.FAILED);
            outgoing.fail("node " + peer.node().name() + ": " + reason);
        }
    }

    private @Nullable Outgoing sent(long seq) throws BadFrameException {
        if (seq >= window.cursor()) {
            throw new BadFrameException("It answers to message " + seq + ", which was not sent");
        }
        return window.get(seq);
    }

    /** Called at each heartbeat interval. */
    void tick() {
        OutgoingConnection present = connection;
        if (present != null && !present.tick(window.lowest())) {
            String silence = "The node said nothing for " + LinkSettings.MISSES_MAX + " heartbeats";
            present.abort(silence);
            unreachable(silence);
        } else if (open) {
            dialing.worked(); // it has lasted a while
            refusedTicks = 0;
        } else if (refusedAsStranger && refusedTicks < REFUSED_TICKS_MAX) {
            refusedAsStranger = false; // the node is reachable and will see this one as a member in a moment
            refusedTicks++;
        } else if (++downTicks == LinkSettings.MISSES_MAX) {
            unreachable(condition.problem());
        }
    }

    /** Checks the connection for a cut; must be called several times per heartbeat. */
    void look() {
        OutgoingConnection present = connection;
        if (present != null && open && line.cut(present.ctx().channel())) {
            String cut =
                    "Nothing that is sent arrives since " + parts.settings().cutLimit();
            present.abort(cut);
            unreachable(cut);
        }
    }

    private void unreachable(String why) {
        if (condition.state() != State.UNREACHABLE) {
            condition = new Condition(State.UNREACHABLE, why);
            log.warn(
                    "A node that is a member of the cluster is unreachable node={} address={}:{} reason=\"{}\"",
                    peer.node().name(),
                    peer.host(),
                    peer.linkPort(),
                    why);
            stream = parts.random().nextLong();
            dialing.soon(); // the other node may have waited for that
            abandonAll();
            whenGivenUp.run();
            if (connection != null) {
                connection.abort("It was not opened in time"); // it has announced the former stream
            }
        }
    }

    /** Abandons everything queued because the node is gone. May be called after the thread has ended. */
    void close() {
        closed = true;
        Channel attempt = dialing.end();
        if (connection != null) {
            connection.end("The node is not here any more");
        } else if (attempt != null) {
            var unused = attempt.close();
        }
        abandonAll();
    }

    /**
     * Abandons what is queued at the time of the call, not more: a message that is redispatched meanwhile to another share group
     * member on the same node is queued again.
     */
    private void abandonAll() {
        List<Outgoing> waiting = new ArrayList<>();
        for (Outgoing next = takeAny(); next != null; next = takeAny()) {
            waiting.add(next);
        }
        for (Outgoing first : waiting) {
            queue.release(first.bytes);
            abandon(first);
            if (first.assured()) {
                first.settle();
            }
        }
    }

    @SuppressWarnings("IllegalCatch") // the messages behind it have waiting publishers, too
    private void abandon(Outgoing outgoing) {
        try {
            parts.abandoned(outgoing, outgoing.sent && outgoing.message.qos() == Qos.EXACTLY_ONCE);
        } catch (RuntimeException e) {
            log.error(
                    "A message for a node that does not get it was not given to others node={}",
                    peer.node().name(),
                    e);
        }
    }

    /** Removes the oldest queued message. Once this link is closed, forwarding threads call it too. */
    private synchronized @Nullable Outgoing takeAny() {
        if (window.isEmpty()) {
            return queue.poll();
        }
        long seq = window.lowest();
        Outgoing first = window.acknowledged(seq);
        if (first != null) {
            first.sent = seq <= sentUpTo;
        }
        return first;
    }
}
