package io.wkmq.broker.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import io.wkmq.broker.loop.ReadGate;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds one connection's pipeline step by step: PROXY header, TLS, WebSocket, and finally the connection itself. Each step is
 * added when the previous one has succeeded, so its handlers never see a half-open channel. Confined to the channel's event
 * loop.
 */
final class ConnectionSetup {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionSetup.class);

    private final Listener listener;
    private final ListenerConfig config;
    private final Channel channel;
    private final Runnable whenFinished;
    private @Nullable InetSocketAddress peer;
    private boolean secure;
    private @Nullable X509Certificate certificate;
    private @Nullable String certificateUserName;
    private @Nullable String proxiedCommonName;

    ConnectionSetup(Listener listener, Channel channel, Runnable whenFinished) {
        this.listener = listener;
        this.config = listener.config();
        this.channel = channel;
        this.whenFinished = whenFinished;
    }

    void start() {
        ReadGate.of(channel);
        if (channel.remoteAddress() instanceof InetSocketAddress inet) {
            peer = Addresses.unmapped(inet);
        }
        if (config.proxyProtocol()) {
            channel.pipeline()
                    .addLast(
                            new HAProxyMessageDecoder(),
                            new ProxyStage(this::proxied, config.proxyProtocolTimeoutMs()));
        } else {
            addTls();
        }
    }

    private void proxied(ProxiedClient client) {
        InetSocketAddress source = client.source();
        if (source != null) {
            peer = Addresses.unmapped(source);
        } else if (channel.remoteAddress() instanceof InetSocketAddress own) {
            source = own; // the load balancer speaks for itself, for instance in a health check
        }
        if (source != null && !listener.access().allow(source)) {
            ShutdownReason.ACCESS_DENIED.close(channel);
            return;
        }
        secure = client.secure();
        proxiedCommonName = client.commonName();
        addTls();
    }

    private void addTls() {
        ReloadingTls tls = listener.tls();
        TlsConfig settings = config.tls();
        if (tls == null || settings == null) {
            addWebSocket();
            return;
        }
        SslHandler handler = tls.newHandler(channel.alloc());
        handler.setHandshakeTimeout(settings.handshakeTimeoutMs(), TimeUnit.MILLISECONDS);
        channel.pipeline().addLast(handler, new TlsStage(handler, session -> secured(session, settings)));
    }

    private void secured(SSLSession session, TlsConfig settings) {
        secure = true;
        certificate = CertificateNames.peer(session);
        PeerCertAsUserName wanted = settings.peerCertAsUserName();
        if (wanted != null) {
            // Behind a load balancer, the certificate of this connection is the load balancer's own.
            certificateUserName = wanted == PeerCertAsUserName.CN && proxiedCommonName != null
                    ? proxiedCommonName
                    : CertificateNames.of(certificate, wanted);
        }
        addWebSocket();
    }

    private void addWebSocket() {
        if (config.protocol().websocket()) {
            new WebSocketStage(config.websocketPath(), listener.transports().maxPacketBytes(), this::finish)
                    .addTo(channel.pipeline());
        } else {
            finish();
        }
    }

    private void finish() {
        whenFinished.run();
        ChannelPipeline pipeline = channel.pipeline();
        ClientRateLimiter limiter = ClientRateLimiter.of(config);
        if (limiter != null) {
            pipeline.addLast(limiter);
        }
        ClientEndpoint endpoint = new ClientEndpoint(
                config,
                listener.name(),
                peer,
                secure,
                certificate,
                certificateUserName,
                proxiedCommonName,
                limiter == null ? InboundLimit.NONE : limiter);
        try {
            listener.transports().initializer().initialize(channel, endpoint);
        } catch (RuntimeException | AssertionError e) {
            // Caught here, because the step that called us would mistake it for a failure of its own.
            LOG.error("cannot initialize a connection listener={}", listener.key(), e);
            ShutdownReason.INTERNAL_ERROR.close(channel);
        }
    }
}
