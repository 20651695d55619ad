package io.wkmq.broker.clients;

import io.wkmq.broker.listener.Pki;
import java.security.GeneralSecurityException;
import javax.net.SocketFactory;

/**
 * The address at which a client finds its node.
 *
 * @param transport the transport
 * @param port the port on the loopback address
 * @param pki the authority that clients trust, for encrypted transports
 */
record Address(Transport transport, int port, Pki pki) {
    static final String HOST = "127.0.0.1";
    /** The path of WebSocket requests, without the first slash. */
    static final String PATH = "mqtt";

    /** As Paho's clients take it. */
    String uri() {
        String scheme = switch (transport) {
            case TCP -> "tcp";
            case TLS -> "ssl";
            case WS -> "ws";
            case WSS -> "wss";
        };
        return scheme + "://" + HOST + ':' + port + (transport.webSocket() ? '/' + PATH : "");
    }

    /** Makes encrypted connections. */
    SocketFactory sockets() {
        try {
            return pki.client(null).getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
