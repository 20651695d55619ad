package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.wkmq.broker.loop.ReadGate;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.session.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Splits a connection's bytes into packets and passes them to its {@link PacketHandler}. One per connection, confined to the
 * channel's event loop; the channel may move to another loop while decoding is suspended.
 *
 * <p>The first packet must be CONNECT. After it nothing is decoded, except AUTH and DISCONNECT during an enhanced
 * authentication, until {@link #accepted}. {@link #suspend()} suspends decoding at any time. Input that arrives meanwhile is
 * buffered; above {@link DecoderLimits#maxPacketSizeBeforeConnect} bytes, or at once while the {@link HeldInput} of all
 * connections is full, the channel's auto-read is switched off until decoding resumes. After a protocol error, a DISCONNECT, or
 * {@link #stop()} all input is discarded. Input still buffered when the channel closes, or at {@link #end()}, is discarded too,
 * except for a DISCONNECT in it.
 */
public final class MqttDecoder extends ChannelInboundHandlerAdapter {
    private enum State {
        BEFORE_CONNECT,
        CONNECTING,
        CONNECTED,
        DEAD
    }

    /** A partial packet is copied out of a read buffer that wastes more than this. */
    private static final int WASTE_MAX = 1024;

    private final DecoderLimits limits;
    private final HeldInput allHeld;
    private final PacketHandler handler;
    private final PacketReader reader;

    private State state = State.BEFORE_CONNECT;
    private int suspensions;
    private int heldBytes; // the part of the buffered bytes that is counted in allHeld
    private boolean decoding;
    private boolean inRead;
    private boolean readingStopped;
    private @Nullable ByteBuf buffered;
    private @Nullable ChannelHandlerContext context;

    /**
     * Creates the decoder of one connection.
     *
     * @param allHeld counts the waiting input of all connections of the node
     */
    public MqttDecoder(DecoderLimits limits, HeldInput allHeld, PacketHandler handler) {
        this.limits = limits;
        this.allHeld = allHeld;
        this.handler = handler;
        this.reader = new PacketReader(limits);
    }

    /** Returns the version that CONNECT stated; null before CONNECT and for an unsupported version. */
    public @Nullable ProtocolVersion version() {
        return reader.version();
    }

    /**
     * Accepts CONNECT: from now on every packet is decoded. May be called from within {@link PacketHandler#handle}.
     *
     * @param topicAliasMaximum the Topic Alias Maximum sent in CONNACK
     */
    public void accepted(int topicAliasMaximum) {
        assert inEventLoop();
        if (state == State.DEAD) {
            return;
        }
        if (state != State.CONNECTING) {
            throw new IllegalStateException("CONNECT is accepted in the state " + state + "; expected CONNECTING");
        }
        state = State.CONNECTED;
        reader.accepted(topicAliasMaximum);
        proceed();
    }

    /**
     * Suspends decoding: no further packet is passed on until {@link #resume()}. Calls nest: each needs its own resume. May be
     * called from within {@link PacketHandler#handle}.
     */
    public void suspend() {
        assert inEventLoop();
        suspensions++;
        ChannelHandlerContext ctx = context;
        if (ctx != null && !decoding && !inRead && state != State.DEAD) {
            stopReadingIfHeld(ctx); // otherwise done by the decode or read in progress
        }
    }

    /** Undoes one {@link #suspend()}; the last one decodes what is buffered, unless called from within {@link PacketHandler#handle}. */
    public void resume() {
        assert inEventLoop();
        if (suspensions == 0) {
            throw new IllegalStateException("Decoding is resumed but was not suspended");
        }
        suspensions--;
        proceed();
    }

    /** Returns whether the channel is not being read because enough input waits for {@link #resume()}. */
    public boolean readingStopped() {
        assert inEventLoop();
        return readingStopped;
    }

    /** Stops decoding for good, because the connection is closing. Input is discarded. */
    public void stop() {
        assert inEventLoop();
        state = State.DEAD;
        if (!decoding) {
            discard();
        }
    }

    /** Like {@link #stop()}, but first passes on a DISCONNECT that waits behind suspended packets: it counts although they do not. */
    public void end() {
        assert inEventLoop();
        try {
            handOverBuriedDisconnect();
        } finally {
            stop();
        }
    }

    private boolean inEventLoop() {
        ChannelHandlerContext ctx = context;
        return ctx == null || ctx.executor().inEventLoop();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        try {
            end();
        } finally {
            ctx.fireChannelInactive();
        }
    }

    /**
     * Handles a DISCONNECT behind packets that were never decoded. A client may send DISCONNECT and close without waiting for
     * the outcome of earlier packets: those are dropped unacknowledged, but the DISCONNECT counts.
     */
    private void handOverBuriedDisconnect() {
        ByteBuf in = buffered;
        if (in == null || decoding || state != State.CONNECTED || !BuriedDisconnect.skipTo(in, maxSize())) {
            return;
        }
        Packet.Inbound packet = decode(in);
        if (packet != null) {
            handler.handle(packet);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
            return;
        }
        inRead = true;
        handler.received(in.readableBytes());
        if (state == State.DEAD) {
            in.release();
            return;
        }
        take(ctx, in);
        stopReadingIfHeld(ctx);
    }

    /**
     * Decodes new input. A packet that began in an earlier read is completed with exactly the bytes it lacks; what follows is
     * decoded in place.
     */
    private void take(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf begun = buffered;
        if (begun != null && !decoding && !held()) {
            completeAndDecode(ctx, begun, in);
        }
        ByteBuf rest = buffered;
        if (state == State.DEAD || !in.isReadable()) {
            in.release();
        } else {
            buffered = rest == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), rest, in);
            decodeBuffered();
        }
    }

    @SuppressWarnings("IllegalCatch") // whatever is thrown, the rest of the input is no longer handled
    private void completeAndDecode(ChannelHandlerContext ctx, ByteBuf begun, ByteBuf in) {
        try {
            buffered = BegunPacket.complete(ctx.alloc(), begun, in, maxSize());
            decodeBuffered();
        } catch (RuntimeException | Error e) {
            in.release();
            throw e;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        inRead = false;
        shrink(ctx);
        handler.readComplete();
        ctx.fireChannelReadComplete();
    }

    /** Copies a small rest out of a large read buffer: otherwise 100 000 idle connections would each keep one alive. */
    private void shrink(ChannelHandlerContext ctx) {
        ByteBuf rest = buffered;
        if (rest != null && rest.capacity() - rest.readableBytes() > WASTE_MAX + rest.readableBytes()) {
            buffered = ctx.alloc().buffer(rest.readableBytes()).writeBytes(rest);
            rest.release();
        }
    }

    private boolean held() {
        return suspensions > 0 || state == State.CONNECTING;
    }

    private void stopReadingIfHeld(ChannelHandlerContext ctx) {
        if (!held()) {
            return;
        }
        ByteBuf rest = buffered;
        int waiting = rest == null ? 0 : rest.readableBytes();
        boolean full = false;
        if (state == State.CONNECTED) { // before that, decoding may be waiting for an answer of the client
            countHeld(waiting);
            full = allHeld.full();
        }
        if (full || waiting > limits.maxPacketSizeBeforeConnect()) {
            readingStopped = true;
            ReadGate.of(ctx.channel()).hold(ReadGate.Hold.BACK_PRESSURE);
        }
    }

    private void countHeld(int bytes) {
        if (bytes != heldBytes) {
            allHeld.add(bytes - heldBytes);
            heldBytes = bytes;
        }
    }

    private void proceed() {
        if (decoding || state == State.DEAD) {
            return; // the decoding loop further up the stack sees the new state
        }
        decodeBuffered();
        if (!inRead) {
            handler.readComplete();
        }
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        if (held()) {
            stopReadingIfHeld(ctx);
            return;
        }
        countHeld(0);
        if (readingStopped) {
            readingStopped = false;
            ReadGate.of(ctx.channel()).release(ReadGate.Hold.BACK_PRESSURE);
        }
    }

    private void decodeBuffered() {
        if (decoding) {
            return;
        }
        decoding = true;
        boolean completed = false;
        try {
            Packet.Inbound packet = next();
            while (packet != null) {
                handler.handle(packet);
                packet = next();
            }
            completed = true;
        } finally {
            decoding = false;
            if (!completed) {
                state = State.DEAD; // a bug of ours; the packet after the failed one must not be handled
            }
            ByteBuf rest = buffered;
            if (state == State.DEAD || (rest != null && !rest.isReadable())) {
                discard();
            }
        }
    }

    private void discard() {
        ByteBuf rest = buffered;
        buffered = null;
        countHeld(0);
        if (rest != null) {
            rest.release();
        }
    }

    /** Returns the next packet, or null if there is none at present. */
    private Packet.@Nullable Inbound next() {
        ByteBuf in = buffered;
        return in == null || suspensions > 0 || state == State.DEAD ? null : decode(in);
    }

    private Packet.@Nullable Inbound decode(ByteBuf in) {
        try {
            Packet.Inbound packet = cut(in);
            if (packet instanceof Packet.Connect) {
                state = State.CONNECTING;
            } else if (packet instanceof Packet.Disconnect) {
                state = State.DEAD; // the client must not send anything after it [MQTT-3.14.4-1]
            }
            return packet;
        } catch (MqttProtocolException e) {
            state = State.DEAD;
            handler.reject(e.reason(), e.why());
            return null;
        }
    }

    private Packet.@Nullable Inbound cut(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        if (end - start < 2) {
            return null;
        }
        int header = in.getUnsignedByte(start);
        if (!admitted(header >> 4)) {
            return null;
        }
        int length = 0;
        int index = start + 1;
        byte part;
        do {
            if (index == end) {
                return null;
            }
            part = in.getByte(index);
            length |= (part & 0x7F) << (7 * (index - start - 1));
            index++;
            if (part < 0 && index - start == 5) {
                throw MqttProtocolException.malformed("The remaining length has more than four bytes");
            }
        } while (part < 0);
        int size = index - start + length;
        if (size > maxSize()) {
            return tooLarge(in, header, index, size);
        }
        if (end - start < size) {
            return null;
        }
        boolean minimal = part != 0 || index - start == 2;
        in.readerIndex(start + size);
        return reader.read(header, minimal, in, index, start + size);
    }

    private int maxSize() {
        return state == State.CONNECTED ? limits.maxPacketSize() : limits.maxPacketSizeBeforeConnect();
    }

    /** Returns whether a packet of this type may be decoded now; throws if it must not arrive at all. */
    private boolean admitted(int type) {
        return switch (state) {
            case BEFORE_CONNECT -> {
                if (type != PacketReader.CONNECT) {
                    throw MqttProtocolException.protocolError(
                            "The first packet is of type " + type + "; expected CONNECT [MQTT-3.1.0-1]");
                }
                yield true;
            }
            case CONNECTING -> {
                if (!reader.enhancedAuthentication()) {
                    yield false;
                }
                if (type != PacketReader.AUTH && type != PacketReader.DISCONNECT) {
                    throw MqttProtocolException.protocolError("A packet of type " + type
                            + " came before CONNACK; expected AUTH or DISCONNECT [MQTT-3.1.2-30]");
                }
                yield true;
            }
            case CONNECTED -> {
                if (type == PacketReader.CONNECT) {
                    throw MqttProtocolException.protocolError("A second CONNECT came [MQTT-3.1.0-2]");
                }
                yield true;
            }
            case DEAD -> false;
        };
    }

    private Packet.@Nullable Inbound tooLarge(ByteBuf in, int header, int bodyStart, int size) {
        if (header >> 4 == PacketReader.CONNECT && !reader.findVersion(in, bodyStart, in.writerIndex())) {
            return null; // a few more bytes tell how to answer
        }
        throw new MqttProtocolException(
                ReasonCode.PACKET_TOO_LARGE, "A packet has " + size + " bytes; at most " + maxSize() + " are allowed");
    }
}
