package io.wkmq.cluster.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Judge;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Unfinished;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.cluster.security.Verdict.Code;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts links of other nodes. {@link #start} and {@link #stop} may be called by any thread, once each; the rest belongs to the
 * links' thread.
 */
final class LinkListener {
    private static final Logger log = LoggerFactory.getLogger(LinkListener.class);

    private static final int UNFINISHED_MAX = 256;
    private static final int UNFINISHED_OF_ADDRESS_MAX = 64;

    private static final long WAIT_MS = 10_000;
    private static final long WARN_EVERY_NANOS = 10_000_000_000L;

    private final LinkParts parts;
    private final Judge judge;
    private final IncomingStreams streams;
    private volatile @Nullable Channel channel;

    private final Unfinished<FrontStage> unfinished = new Unfinished<>(UNFINISHED_MAX, UNFINISHED_OF_ADDRESS_MAX);
    private final FrontStage.Owner owner = new Front();
    private long refusals;
    private long lastWarningNanos = System.nanoTime() - WARN_EVERY_NANOS;

    LinkListener(LinkParts parts, Judge judge, IncomingStreams streams) {
        this.parts = parts;
        this.judge = judge;
        this.streams = streams;
    }

    /**
     * Binds the highest free port of the range, since membership uses the lowest ones. Blocks.
     *
     * @return the port
     * @throws IOException if no port is free, or the address cannot be bound or would be unsafe
     */
    int start(SocketLoop loop) throws IOException {
        LinkSettings settings = parts.settings();
        InetAddress address = InetAddress.getByName(settings.host());
        String unsafe = parts.front().unsafeAt(address);
        if (unsafe != null) {
            throw new IOException(unsafe);
        }
        for (int port = settings.portMax(); port >= settings.portMin(); port--) {
            Channel bound = bind(loop, new InetSocketAddress(address, port));
            if (bound != null) {
                channel = bound;
                int taken = ((InetSocketAddress) bound.localAddress()).getPort();
                log.info("Node links are taken address={}:{}", settings.host(), taken);
                return taken;
            }
        }
        throw new IOException("No port from " + settings.portMin() + " to " + settings.portMax() + " is free on "
                + settings.host() + " for node links; expected one, besides that of the cluster's members");
    }

    /** Returns a socket listening on the address, or null if the port is in use. */
    private @Nullable Channel bind(SocketLoop loop, InetSocketAddress address) throws IOException {
        ServerBootstrap bootstrap = loop.accepting().childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel accepted) {
                accept(accepted);
            }
        });
        ChannelFuture bound = bootstrap.bind(address);
        bound.awaitUninterruptibly(WAIT_MS);
        if (bound.isSuccess()) {
            return bound.channel();
        }
        // the JDK and epoll both pass on the system's message; there is no error code to test
        if (String.valueOf(bound.cause()).contains("Address already in use")) {
            return null;
        }
        throw new IOException("Node links cannot be taken at " + address + ": " + bound.cause(), bound.cause());
    }

    /** Accepts a connection opened by another node. */
    void accept(Channel accepted) {
        FrontStage stage = FrontStage.begin(
                accepted,
                parts.front().serverEngine(),
                parts.front().acceptor(Set.of(Purpose.LINK, Purpose.ENQUIRY), this::judge),
                owner);
        FrontStage closed = unfinished.add(stage, accepted.remoteAddress());
        if (closed != null) {
            closed.giveUp(new Refused(Code.SILENT, "Too many connections are in their handshakes", false));
        }
    }

    private Verdict judge(Introduction peer) {
        return peer.purpose() == Purpose.ENQUIRY ? Verdict.OK : judge.judge(peer);
    }

    private final class Front implements FrontStage.Owner {
        @Override
        public ChannelHandler accepted(FrontStage stage, Introduction peer) {
            unfinished.remove(stage);
            return peer.purpose() == Purpose.ENQUIRY
                    ? new Visit()
                    : new IncomingConnection(peer, streams, parts.clock());
        }

        @Override
        public void refused(FrontStage stage, Channel channel, Refused refusal) {
            unfinished.remove(stage);
            LinkListener.this.refused(channel, refusal);
        }
    }

    /** A connection by which another node only checks that it reaches this one; closed at once. */
    private static final class Visit extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.executor().execute(() -> {
                var unused = ctx.close();
            });
        }
    }

    private void refused(Channel from, Refused refusal) {
        parts.counts().increment(LinkCounter.REFUSED);
        refusals++;
        boolean ours = refusal.code() == Code.DENIED; // usually a node that becomes a member a moment later
        if (!ours && System.nanoTime() - lastWarningNanos >= WARN_EVERY_NANOS) {
            lastWarningNanos = System.nanoTime();
            log.warn(
                    "A connection to the port of node links was refused address={} code={} reason=\"{}\" refusals={}",
                    from.remoteAddress(),
                    refusal.code(),
                    refusal.text(),
                    refusals);
        } else {
            log.debug("A connection was refused address={} reason=\"{}\"", from.remoteAddress(), refusal.text());
        }
    }

    /** Stops listening. Blocks until the socket is closed. */
    void stop() {
        Channel bound = channel;
        if (bound != null && !bound.close().awaitUninterruptibly(WAIT_MS)) {
            log.warn("The socket of the node links is not closed yet after {} ms", WAIT_MS);
        }
    }
}
