package io.wkmq.broker.clients;

import io.wkmq.broker.config.ListenerConfig.Protocol;

/** The transports between client and node. */
enum Transport {
    TCP(Protocol.TCP, false, false),
    TLS(Protocol.SSL, true, false),
    WS(Protocol.WS, false, true),
    WSS(Protocol.WSS, true, true);

    private final Protocol protocol;
    private final boolean encrypted;
    private final boolean webSocket;

    Transport(Protocol protocol, boolean encrypted, boolean webSocket) {
        this.protocol = protocol;
        this.encrypted = encrypted;
        this.webSocket = webSocket;
    }

    Protocol protocol() {
        return protocol;
    }

    boolean encrypted() {
        return encrypted;
    }

    boolean webSocket() {
        return webSocket;
    }
}
