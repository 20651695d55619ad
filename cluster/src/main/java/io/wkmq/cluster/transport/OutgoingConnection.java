package io.wkmq.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.wkmq.cluster.transport.protocol.BadFrameException;
import io.wkmq.cluster.transport.protocol.FrameWriter;
import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import java.time.Clock;
import java.util.List;

/** The sending side of a connection. Belongs to the links' thread. */
final class OutgoingConnection extends LinkConnection {
    private final OutgoingLink link;

    OutgoingConnection(OutgoingLink link, Clock clock) {
        super(clock);
        this.link = link;
    }

    @Override
    void begin() {
        openStream();
        link.connected(this);
    }

    /** Announces the stream that this connection starts or resumes. */
    void openStream() {
        ByteBuf frame = frames();
        FrameWriter.open(frame, link.stream(), link.lowest());
        write(frame);
        flush();
    }

    @Override
    void readAll() {}

    @Override
    void ended(String reason) {
        link.lost(this, reason);
    }

    @Override
    public void opened(long received) throws BadFrameException {
        link.opened(this, received);
    }

    @Override
    public void acknowledged(long seq) throws BadFrameException {
        link.acknowledged(seq);
    }

    @Override
    public void groupRefused(long seq, int index) throws BadFrameException {
        link.groupRefused(seq, index);
    }

    @Override
    public void failed(long seq, String reason) throws BadFrameException {
        link.failed(seq, reason);
    }

    @Override
    public void heartbeat(long lowest) {} // only a sign of life

    @Override
    public void open(int version, long stream, long lowest) throws BadFrameException {
        throw new BadFrameException("It opens a stream on the connection of one; expected acknowledgements");
    }

    @Override
    public void message(long seq, Message message, boolean plain, List<SubscriptionFilter> groups)
            throws BadFrameException {
        throw new BadFrameException("It sends a message on the connection for its acknowledgements");
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            link.run();
        }
        ctx.fireChannelWritabilityChanged();
    }
}
