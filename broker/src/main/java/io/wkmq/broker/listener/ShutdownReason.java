package io.wkmq.broker.listener;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a connection ended or was refused, for the listener's counters. */
public enum ShutdownReason {
    /** The client closed the network connection without DISCONNECT. */
    CLOSED,
    /** The client sent DISCONNECT. */
    NORMAL,
    /** Refused: the listener has reached its maximum number of clients. */
    MAX_CLIENTS,
    /** Refused: too many connections per second. */
    CONNECT_RATE,
    /** Refused by the listener's access rules. */
    ACCESS_DENIED,
    /** Refused: the node is short of memory, or has reached a node-wide limit. */
    OVERLOADED,
    /** No PROXY header arrived in time. */
    PROXY_TIMEOUT,
    /** The connection did not begin with a valid PROXY header. */
    PROXY_ERROR,
    /** The TLS handshake took too long. */
    TLS_TIMEOUT,
    /** The TLS handshake failed or a record was broken. */
    TLS_ERROR,
    /** No WebSocket upgrade arrived in time. */
    WEBSOCKET_TIMEOUT,
    /** Not a WebSocket request for MQTT, or a forbidden frame. */
    WEBSOCKET_ERROR,
    /** An I/O error occurred on the network connection. */
    IO_ERROR,
    /** No CONNECT arrived in time. */
    IDLE_TIMEOUT,
    /** The client was silent for longer than its keep-alive allows. */
    KEEPALIVE_TIMEOUT,
    /** The client violated the protocol. */
    PROTOCOL_ERROR,
    /** CONNECT was refused. */
    NOT_AUTHORIZED,
    /** Another connection took the session over. */
    TAKEN_OVER,
    /** An administrator closed the connection. */
    KICKED,
    /** The client exceeded a quota. */
    QUOTA_EXCEEDED,
    /** The listener or the node was stopped. */
    SERVER_STOPPED,
    /** A bug of the broker. */
    INTERNAL_ERROR;

    private static final Logger LOG = LoggerFactory.getLogger(ShutdownReason.class);
    private static final AttributeKey<ShutdownReason> KEY = AttributeKey.valueOf(ShutdownReason.class, "reason");

    /** Returns the name used in counters and listings, such as {@code keepalive_timeout}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Records why the channel is about to be closed; the first reason wins. Callable from any thread. */
    public void mark(Channel channel) {
        channel.attr(KEY).setIfAbsent(this);
    }

    /** Marks the channel and closes it on its current event loop. Callable from any thread. */
    public void close(Channel channel) {
        mark(channel);
        EventLoop loop = channel.eventLoop();
        if (loop.inEventLoop()) {
            var unused = channel.close(); // nothing is left to do if even that fails
            return;
        }
        try {
            loop.execute(() -> close(channel));
        } catch (RejectedExecutionException e) {
            LOG.debug("the loop has ended and closes its channels itself channel={}", channel);
        }
    }

    /** Returns the channel's mark; {@link #CLOSED} if it has none. */
    public static ShutdownReason of(Channel channel) {
        ShutdownReason marked = channel.attr(KEY).get();
        return marked == null ? CLOSED : marked;
    }
}
