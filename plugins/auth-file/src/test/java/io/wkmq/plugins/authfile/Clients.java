package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.ClientInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Clients of tests. */
final class Clients {
    private Clients() {}

    static ClientInfo client(String clientId, @Nullable String userName) {
        return from("192.0.2.7", clientId, userName);
    }

    static ClientInfo from(String address, String clientId, @Nullable String userName) {
        try {
            InetSocketAddress peer = new InetSocketAddress(InetAddress.getByName(address), 40_000);
            return new ClientInfo(clientId, userName, peer, "tcp:external", 4, null, false);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static ClientInfo overUnixSocket(String clientId) {
        return new ClientInfo(clientId, null, null, "unix:local", 4, null, false);
    }
}
