package io.wkmq.benchmarks.load;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The broker and the way to it.
 *
 * @param host its name or address
 * @param port its port
 * @param mqtt5 MQTT 5, else 3.1.1
 * @param tls whether TLS is spoken
 * @param caFile the PEM file of the authorities to trust, null for those of the Java runtime
 * @param insecure whether any certificate is taken
 * @param webSocket whether MQTT goes over WebSocket, path {@code /mqtt}
 * @param user the user name, or null
 * @param password the password, or null
 * @param localAddresses the addresses to connect from, in turn; none leaves it to the system
 */
record Target(
        String host,
        int port,
        boolean mqtt5,
        boolean tls,
        @Nullable Path caFile,
        boolean insecure,
        boolean webSocket,
        @Nullable String user,
        @Nullable String password,
        List<String> localAddresses) {
    Target {
        localAddresses = List.copyOf(localAddresses);
    }

    /** The same way to another broker. */
    Target at(String otherHost, int otherPort) {
        return new Target(
                otherHost, otherPort, mqtt5, tls, caFile, insecure, webSocket, user, password, localAddresses);
    }

    @Override
    public String toString() {
        return (webSocket ? tls ? "wss://" : "ws://" : tls ? "mqtts://" : "mqtt://") + host + ":" + port + ", MQTT "
                + (mqtt5 ? "5" : "3.1.1");
    }
}
