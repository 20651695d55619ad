package io.wkmq.broker.listener;

import io.netty.channel.Channel;

/** Makes an MQTT connection of a channel whose transport is ready. Owned by the listeners, implemented by the connections. */
@FunctionalInterface
public interface ConnectionInitializer {
    /**
     * Adds the connection's handlers at the end of the pipeline. Called once per connection, on the channel's event loop, when
     * the PROXY header, the TLS handshake and the WebSocket upgrade are done, as far as the listener has them. The handlers
     * read and write plain {@link io.netty.buffer.ByteBuf}s, a stream of bytes whatever the transport. The channel is active, so
     * they must start in {@code handlerAdded}: {@code channelActive} may be long over. No byte that the client has sent after the
     * handshakes is lost or arrives before this returns.
     *
     * <p>From then on errors of the transport come to the handlers' {@code exceptionCaught}, which has to close the channel;
     * {@link ShutdownReason#close} tells the listener's counters why.
     *
     * <p>The transport does not watch for silence: a time limit for the first packet is the connection's task.
     */
    void initialize(Channel channel, ClientEndpoint endpoint);
}
