package io.wkmq.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.wkmq.cluster.transport.protocol.BadFrameException;
import io.wkmq.cluster.transport.protocol.FrameWriter;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.SubscriptionFilter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of one incarnation of another node, across consecutive connections. Discards duplicates by sequence number and
 * acknowledges messages, in order, once they are taken. Belongs to the links' thread, except for {@link #finished}.
 *
 * <p>Notices about a single message (it failed, or a share group was refused) are kept until the other node confirms that it has
 * received them, as the connection may break after they were written.
 */
final class IncomingStream implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(IncomingStream.class);

    /**
     * The other node confirms with each heartbeat. A node that needs more notices in between must reopen the stream, which confirms
     * too.
     */
    static final int NOTICES_MAX = 65_536;

    private final NodeId from;
    private final long incarnation;
    private final long id;
    private final LinkParts parts;

    private final ArrayDeque<Receipt> unfinished = new ArrayDeque<>();
    private final ArrayDeque<Notice> notices = new ArrayDeque<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private Receipt spare = new Receipt(this);
    private @Nullable IncomingConnection connection;
    private long received; // the highest sequence number received
    private long finished; // all messages up to this one are taken or have failed
    private long unfinishedBytes;
    private boolean givenUp;
    private boolean paused;
    private boolean ackDue;
    private boolean flushDue;

    /** A notice about one message: either a failure, or the index of a refused share group. */
    private record Notice(long seq, int group, @Nullable String failure) {
        void write(ByteBuf out) {
            if (failure != null) {
                FrameWriter.failed(out, seq, failure);
            } else {
                FrameWriter.groupRefused(out, seq, group);
            }
        }
    }

    /** Creates a stream whose first message has the sequence number {@code lowest}. */
    IncomingStream(NodeId from, long incarnation, long id, long lowest, LinkParts parts) {
        this.from = from;
        this.incarnation = incarnation;
        this.id = id;
        this.parts = parts;
        this.received = lowest - 1;
        this.finished = lowest - 1;
    }

    boolean is(long otherIncarnation, long otherId) {
        return incarnation == otherIncarnation && id == otherId;
    }

    /** Stops accepting messages of this stream, for good. */
    void giveUp() {
        givenUp = true;
        disconnect("This node has given the other one up");
    }

    boolean givenUp() {
        return givenUp;
    }

    /** Returns whether reading is paused until received messages have been processed. */
    boolean paused() {
        return paused;
    }

    /** Continues the stream on a new connection. */
    void attach(IncomingConnection next, long lowest) throws BadFrameException {
        if (received < lowest - 1) {
            throw new BadFrameException(
                    "It goes on at message " + lowest + "; expected at most " + (received + 1) + ", which comes next");
        }
        if (connection != null) {
            connection.end("The node has made another connection");
        }
        connection = next;
        confirm(lowest);
        ByteBuf out = next.frames();
        FrameWriter.opened(out, received);
        for (Notice notice : notices) {
            notice.write(out);
        }
        if (finished >= lowest) {
            FrameWriter.acknowledgement(out, finished);
        }
        next.write(out);
        next.flush();
        ackDue = false;
        flushDue = false;
        next.read(!paused);
    }

    /** Called when a connection has ended. */
    void detach(IncomingConnection former) {
        if (connection == former) {
            connection = null;
        }
    }

    /** Ends the current connection, if any. */
    void disconnect(String reason) {
        if (connection != null) {
            connection.end(reason);
        }
    }

    /** Called when the other node has received all notices about messages before {@code lowest}. */
    void confirm(long lowest) {
        while (!notices.isEmpty() && notices.getFirst().seq < lowest) {
            notices.removeFirst();
        }
    }

    void take(long seq, Message message, boolean plain, List<SubscriptionFilter> groups) throws BadFrameException {
        if (seq == 0) {
            deliver(message, plain, groups, HandOver.NONE);
            parts.counts().increment(LinkCounter.RECEIVED);
            return;
        }
        if (seq <= received) {
            parts.counts().increment(LinkCounter.DUPLICATES);
            return;
        }
        if (seq != received + 1) {
            throw new BadFrameException("Message " + seq + " comes after " + received + "; expected no gap");
        }
        received = seq;
        parts.counts().increment(LinkCounter.RECEIVED);
        Receipt receipt = spare;
        receipt.begin(seq, message.bytes());
        List<SubscriptionFilter> refused = deliver(message, plain, groups, receipt);
        for (int i = 0; i < refused.size(); i++) {
            notice(new Notice(seq, groups.indexOf(refused.get(i)), null));
        }
        if (unfinished.isEmpty() && receipt.takenAtOnce()) {
            finished = seq;
            ackDue = true;
            return; // nobody holds the receipt, so the next message can reuse it
        }
        spare = new Receipt(this);
        unfinished.addLast(receipt);
        unfinishedBytes += receipt.bytes();
        if (unfinishedBytes > parts.settings().queueBytes()) {
            pause(true);
        }
        receipt.done();
    }

    private List<SubscriptionFilter> deliver(
            Message message, boolean plain, List<SubscriptionFilter> groups, HandOver handOver) {
        try {
            List<SubscriptionFilter> refused = parts.inlet().deliver(from, message, plain, groups, handOver);
            if (!groups.containsAll(refused)) {
                throw new IllegalStateException("The inlet refuses " + refused + "; expected some of " + groups);
            }
            return refused;
        } catch (RuntimeException | Error e) {
            // A bug triggered by one message must not make the other node resend it for ever.
            log.error("A message of another node could not be delivered node={} message={}", from, message, e);
            if (handOver != HandOver.NONE) {
                handOver.expect();
                handOver.failed("an internal error, see the log");
            }
            return List.of();
        }
    }

    /** Called when the last taker of a message is done. Any thread. */
    void finished() {
        if (parts.loop().here()) {
            advance();
        } else if (woken.compareAndSet(false, true)) {
            parts.loop().execute(this);
        }
    }

    /** Advances after takers on other threads have completed. */
    @Override
    public void run() {
        woken.set(false);
        advance();
        acknowledge();
    }

    private void advance() {
        for (Receipt first = unfinished.peekFirst();
                first != null && first.finished();
                first = unfinished.peekFirst()) {
            unfinished.removeFirst();
            unfinishedBytes -= first.bytes();
            finished = first.seq();
            ackDue = true;
            String failure = first.failure();
            if (failure != null) {
                notice(new Notice(first.seq(), 0, failure));
            }
        }
        if (paused && unfinishedBytes <= parts.settings().queueBytes() / 2) {
            pause(false);
        }
    }

    private void notice(Notice notice) {
        IncomingConnection to = connection;
        if (notices.size() >= NOTICES_MAX && to != null) {
            to.end("More than " + NOTICES_MAX + " messages could not be taken since the node was last heard of");
        }
        notices.addLast(notice);
        if (to != null) {
            ByteBuf out = to.frames();
            notice.write(out);
            to.write(out);
            flushDue = true;
        }
    }

    private void pause(boolean on) {
        paused = on;
        if (connection != null) {
            connection.read(!on);
        }
    }

    /** Writes the pending acknowledgement, if any, and flushes. */
    void acknowledge() {
        IncomingConnection to = connection;
        if (to == null) {
            return;
        }
        if (ackDue) {
            ByteBuf out = to.frames();
            FrameWriter.acknowledgement(out, finished);
            to.write(out);
        }
        if (ackDue || flushDue) {
            to.flush();
        }
        ackDue = false;
        flushDue = false;
    }
}
