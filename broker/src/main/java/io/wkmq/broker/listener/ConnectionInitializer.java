package io.wkmq.broker.listener;

import io.netty.channel.Channel;

/** Turns a channel whose transport is ready into an MQTT connection. A port of the listeners, implemented by the connections. */
@FunctionalInterface
public interface ConnectionInitializer {
    /**
     * Adds the connection's handlers at the end of the pipeline. Called once per connection, on the channel's event loop, after
     * the PROXY header, the TLS handshake and the WebSocket upgrade, as far as the listener uses them. The handlers read and
     * write plain {@link io.netty.buffer.ByteBuf}s, a stream of bytes whatever the transport. The channel is active already, so
     * they must start in {@code handlerAdded}: {@code channelActive} may have been fired long before. No byte that the client
     * sends after the handshakes is lost or arrives before this method returns.
     *
     * <p>From then on transport errors reach the handlers' {@code exceptionCaught}, which must close the channel;
     * {@link ShutdownReason#close} tells the listener's counters why.
     *
     * <p>The transport has no idle timeout: the connection must limit the time until the first packet.
     */
    void initialize(Channel channel, ClientEndpoint endpoint);
}
