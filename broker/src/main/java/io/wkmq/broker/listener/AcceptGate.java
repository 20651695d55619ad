package io.wkmq.broker.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.wkmq.broker.config.ListenerConfig;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on each accepted connection before resources are spent on it; closes and counts those it refuses. One per bound
 * socket; confined to the accepting thread.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptGate.class);
    private static final long LOG_INTERVAL_S = 10;
    private static final long ACCEPT_PAUSE_MS = 1000;

    private final ListenerConfig config;
    private final ListenerCounters counters;
    private final AccessRules access;
    private final AdmissionControl admission;
    private final @Nullable TokenBucket connects;
    private long nextLogNanos = System.nanoTime();

    AcceptGate(ListenerConfig config, ListenerCounters counters, AccessRules access, AdmissionControl admission) {
        this.config = config;
        this.counters = counters;
        this.access = access;
        this.admission = admission;
        int rate = config.connectsPerSecond();
        this.connects = rate > 0 ? new TokenBucket(rate, rate, System.nanoTime()) : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel child = (Channel) message;
        ShutdownReason refusal = refusal(child.remoteAddress());
        if (refusal == null) {
            counters.open(child);
            ctx.fireChannelRead(child);
            return;
        }
        counters.refuse(refusal);
        log(refusal, child);
        child.unsafe().closeForcibly(); // not registered with an event loop yet
    }

    private @Nullable ShutdownReason refusal(@Nullable SocketAddress peer) {
        if (peer == null) {
            return ShutdownReason.IO_ERROR; // closed already
        }
        // Behind a load balancer the rules apply to the client named by the PROXY header, which is checked later.
        if (!config.proxyProtocol() && peer instanceof InetSocketAddress inet && !access.allow(inet)) {
            return ShutdownReason.ACCESS_DENIED;
        }
        if (counters.clients() >= config.maxClients()) {
            return ShutdownReason.MAX_CLIENTS;
        }
        if (connects != null && !connects.tryTake(System.nanoTime())) {
            return ShutdownReason.CONNECT_RATE;
        }
        // Last: what this listener refuses must not count towards the node-wide connect rate.
        if (!admission.admit(counters.openOfAll())) {
            return ShutdownReason.OVERLOADED;
        }
        return null;
    }

    private void log(ShutdownReason reason, Channel child) {
        if (mayLog()) {
            LOG.warn(
                    "connection refused, more within {} s are only counted reason={} peer={} listener={} clients={}",
                    LOG_INTERVAL_S,
                    reason.label(),
                    Addresses.text(child.remoteAddress()),
                    ListenerKey.of(config),
                    counters.clients());
        }
    }

    private boolean mayLog() {
        long now = System.nanoTime();
        if (now - nextLogNanos < 0) {
            return false;
        }
        nextLogNanos = now + TimeUnit.SECONDS.toNanos(LOG_INTERVAL_S);
        return true;
    }

    /** Pauses accepting after a failure, most likely for lack of file descriptors, since the next attempt would fail as well. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (mayLog()) {
            LOG.error(
                    "cannot accept connections, trying again every {} ms (is the limit of open files, ulimit -n, high enough?)"
                            + " listener={} clients={} error=\"{}\"",
                    ACCEPT_PAUSE_MS,
                    ListenerKey.of(config),
                    counters.clients(),
                    cause.toString());
        }
        ctx.channel().config().setAutoRead(false);
        var unused = ctx.executor()
                .schedule(() -> ctx.channel().config().setAutoRead(true), ACCEPT_PAUSE_MS, TimeUnit.MILLISECONDS);
    }
}
