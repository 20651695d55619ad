package io.wkmq.broker.listener;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a connection ended or was not taken, for the counters of its listener. */
public enum ShutdownReason {
    /** The client closed the network connection without DISCONNECT. */
    CLOSED,
    /** The client sent DISCONNECT. */
    NORMAL,
    /** Refused: the listener has as many clients as it may. */
    MAX_CLIENTS,
    /** Refused: too many connections in this second. */
    CONNECT_RATE,
    /** Refused by the listener's access rules. */
    ACCESS_DENIED,
    /** Refused: the node has no room. */
    OVERLOADED,
    /** No PROXY header in time. */
    PROXY_TIMEOUT,
    /** Something else than a PROXY header. */
    PROXY_ERROR,
    /** The TLS handshake took too long. */
    TLS_TIMEOUT,
    /** The TLS handshake failed or a record was broken. */
    TLS_ERROR,
    /** No WebSocket upgrade in time. */
    WEBSOCKET_TIMEOUT,
    /** Not a WebSocket request for MQTT, or a frame that may not be. */
    WEBSOCKET_ERROR,
    /** The network connection broke. */
    IO_ERROR,
    /** No CONNECT in time. */
    IDLE_TIMEOUT,
    /** The client was silent for longer than its keep alive allows. */
    KEEPALIVE_TIMEOUT,
    /** The client broke the protocol. */
    PROTOCOL_ERROR,
    /** CONNECT was refused. */
    NOT_AUTHORIZED,
    /** Another connection took the session over. */
    TAKEN_OVER,
    /** An administrator closed it. */
    KICKED,
    /** The client used more than it may. */
    QUOTA_EXCEEDED,
    /** The listener or the node stops. */
    SERVER_STOPPED,
    /** A mistake of ours. */
    INTERNAL_ERROR;

    private static final Logger LOG = LoggerFactory.getLogger(ShutdownReason.class);
    private static final AttributeKey<ShutdownReason> KEY = AttributeKey.valueOf(ShutdownReason.class, "reason");

    /** The name in counters and listings, such as {@code keepalive_timeout}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Says why the channel is about to be closed; the first one who says so wins. Any thread. */
    public void mark(Channel channel) {
        channel.attr(KEY).setIfAbsent(this);
    }

    /** Marks the channel and closes it on its event loop, whichever that is by then. Any thread. */
    public void close(Channel channel) {
        mark(channel);
        EventLoop loop = channel.eventLoop();
        if (loop.inEventLoop()) {
            var unused = channel.close(); // there is nothing left to do if even that fails
            return;
        }
        try {
            loop.execute(() -> close(channel));
        } catch (RejectedExecutionException e) {
            LOG.debug("the loop has ended and closes its channels itself channel={}", channel);
        }
    }

    /** The channel's mark; {@link #CLOSED} if it has none. */
    public static ShutdownReason of(Channel channel) {
        ShutdownReason marked = channel.attr(KEY).get();
        return marked == null ? CLOSED : marked;
    }
}
