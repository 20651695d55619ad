package io.wkmq.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.transport.protocol.BadFrameException;
import io.wkmq.cluster.transport.protocol.FrameWriter;
import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The receiving side of a connection. Belongs to the links' thread. */
final class IncomingConnection extends LinkConnection {
    private final Introduction peer;
    private final IncomingStreams streams;
    private @Nullable IncomingStream stream;

    IncomingConnection(Introduction peer, IncomingStreams streams, Clock clock) {
        super(clock);
        this.peer = peer;
        this.streams = streams;
    }

    Introduction peer() {
        return peer;
    }

    /** Turns reading from the connection on or off. */
    void read(boolean on) {
        ctx().channel().config().setAutoRead(on);
    }

    @Override
    void begin() {
        streams.connected(this);
    }

    @Override
    void readAll() {
        if (stream != null) {
            stream.acknowledge();
        }
    }

    @Override
    void ended(String reason) {
        streams.ended(this, reason);
        if (stream != null) {
            stream.detach(this);
        }
    }

    @Override
    boolean silenceIsOurs() {
        return stream != null && stream.paused();
    }

    @Override
    public void open(int version, long id, long lowest) throws BadFrameException {
        if (version != FrameWriter.VERSION) {
            throw new BadFrameException(
                    "It opens a stream of version " + version + "; expected " + FrameWriter.VERSION);
        }
        if (stream != null || lowest < 1) {
            throw new BadFrameException("It opens a stream at " + lowest + "; expected one opening, at 1 or more");
        }
        stream = streams.open(this, id, lowest);
        if (stream == null) {
            ByteBuf out = frames();
            FrameWriter.opened(out, GIVEN_UP);
            write(out);
            flush();
        }
    }

    @Override
    public void message(long seq, Message message, boolean plain, List<SubscriptionFilter> groups)
            throws BadFrameException {
        opened().take(seq, message, plain, groups);
    }

    @Override
    public void heartbeat(long lowest) throws BadFrameException {
        if (stream != null) { // otherwise the other node has not heard yet that it must start a new stream
            stream.confirm(lowest);
        }
    }

    private IncomingStream opened() throws BadFrameException {
        if (stream == null) {
            throw new BadFrameException("It sends before it has opened a stream");
        }
        return stream;
    }

    @Override
    public void opened(long received) throws BadFrameException {
        throw unexpected();
    }

    @Override
    public void acknowledged(long seq) throws BadFrameException {
        throw unexpected();
    }

    @Override
    public void groupRefused(long seq, int index) throws BadFrameException {
        throw unexpected();
    }

    @Override
    public void failed(long seq, String reason) throws BadFrameException {
        throw unexpected();
    }

    private static BadFrameException unexpected() {
        return new BadFrameException("It answers on a connection for its own messages");
    }
}
